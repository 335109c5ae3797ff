package html

import (
	"slices"
	"strconv"
)

// Sample is values of a distribution, sorted: all of them, or where they are too many for
// the page evenly spread quantiles.
type Sample []float64

// maxSample is the most values that are shown of a distribution; more dots say no more.
const maxSample = 200

func newSample(values []float64, most int) Sample {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) <= most {
		return sorted
	}
	chosen := make(Sample, most)
	for i := range chosen { // the middle of each of most equal parts
		chosen[i] = sorted[(2*i+1)*len(sorted)/(2*most)]
	}
	return chosen
}

// MarshalJSON writes the values with six significant digits, more than a chart can show.
func (s Sample) MarshalJSON() ([]byte, error) {
	return appendNumbers(nil, s), nil
}

func appendNumbers(to []byte, numbers []float64) []byte {
	to = append(to, '[')
	for i, x := range numbers {
		if i > 0 {
			to = append(to, ',')
		}
		to = strconv.AppendFloat(to, x, 'g', 6, 64)
	}
	return append(to, ']')
}

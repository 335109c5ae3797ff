package stats

import (
	"math"
	"slices"
	"testing"
)

// 1 to 10: mean 5.5, squares around it 82.5, so the deviation is sqrt(82.5/9) = 3.02765.
// By the nearest rank the median is the 5th, the 90th percentile the 9th and the 99th the
// 10th.
func TestDescribe(t *testing.T) {
	samples := []float64{10, 2, 3, 4, 5, 6, 7, 8, 9, 1}
	s := Describe(samples)
	near(t, "mean", s.Mean.Value, 5.5)
	near(t, "deviation", s.SD, 3.02765)
	for what, pair := range map[string][2]float64{
		"minimum": {s.Min, 1}, "median": {s.Median, 5}, "p90": {s.P90, 9}, "p99": {s.P99, 10}, "maximum": {s.Max, 10},
	} {
		near(t, what, pair[0], pair[1])
	}
	if samples[0] != 10 {
		t.Error("the samples were reordered")
	}
	if s := Describe(nil); s.Mean.N != 0 || !math.IsNaN(s.P99) || !math.IsNaN(s.SD) {
		t.Errorf("of nothing: %+v", s)
	}
}

// tenth is n samples of which every tenth is 1 and the others are 0. Their skewness is
// (1-2p)/sqrt(p(1-p)) = 0.8/0.3, and 25 times its square 177.8.
func tenth(n int) []float64 {
	samples := make([]float64, n)
	for i := 0; i < n; i += 10 {
		samples[i] = 1
	}
	return samples
}

// ramp is 1 to n, which has no skew.
func ramp(n int) []float64 {
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = float64(i + 1)
	}
	return samples
}

func TestWarnings(t *testing.T) {
	for name, c := range map[string]struct {
		samples []float64
		want    []Warning
	}{
		"nothing":                            {nil, []Warning{FewSamples, FewForTail}},
		"one":                                {ramp(1), []Warning{FewSamples, FewForTail}},
		"nine are few":                       {ramp(9), []Warning{FewSamples, FewForTail}},
		"ten are enough for a mean":          {ramp(10), []Warning{FewForTail}},
		"a hundred are enough for a tail":    {ramp(100), nil},
		"a hundred equal":                    {make([]float64, 100), []Warning{NoVariance}},
		"two equal":                          {make([]float64, 2), []Warning{FewSamples, NoVariance, FewForTail}},
		"170 are too few for their skewness": {tenth(170), []Warning{Skewed}},
		"180 are enough":                     {tenth(180), nil},
	} {
		if got := Describe(c.samples).Warnings; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

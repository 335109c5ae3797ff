// Package quantile says which value a given share of a sample does not exceed, exactly or
// from a sketch.
//
// The one idea to hold: there is one definition, the nearest rank, so that a quantile is
// always a value that occurred; a sketch of any number of values gives the same within a
// stated relative error, in bounded memory.
package quantile

import (
	"fmt"
	"math"
)

// Exact returns the q-quantile of sorted values by the nearest rank: the smallest value
// with at least the share q of all values at or below it. It is definition 1 of Hyndman
// and Fan (Sample Quantiles in Statistical Packages, The American Statistician 50(4),
// 1996). It is NaN if there are none. A q outside [0, 1] panics.
func Exact(q float64, sorted []float64) float64 {
	if !(q >= 0 && q <= 1) {
		panic(fmt.Sprintf("quantile: q %v must be in [0, 1]", q))
	}
	if len(sorted) == 0 {
		return math.NaN()
	}
	return sorted[rank(q, len(sorted))]
}

// rank returns how many of n sorted values stand before the q-quantile.
func rank(q float64, n int) int {
	// 0.07 * 100 is a rounding above 7 and means 7.
	return max(int(math.Ceil(q*float64(n)*(1-1e-15)))-1, 0)
}

package metrics

import "gonum.org/v1/gonum/stat"

// quantile returns the q-quantile of sorted values by the nearest rank: the smallest
// value with at least the share q of all values at or below it. It is definition 1 of
// Hyndman and Fan (Sample Quantiles in Statistical Packages, The American Statistician
// 50(4), 1996) and always one of the values. There must be at least one.
func quantile(q float64, sorted []float64) float64 {
	return stat.Quantile(q, stat.Empirical, sorted, nil)
}

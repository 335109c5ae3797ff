package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/bobby-math/tessera/quantile"
)

// Summary describes the samples of one policy.
type Summary struct {
	// Mean carries the number of samples and its own warnings.
	Mean Estimate
	// SD is the standard deviation with n-1 in the denominator; NaN of fewer than two.
	SD float64
	// Min, Max and the quantiles are values of the samples (quantile.Exact).
	Min, Median, P90, P99, Max float64
	// Warnings are those of Mean and those about the quantiles.
	Warnings []Warning
}

// Describe sums up independent samples, which it leaves as they are. Of none, all is NaN.
func Describe(samples []float64) Summary {
	s := Summary{Mean: Mean(samples), SD: math.NaN()}
	if len(samples) > 1 {
		s.SD = stat.StdDev(samples, nil)
	}
	s.Warnings = slices.Clone(s.Mean.Warnings)
	if len(samples) < 100 {
		s.Warnings = append(s.Warnings, FewForTail)
	}
	sorted := slices.Sorted(slices.Values(samples))
	s.Min, s.Max = quantile.Exact(0, sorted), quantile.Exact(1, sorted)
	s.Median = quantile.Exact(0.50, sorted)
	s.P90 = quantile.Exact(0.90, sorted)
	s.P99 = quantile.Exact(0.99, sorted)
	return s
}

// Package stats says what a number of runs came to: means and shares with intervals.
//
// The one idea to hold: a statistic carries the number of its samples and its interval,
// so that nobody takes noise for a difference.
package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a mean or a share with its 95 % interval.
type Estimate struct {
	N         int
	Value     float64
	Low, High float64
}

// Mean returns the mean of independent samples with its 95 % interval by Student's t. Of
// one sample the interval is unbounded; of none, all is NaN.
func Mean(samples []float64) Estimate {
	n := len(samples)
	if n == 0 {
		return Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	mean, deviation := stat.MeanStdDev(samples, nil)
	if n == 1 {
		return Estimate{1, mean, math.Inf(-1), math.Inf(1)}
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)
	half := t * deviation / math.Sqrt(float64(n))
	return Estimate{n, mean, mean - half, mean + half}
}

// Share returns the share of hits in n trials with its 95 % interval by Wilson (Probable
// Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927).
func Share(hits, n int) Estimate {
	if n == 0 {
		return Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	z := distuv.UnitNormal.Quantile(0.975)
	p, m := float64(hits)/float64(n), float64(n)
	center := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Estimate{n, p, center - half, center + half}
}

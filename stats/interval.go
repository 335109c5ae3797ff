// Package stats summarizes a number of runs, and reports whether a difference is real.
//
// The one idea to hold: a statistic carries the number of its samples, its interval and
// its warnings, so that noise is not taken for a difference.
package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// level is the confidence of all intervals of this package.
const level = 0.95

// Estimate is a mean or a share with its 95 % interval.
type Estimate struct {
	N         int
	Value     float64
	Low, High float64
	// Warnings are the doubts about the interval, in the order of their constants.
	Warnings []Warning
}

func nothing() Estimate {
	return Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN(), Warnings: []Warning{FewSamples}}
}

// Mean returns the mean of independent samples with its 95 % interval by Student's t. Of
// one sample the interval is unbounded; of none, all is NaN.
func Mean(samples []float64) Estimate {
	if len(samples) == 0 {
		return nothing()
	}
	mean, half := stat.Mean(samples, nil), halfWidth(samples)
	return Estimate{len(samples), mean, mean - half, mean + half, warnings(samples)}
}

// halfWidth returns half the width of the t interval. Of one sample it is infinite.
func halfWidth(samples []float64) float64 {
	n := float64(len(samples))
	if n < 2 {
		return math.Inf(1)
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile((1 + level) / 2)
	return t * stat.StdDev(samples, nil) / math.Sqrt(n)
}

// Share returns the share of hits in n trials with its 95 % interval by Wilson (Probable
// Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927).
func Share(hits, n int) Estimate {
	if n == 0 {
		return nothing()
	}
	return wilson(float64(hits)/float64(n), n)
}

// wilson returns the interval of a share p of n trials.
func wilson(p float64, n int) Estimate {
	z, m := distuv.UnitNormal.Quantile((1+level)/2), float64(n)
	center := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	e := Estimate{N: n, Value: p, Low: center - half, High: center + half}
	if n < 10 {
		e.Warnings = []Warning{FewSamples}
	}
	return e
}

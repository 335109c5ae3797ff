package stats

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/bobby-math/tessera/quantile"
	"github.com/bobby-math/tessera/rng"
)

// resamples is how many draws a bootstrap interval is made of. Its ends are then the 50th
// of them from below and from above, 0.025 * 2000.
const resamples = 1999

// Bootstrap returns the mean of independent samples with a 95 % interval that follows
// their skewness: the bootstrap t of Efron and Tibshirani (An Introduction to the
// Bootstrap, 1993, section 12.5), which puts the quantiles of the resampled (m* - m)/se*
// instead of Student's. It draws from the stream "bootstrap" of seed. Its warnings are
// those of Mean but for Skewed. Of three samples or fewer an end is mostly unbounded; of
// none, all is NaN.
func Bootstrap(samples []float64, seed uint64) Estimate {
	e := Mean(samples)
	e.Warnings = slices.DeleteFunc(e.Warnings, func(w Warning) bool { return w == Skewed })
	if len(samples) < 2 || constant(samples) {
		return e
	}
	t := studentized(samples, e.Value, seed)
	se := stat.StdErr(stat.StdDev(samples, nil), float64(len(samples)))
	e.Low = e.Value - float64(quantile.Exact((1+level)/2, t)*se)
	e.High = e.Value - float64(quantile.Exact((1-level)/2, t)*se)
	return e
}

// studentized returns, sorted, how many of its own standard errors the mean of each of the
// samples' resamples lies above mean.
func studentized(samples []float64, mean float64, seed uint64) []float64 {
	r := rng.Stream(seed, "bootstrap")
	n := float64(len(samples))
	drawn, t := make([]float64, len(samples)), make([]float64, resamples)
	for i := range t {
		for j := range drawn {
			drawn[j] = samples[r.IntN(len(samples))]
		}
		m, sd := stat.MeanStdDev(drawn, nil)
		if m != mean {
			t[i] = (m - mean) / stat.StdErr(sd, n) // infinite if all drawn are one
		}
	}
	slices.Sort(t)
	return t
}

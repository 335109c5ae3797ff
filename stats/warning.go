package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Warning says why a statistic needs care. Whoever prints the number prints
// its warnings.
type Warning string

const (
	// FewSamples: fewer than 10. The interval stands on the assumption that the samples
	// are normally distributed, which so few cannot contradict.
	FewSamples Warning = "fewer than 10 samples"
	// Skewed: too few samples for their skewness, so that the t interval covers the mean
	// less often than it says. Bootstrap is the better interval, and more samples better
	// still.
	Skewed Warning = "strong skew, the t interval is doubtful"
	// NoVariance: all samples are equal. The interval has no width, more likely because
	// the experiment has no randomness than because there is no doubt.
	NoVariance Warning = "no variance, all samples are equal"
	// FewForTail: fewer than 100 samples, so that the 99th percentile is their maximum.
	FewForTail Warning = "p99 of fewer than 100 samples is their maximum"
)

// warnings returns what is doubtful about the mean of samples and its t interval.
func warnings(samples []float64) []Warning {
	var found []Warning
	if len(samples) < 10 {
		found = append(found, FewSamples)
	}
	if len(samples) < 2 {
		return found
	}
	if constant(samples) {
		return append(found, NoVariance)
	}
	if skewed(samples) {
		found = append(found, Skewed)
	}
	return found
}

// skewed reports whether samples are fewer than n = 25 G1², with G1 the skewness: the rule
// of Cochran (Sampling Techniques, 3rd edition, 1977, section 2.15) for 95 % intervals that
// miss in no more than 6 % of cases. It cannot see a tail that was not sampled: of 20
// exponential samples it finds three in four skewed, and of 20 normal ones one in sixteen.
func skewed(samples []float64) bool {
	n := float64(len(samples))
	if n < 3 {
		return false
	}
	mean := stat.Mean(samples, nil)
	m2 := stat.MomentAbout(2, samples, mean, nil)
	g1 := stat.MomentAbout(3, samples, mean, nil) / math.Pow(m2, 1.5)
	return n < 25*g1*g1
}

func constant(samples []float64) bool {
	for _, x := range samples {
		if x != samples[0] {
			return false
		}
	}
	return true
}

package rng

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// Shape is the family of a distribution of durations.
type Shape string

const (
	// Constant is always the mean.
	Constant Shape = "constant"
	// Exponential is memoryless.
	Exponential Shape = "exponential"
	// Lognormal is skewed to the right, with the coefficient of variation CV.
	Lognormal Shape = "lognormal"
)

// Shapes lists the families, in the order of documentation.
var Shapes = []Shape{Constant, Exponential, Lognormal}

// Duration is a distribution of durations.
type Duration struct {
	Shape Shape         `json:"shape"`
	Mean  time.Duration `json:"mean_ns"`
	// CV is standard deviation over mean; only lognormal uses it. Range (0, 10].
	CV float64 `json:"cv,omitempty"`
}

// Check returns what is wrong with d, or nil.
func (d Duration) Check() error {
	switch {
	case d.Mean < 0:
		return fmt.Errorf("mean: %v must be >= 0", d.Mean)
	case d.Shape == Lognormal && !(d.CV > 0 && d.CV <= 10):
		return fmt.Errorf("cv: %v must be in (0, 10]", d.CV)
	case d.Shape != Constant && d.Shape != Exponential && d.Shape != Lognormal:
		return fmt.Errorf("shape: %q must be one of %v", d.Shape, Shapes)
	}
	return nil
}

// Sample draws a duration, rounded to the nanosecond. The constant draws nothing.
func (d Duration) Sample(r *rand.Rand) time.Duration {
	switch d.Shape {
	case Exponential:
		return nanoseconds(float64(d.Mean) * r.ExpFloat64())
	case Lognormal:
		mu, sigma := d.logParameters()
		return nanoseconds(distuv.LogNormal{Mu: mu, Sigma: sigma, Src: r}.Rand())
	default:
		return d.Mean
	}
}

// logParameters returns the mean and standard deviation of the logarithm (in ns) that
// give the wanted mean and cv: sigma^2 = ln(1 + cv^2), mu = ln(mean) - sigma^2/2.
func (d Duration) logParameters() (mu, sigma float64) {
	variance := math.Log1p(d.CV * d.CV)
	return math.Log(float64(d.Mean)) - variance/2, math.Sqrt(variance)
}

func nanoseconds(x float64) time.Duration {
	return time.Duration(math.Min(math.Round(x), math.MaxInt64/4))
}

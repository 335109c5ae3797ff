package market

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/rng"
)

const lifetimes = 100_000

// ages draws lifetimes in hours of instances granted at one instant.
func ages(spec PreemptionSpec, name string) []float64 {
	const granted = clock.Time(5 * time.Minute)
	model := spec.New(usd(0.3))
	luck := rng.NewTable(*seed, name)
	drawn := make([]float64, lifetimes)
	for i := range drawn {
		drawn[i] = model.Fate(granted, luck.Exp(uint64(i), 0)).At.Sub(granted).Hours()
	}
	return drawn
}

func mean(sample []float64) float64 {
	sum := 0.0
	for _, x := range sample {
		sum += x
	}
	return sum / float64(len(sample))
}

// TestLifetimeHasTheMeanAskedFor: a Weibull lifetime of shape k has the standard
// deviation mean x sqrt(G(1+2/k)/G(1+1/k)^2 - 1), G the gamma function: the mean itself at
// k = 1, where it is exponential.
func TestLifetimeHasTheMeanAskedFor(t *testing.T) {
	for _, shape := range []float64{0.5, 1, 2, 10} {
		name := fmt.Sprintf("the mean at shape %v", shape)
		drawn := ages(PreemptionSpec{Model: "lifetime", Params: Params{"mean": 8 * time.Hour, "shape": shape}}, name)
		g1, g2 := math.Gamma(1+1/shape), math.Gamma(1+2/shape)
		sd := 8 * math.Sqrt(g2/(g1*g1)-1)
		within3(t, name, mean(drawn), 8, sd/math.Sqrt(lifetimes))
	}
}

// TestLifetimeIsExponentialAtShapeOne: exp(-t/mean) outlive t.
func TestLifetimeIsExponentialAtShapeOne(t *testing.T) {
	drawn := ages(PreemptionSpec{Model: "lifetime", Params: Params{"mean": 8 * time.Hour, "shape": 1.}}, "exponential")
	for _, limit := range []float64{0.5, 4, 8, 24} {
		share(t, drawn, limit, math.Exp(-limit/8))
	}
}

// share fails unless the share of drawn above limit is within 3 standard errors of want.
func share(t *testing.T, drawn []float64, limit, want float64) {
	t.Helper()
	above := 0
	for _, age := range drawn {
		if age > limit {
			above++
		}
	}
	within3(t, fmt.Sprintf("the share above %v h", limit), float64(above)/lifetimes, want, math.Sqrt(want*(1-want)/lifetimes))
}

// TestLifetimeEndsAtTheCap: the share exp(-(cap/scale)^shape) reaches the cap, and for an
// exponential the mean becomes mean (1 - exp(-cap/mean)). With cap and mean of 24 hours
// these are 1/e and 24 (1 - 1/e); the capped square has the mean 2 x 24^2 (1 - 2/e).
func TestLifetimeEndsAtTheCap(t *testing.T) {
	drawn := ages(PreemptionSpec{Model: "lifetime", Params: Params{"mean": 24 * time.Hour, "shape": 1., "cap": 24 * time.Hour}}, "capped")
	for _, age := range drawn {
		if age > 24 {
			t.Fatalf("seed %d: lived for %v h", *seed, age)
		}
	}
	share(t, drawn, 23.999999, 1/math.E)
	m := 24 * (1 - 1/math.E)
	variance := 2*24*24*(1-2/math.E) - m*m
	within3(t, "the mean", mean(drawn), m, math.Sqrt(variance/lifetimes))

	scale := 24 / math.Gamma(1.5) // shape 2
	drawn = ages(PreemptionSpec{Model: "lifetime", Params: Params{"mean": 24 * time.Hour, "shape": 2., "cap": 24 * time.Hour}}, "capped Weibull")
	share(t, drawn, 23.999999, math.Exp(-(24/scale)*(24/scale)))
}

func TestLifetimeIsPositiveAndEnds(t *testing.T) {
	model := PreemptionSpec{Model: "lifetime", Params: Params{"mean": time.Duration(math.MaxInt64), "shape": 0.1}}.New(usd(0.3))
	if fate := model.Fate(at(5), 0); fate.At != at(5)+1 {
		t.Errorf("without luck it falls at %v", fate.At)
	}
	if fate := model.Fate(clock.Never-1, 36); fate.At != clock.Never {
		t.Errorf("with all the luck there is it falls at %v", fate.At)
	}
}

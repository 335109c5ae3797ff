package market

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/rng"
)

// falls counts the instances of each cohort, launched at one instant, by the step at
// which they fall; the last count is of those that never do.
type falls [][]int

const (
	cohortSize  = 20_000
	hazardSteps = 48 // 4 hours
)

// cohorts are launched before any step, between two, and at the instant of one, which
// is over by then.
var cohorts = []clock.Time{0, at(12), at(100)}

// hazardPool has a price that moves a lot, off the grid of the steps, and about 5 % of
// preemption a step.
func hazardPool(correlation string) Pool {
	spec := DefaultPrice(usd(0.3), usd(1))
	spec = spec.With("step", 7*time.Minute).With("spread", 0.5).With("relaxation", time.Hour)
	changes := take(spec.New(rng.Stream(*seed, "path")), 40)
	preemption := DefaultPreemption()
	preemption = preemption.With("rate", 0.6).With("correlation", correlation)
	return recordedPool(preemption, changes...)
}

// fallsOnSpot launches the cohorts on the spot market of p.
func fallsOnSpot(p Pool) falls {
	counts := noFalls()
	spot := NewSpot(p, *seed)
	advance := func(now clock.Time) {
		_, fallen := spot.Advance(now)
		for _, id := range fallen {
			counts[id/cohortSize][int(now/clock.Time(p.Preemption.Duration("step")))]++
		}
	}
	end := clock.At(hazardSteps * p.Preemption.Duration("step"))
	for c, launch := range slices.Concat(cohorts, []clock.Time{end}) {
		for spot.Due() <= launch {
			advance(spot.Due())
		}
		if launch < end {
			for i := range cohortSize {
				spot.Ask(launch, cloud.InstanceID(c*cohortSize+i), uint64(c), uint64(i))
			}
		}
	}
	return counts.withSurvivors()
}

// fallsOfCoins tosses a coin for every instance at every step after its launch, which
// comes up with probability factor (1 - exp(-rate x step)).
func fallsOfCoins(p Pool, factor float64, r *rand.Rand) falls {
	counts := noFalls()
	for c, launch := range cohorts {
		for range cohortSize {
			for step := 1; step <= hazardSteps; step++ {
				now := clock.At(time.Duration(step) * p.Preemption.Duration("step"))
				if now > launch && r.Float64() < factor*fallProbability(p, now) {
					counts[c][step]++
					break
				}
			}
		}
	}
	return counts.withSurvivors()
}

func fallProbability(p Pool, now clock.Time) float64 {
	relative := priceAt(p.Price.Changes, now).Dollars() / p.Price.Mean().Dollars()
	if p.Preemption.Word("correlation") == Inverse {
		relative = 1 / relative
	}
	return 1 - math.Exp(-p.Preemption.Number("rate")*relative*p.Preemption.Duration("step").Hours())
}

func priceAt(changes []PriceChange, now clock.Time) (price cloud.Price) {
	for _, c := range changes {
		if c.At <= now {
			price = c.Price
		}
	}
	return price
}

func noFalls() falls {
	counts := make(falls, len(cohorts))
	for c := range counts {
		counts[c] = make([]int, hazardSteps+2)
	}
	return counts
}

func (f falls) withSurvivors() falls {
	for _, counts := range f {
		survivors := cohortSize
		for _, n := range counts {
			survivors -= n
		}
		counts[hazardSteps+1] = survivors
	}
	return f
}

// sameLaw returns the probability that two counts drawn from one law differ as much as
// these (chi-square for two samples of one size: x = sum of (a-b)^2/(a+b), with a degree
// of freedom for each possible outcome of a cohort but one).
func sameLaw(a, b falls) (p float64) {
	x, freedom := 0.0, 0
	for c := range a {
		freedom--
		for k := range a[c] {
			if sum := float64(a[c][k] + b[c][k]); sum > 0 {
				x += float64(a[c][k]-b[c][k]) * float64(a[c][k]-b[c][k]) / sum
				freedom++
			}
		}
	}
	return distuv.ChiSquared{K: float64(freedom)}.Survival(x)
}

// TestHazardIsACoinTossAtEveryStep: and so the same test notices a coin that is off by
// 15 %.
func TestHazardIsACoinTossAtEveryStep(t *testing.T) {
	for _, correlation := range Correlations {
		t.Run(string(correlation), func(t *testing.T) {
			t.Logf("seed %d", *seed)
			p := hazardPool(correlation)
			got := fallsOnSpot(p)
			r := rng.Stream(*seed, "coins")
			if p := sameLaw(got, fallsOfCoins(p, 1, r)); p < 1e-3 {
				t.Errorf("the coins fall otherwise: p = %v", p)
			}
			if p := sameLaw(got, fallsOfCoins(p, 1.15, r)); p > 1e-6 {
				t.Errorf("coins that are off by 15 %% are not noticed: p = %v", p)
			}
		})
	}
}

// TestHazardRateFollowsThePrice: 0.6 an hour at the reference price.
func TestHazardRateFollowsThePrice(t *testing.T) {
	tests := []struct {
		correlation string
		reference   cloud.Price
		price       cloud.Price
		want        float64
	}{
		{Inverse, 0, usd(0.3), 0.6}, // the pool's mean
		{Inverse, 0, usd(0.15), 1.2},
		{Inverse, 0, usd(0.6), 0.3},
		{Direct, 0, usd(0.15), 0.3},
		{Direct, 0, usd(0.6), 1.2},
		{Direct, usd(0.6), usd(0.6), 0.6},
		{Direct, 0, 0, 0.6 / 0.3e9}, // as at a nano-dollar
		{Inverse, 0, 0, 0.6 * 0.3e9},
	}
	for _, test := range tests {
		spec := PreemptionSpec{Model: "hazard", Params: Params{"rate": 0.6, "step": time.Hour, "correlation": test.correlation, "reference": test.reference}}
		level := spec.New(usd(0.3)).Step(test.price) // one hour
		if math.Abs(level/test.want-1) > 1e-12 {
			t.Errorf("%s, reference %v: %v an hour at %v, want %v", test.correlation, test.reference, level, test.price, test.want)
		}
	}
}

package market

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/rng"
)

// TestOUIsStationary compares independent paths of X(0), X(h), X(2h)... with the
// stationary normal process of mean 0, variance s^2 and autocorrelation exp(-lag/tau).
// Over n paths the mean has the standard error s/sqrt(n), the variance s^2 sqrt(2/n) and
// the product X(0) X(lag), of mean s^2 rho, s^2 sqrt((1 + rho^2)/n).
func TestOUIsStationary(t *testing.T) {
	const (
		paths   = 40_000
		step    = 0.25 // hours
		tau     = 2.0
		s       = 0.3
		horizon = 40 // steps
	)
	r := rng.Stream(*seed, "ou")
	var sum, squares, products [horizon + 1]float64
	for range paths {
		p := newOU(step, tau, s, r)
		first := p.x
		for k := range horizon + 1 {
			x := p.next()
			sum[k] += x
			squares[k] += x * x
			products[k] += first * x
		}
	}
	for _, k := range []int{0, 1, 4, 8, 40} {
		rho := math.Exp(-float64(k) * step / tau)
		within3(t, fmt.Sprintf("the mean at step %d", k), sum[k]/paths, 0, s/math.Sqrt(paths))
		within3(t, fmt.Sprintf("the variance at step %d", k), squares[k]/paths, s*s, s*s*math.Sqrt(2.0/paths))
		within3(t, fmt.Sprintf("the autocovariance at lag %d", k), products[k]/paths, s*s*rho, s*s*math.Sqrt((1+rho*rho)/paths))
	}
}

// TestOUDoesNotDependOnItsStep: a step of 2h is distributed as two steps of h. After two,
// X(2h) = rho^2 X + kick (rho Z1 + Z2): the factor is squared, and the variance of the
// rest is kick^2 (1 + rho^2).
func TestOUDoesNotDependOnItsStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.Float64Range(1e-4, 100).Draw(t, "step")
		tau := rapid.Float64Range(1e-2, 100).Draw(t, "tau")
		s := rapid.Float64Range(1e-3, 10).Draw(t, "s")
		once, twice := newOU(step, tau, s, rng.Stream(1, "")), newOU(2*step, tau, s, rng.Stream(1, ""))
		same := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-12*math.Abs(want)+1e-300 {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
		}
		same("factor", twice.rho, once.rho*once.rho)
		same("variance", twice.kick*twice.kick, once.kick*once.kick*(1+once.rho*once.rho))
		// And the variance is stationary: s^2 = rho^2 s^2 + kick^2.
		same("stationary variance", once.rho*once.rho*s*s+once.kick*once.kick, s*s)
	})
}

// TestOUPriceHasTheMeanAndSpreadAskedFor: one price each from many pools, unclamped and
// without the daily cycle: mean $0.30/h, standard deviation 0.2 x 0.30 = 0.06.
func TestOUPriceHasTheMeanAndSpreadAskedFor(t *testing.T) {
	const pools = 20_000
	spec := PriceSpec{Model: "ou", Params: Params{"mean": usd(0.3), "ceiling": usd(1), "step": time.Hour, "spread": 0.2, "relaxation": 6 * time.Hour}}
	sum, squares := 0.0, 0.0
	for i := range pools {
		changes := take(spec.New(rng.Stream(*seed, fmt.Sprint("price/", i))), 5)
		off := changes[4].Price.Dollars() - 0.3
		sum += off
		squares += off * off
	}
	within3(t, "the mean", sum/pools, 0, 0.06/math.Sqrt(pools))
	within3(t, "the variance", squares/pools, 0.0036, 0.0036*math.Sqrt(2.0/pools))
}

// TestOUPriceFollowsTheDay: without spread the price is the mean times the daily cycle,
// 0.30 x 1.1 = 0.33 from 9 to 17 o'clock and 0.30 x 0.95 = 0.285 otherwise.
func TestOUPriceFollowsTheDay(t *testing.T) {
	spec := PriceSpec{Model: "ou", Params: Params{"mean": usd(0.3), "ceiling": usd(1), "step": time.Hour, "relaxation": time.Hour, "daily_swing": 0.1}}
	for i, change := range take(spec.New(rng.Stream(*seed, "")), 48) {
		want := usd(0.285)
		if hour := i % 24; hour >= 9 && hour < 17 {
			want = usd(0.33)
		}
		if change != (PriceChange{at(60 * float64(i)), want}) {
			t.Errorf("hour %d: %v from %v, want %v", i, change.Price, change.At, want)
		}
	}
}

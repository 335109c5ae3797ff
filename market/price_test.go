package market

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/rng"
)

// TestSimplePriceIsMeanPlusNoise: mean 0.3 and standard deviation 0.1 x 0.3 = 0.03, which
// n draws give to 0.03/sqrt(n) and 0.03/sqrt(2n), and no correlation with the next one.
func TestSimplePriceIsMeanPlusNoise(t *testing.T) {
	const n = 50_000
	spec := PriceSpec{Model: "simple", Params: Params{"mean": usd(0.3), "ceiling": usd(1), "step": time.Minute, "spread": 0.1, "relaxation": time.Duration(1)}}
	prices := make([]float64, n)
	for i, change := range take(spec.New(rng.Stream(*seed, "simple")), n) {
		prices[i] = change.Price.Dollars()
	}
	mean, sd := stat.MeanStdDev(prices, nil)
	within3(t, "the mean", mean, 0.3, 0.03/math.Sqrt(n))
	within3(t, "the standard deviation", sd, 0.03, 0.03/math.Sqrt(2*n))
	within3(t, "the correlation", stat.Correlation(prices[1:], prices[:n-1], nil), 0, 1/math.Sqrt(n))
}

func TestConstantPriceIsSetOnce(t *testing.T) {
	p := PriceSpec{Model: "constant", Params: Params{"mean": usd(0.3)}}.New(nil)
	if got := take(p, 3); !slices.Equal(got, []PriceChange{{0, usd(0.3)}}) {
		t.Errorf("changes %v", got)
	}
}

func TestTraceIsReplayed(t *testing.T) {
	trace := []PriceChange{{0, usd(0.3)}, {at(7), 0}, {at(8), usd(2)}, {at(1e6), usd(2)}}
	spec := PriceSpec{Model: "trace", Changes: trace, Params: Params{"mean": usd(0.3)}}
	for range 2 { // the spec is not used up
		if got := take(spec.New(nil), 9); !slices.Equal(got, trace) {
			t.Errorf("changes %v, want %v", got, trace)
		}
	}
}

// TestSyntheticPricesAreClamped: with a standard deviation ten times the mean, both
// bounds are met, and often.
func TestSyntheticPricesAreClamped(t *testing.T) {
	for _, m := range PriceModels() {
		if !m.Synthetic {
			continue
		}
		spec := DefaultPrice(usd(0.3), usd(1))
		spec.Model = m.Name
		spec = spec.With("spread", 10.)
		met := make(map[cloud.Price]int)
		for _, change := range take(spec.New(rng.Stream(*seed, "clamp")), 10_000) {
			if change.Price < spec.Price("floor") || change.Price > spec.Price("ceiling") {
				t.Fatalf("%s, seed %d: %v at %v", m.Name, *seed, change.Price, change.At)
			}
			met[change.Price]++
		}
		if met[spec.Price("floor")] < 1000 || met[spec.Price("ceiling")] < 1000 {
			t.Errorf("%s, seed %d: %d times at the floor, %d at the ceiling", m.Name, *seed, met[spec.Price("floor")], met[spec.Price("ceiling")])
		}
	}
}

// TestDailyCycleAveragesToOne: 8 (1 + s) + 16 (1 - s/2) = 24, exactly, where s and its
// sums are exact in binary: swings of whole 1/2^20.
func TestDailyCycleAveragesToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		swing := float64(rapid.IntRange(0, 1<<20).Draw(t, "swing x 2^20")) / (1 << 20)
		day := rapid.IntRange(0, 36_500).Draw(t, "day")
		sum := 0.0
		for hour := range 24 {
			sum += dailyCycle(at(60*float64(24*day+hour)), swing)
		}
		if sum != 24 {
			t.Fatalf("the hours of day %d sum to %v", day, sum)
		}
	})
}

func TestDailyCycleTurnsAtNineAndFive(t *testing.T) {
	const day = 24 * time.Hour
	tests := map[time.Duration]float64{
		0:                           0.95,
		9*time.Hour - 1:             0.95,
		9 * time.Hour:               1.1,
		17*time.Hour - 1:            1.1,
		17 * time.Hour:              0.95,
		day - 1:                     0.95,
		100*day + 9*time.Hour:       1.1,
		36_500*day + 17*time.Hour:   0.95,
		36_500*day + 16*time.Hour:   1.1,
		36_500*day + 8*time.Hour:    0.95,
		36_500*day + 9*time.Hour:    1.1,
		36_499*day + 23*time.Hour:   0.95,
		36_499*day + 12*time.Hour:   1.1,
		3*day + 9*time.Hour - 1:     0.95,
		3*day + 17*time.Hour - 1000: 1.1,
	}
	for since, want := range tests {
		if got := dailyCycle(clock.At(since), 0.1); got != want {
			t.Errorf("%v: %v, want %v", since, got, want)
		}
	}
}

func TestPriceSpecCheckTellsEveryProblem(t *testing.T) {
	bad := PriceSpec{Model: "ou", Params: Params{"mean": cloud.Price(0), "floor": usd(2), "ceiling": usd(1), "step": time.Duration(1), "spread": math.NaN(), "relaxation": time.Duration(0), "daily_swing": -0.1}}
	given := PriceSpec{Model: "trace", Params: Params{"mean": usd(0.3)}}
	trace := func(changes ...PriceChange) PriceSpec {
		s := given
		s.Changes = changes
		return s
	}
	high := DefaultPrice(usd(0.3), usd(1))
	high = high.With("ceiling", maxPrice+1)
	outside := DefaultPrice(usd(2), usd(1))
	tests := map[string]struct {
		spec PriceSpec
		want []string
	}{
		"the default":                    {DefaultPrice(usd(0.3), usd(1)), nil},
		"nothing but what constant uses": {PriceSpec{Model: "constant", Params: Params{"mean": maxPrice}}, nil},
		"everything": {bad, []string{
			"mean: $0/h must be in (0, the ceiling of $1/h]",
			"floor: $2/h must be in [0, the ceiling of $1/h]",
			"step: 1ns must be >= 1s",
			"spread: NaN must be in [0, 10]",
			"relaxation: 0s must be >= 1ns",
			"daily_swing: -0.1 must be in [0, 1]"}},
		"no such model":               {PriceSpec{Model: "oo", Params: Params{"mean": cloud.Price(1)}}, []string{`model: "oo" is not a price model`}},
		"a mean above the ceiling":    {outside, []string{"mean: $2/h must be in (0, the ceiling of $1/h]"}},
		"a ceiling beyond all prices": {high, []string{"ceiling: $10000.000000001/h must be in [the mean of $0.3/h, $10000/h]"}},
		"a trace without changes":     {given, []string{"changes: the first of 0 must be at 0"}},
		"a trace that begins late":    {trace(PriceChange{1, 1}), []string{"changes: the first of 1 must be at 0"}},
		"a trace of bounds":           {trace(PriceChange{0, 0}, PriceChange{1, maxPrice}), nil},
		"a trace that does not go on": {trace(PriceChange{0, 1}, PriceChange{0, 2}), []string{"changes[1]: 0s must be after 0s"}},
		"a trace out of order, beyond": {trace(PriceChange{0, -1}, PriceChange{at(2), 1}, PriceChange{at(1), maxPrice + 1}), []string{
			"changes[0]: -$0.000000001/h must be in [0, $10000/h]",
			"changes[2]: $10000.000000001/h must be in [0, $10000/h]",
			"changes[2]: 1m0s must be after 2m0s"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { expectErrors(t, test.spec.Check(), test.want) })
	}
}

// expectErrors compares the texts of errors.
func expectErrors(t *testing.T, errs []error, want []string) {
	t.Helper()
	var got []string
	for _, err := range errs {
		got = append(got, err.Error())
	}
	if !slices.Equal(got, want) {
		t.Errorf("errors\n%s\nwant\n%s", lines(got), lines(want))
	}
}

func lines(texts []string) (joined string) {
	for _, text := range texts {
		joined += fmt.Sprintf("\t%s\n", text)
	}
	return joined
}

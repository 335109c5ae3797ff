package cloud

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// dearest and longest bound what a bill can be made of: 10 000 $/h for 100 years come to
// 8.76e9 $, just below the largest Money.
const (
	dearest = 10_000 * int64(Dollar)
	longest = 876_000 * int64(time.Hour)
)

func drawCharge(t *rapid.T) (Charge, *big.Int) {
	price := rapid.Int64Range(0, dearest).Draw(t, "price")
	d := rapid.Int64Range(0, longest).Draw(t, "duration")
	return Price(price).Over(time.Duration(d)), new(big.Int).Mul(big.NewInt(price), big.NewInt(d))
}

func exact(c Charge) *big.Int {
	x := new(big.Int).SetUint64(c.hi)
	return x.Lsh(x, 64).Add(x, new(big.Int).SetUint64(c.lo))
}

func TestChargeIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, exactA := drawCharge(t)
		b, exactB := drawCharge(t)
		if exactA.Cmp(exactB) < 0 {
			a, b, exactA, exactB = b, a, exactB, exactA
		}
		same := func(what string, got Charge, want *big.Int) {
			if exact(got).Cmp(want) != 0 {
				t.Fatalf("%s is %v, want %v", what, exact(got), want)
			}
		}
		same("price x time", a, exactA)
		same("the sum", a.Plus(b), new(big.Int).Add(exactA, exactB))
		same("the difference", a.Minus(b), new(big.Int).Sub(exactA, exactB))

		// Halves up: floor(x/h + 1/2) = floor((2x + h) / 2h).
		hour := big.NewInt(int64(time.Hour))
		want := new(big.Int).Lsh(exactA, 1)
		want.Add(want, hour).Div(want, new(big.Int).Lsh(hour, 1))
		if got := a.Round(); big.NewInt(int64(got)).Cmp(want) != 0 {
			t.Fatalf("%v rounds to %d, want %v", exactA, int64(got), want)
		}
	})
}

func TestChargeRoundsHalvesUp(t *testing.T) {
	const half = time.Hour / 2 // half a nano-dollar at one nano-dollar an hour
	tests := []struct {
		price Price
		d     time.Duration
		want  Money
	}{
		{1, 0, 0},
		{1, half - 1, 0},
		{1, half, 1},
		{1, half + time.Hour - 1, 1},
		{1, half + time.Hour, 2},
		{3, half, 2}, // 1.5
		{Price(Dollar), time.Hour, Dollar},
		{Price(Dollar), time.Second, 277_778}, // 1e9/3600 = 277777.8
	}
	for _, test := range tests {
		if got := test.price.Over(test.d).Round(); got != test.want {
			t.Errorf("%d nano-dollars an hour for %v: %d, want %d", int64(test.price), test.d, int64(got), int64(test.want))
		}
	}
}

func TestSumsDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		charges := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Charge {
			c, _ := drawCharge(t)
			return c
		})).Draw(t, "charges")
		sum := func(charges []Charge) (sum Charge) {
			for _, c := range charges {
				sum = sum.Plus(c)
			}
			return sum
		}
		shuffled := rapid.Permutation(charges).Draw(t, "shuffled")
		if a, b := sum(charges), sum(shuffled); a != b {
			t.Fatalf("%v one way, %v another", exact(a), exact(b))
		}
	})
}

func TestChargePanics(t *testing.T) {
	// The largest Money is 2^63-1 nano-dollars; half a nano-dollar more rounds beyond it.
	most := Price(math.MaxInt64).Over(time.Hour)
	if got := most.Round(); got != math.MaxInt64 {
		t.Errorf("the largest charge rounds to %d", int64(got))
	}
	tests := map[string]func(){
		"negative charge: -$1/h over 1s": func() { Price(-Dollar).Over(time.Second) },
		"negative charge: $1/h over -1s": func() { Price(Dollar).Over(-time.Second) },
		"charge below zero":              func() { most.Minus(most.Plus(Charge{lo: 1})) },
		"beyond 9.2e9 dollars":           func() { most.Plus(Price(1).Over(time.Hour / 2)).Round() },
		"a charge beyond 9.2e9 dollars":  func() { Charge{hi: math.MaxInt64}.Round() },
	}
	for want, f := range tests {
		t.Run(want, func(t *testing.T) {
			defer func() {
				if message := fmt.Sprint(recover()); !strings.Contains(message, want) {
					t.Errorf("panic %q", message)
				}
			}()
			f()
		})
	}
}

func TestMoneyReadsInDollarsAndCents(t *testing.T) {
	tests := map[Money]string{
		0:                  "$0.00",
		1:                  "$0.00",
		Dollar / 100:       "$0.01",
		1_234_567_890:      "$1.23",
		-1_234_567_890:     "-$1.23",
		-1:                 "$0.00",
		math.MaxInt64:      "$9223372036.85",
		math.MinInt64:      "-$9223372036.85",
		1_000_000 * Dollar: "$1000000.00",
	}
	for m, want := range tests {
		if got := m.String(); got != want {
			t.Errorf("%d nano-dollars read %q, want %q", int64(m), got, want)
		}
	}
}

func TestPriceReadsInDollarsAnHour(t *testing.T) {
	tests := map[Price]string{
		0:              "$0/h",
		1:              "$0.000000001/h",
		300_000_000:    "$0.3/h",
		-300_000_000:   "-$0.3/h",
		98_320_000_000: "$98.32/h",
	}
	for p, want := range tests {
		if got := p.String(); got != want {
			t.Errorf("%d nano-dollars an hour read %q, want %q", int64(p), got, want)
		}
	}
}

func TestPriceMarshalsAsDollarsAnHour(t *testing.T) {
	got, err := json.Marshal([]Price{300_000_000, 1, 0})
	if err != nil || string(got) != "[0.3,0.000000001,0]" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestPerHourRoundsToTheNanoDollar(t *testing.T) {
	tests := map[float64]Price{
		0.3:                 300_000_000,
		0.30000000000000004: 300_000_000,
		0.0315:              31_500_000,
		4e-10:               0,
		6e-10:               1,
		-6e-10:              -1,
	}
	for x, want := range tests {
		if got := PerHour(x); got != want {
			t.Errorf("%v $/h is %d, want %d nano-dollars an hour", x, int64(got), int64(want))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := Price(rapid.Int64Range(0, dearest).Draw(t, "price"))
		if got := PerHour(p.Dollars()); got != p {
			t.Fatalf("%d there and back is %d", int64(p), int64(got))
		}
	})
}

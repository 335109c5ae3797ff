package cloud

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Money is an exact amount in nano-dollars (1e-9 $). Sums of Money do not depend on
// their order.
type Money int64

// Dollar is one US dollar.
const Dollar Money = 1e9

// Dollars returns m in dollars.
func (m Money) Dollars() float64 { return float64(m) / 1e9 }

func (m Money) String() string { return dollars(m.Dollars(), 2) }

// dollars writes x with that many decimals, or with as many as it takes if -1.
func dollars(x float64, decimals int) string {
	text := "$" + strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	if x < 0 && strings.Trim(text, "$0.") != "" { // no minus before zero
		return "-" + text
	}
	return text
}

// Price is an exact rate in nano-dollars an hour.
type Price int64

// PerHour returns the price of x dollars an hour, rounded to the nano-dollar: prices
// are rounded once, where they leave the model.
func PerHour(x float64) Price { return Price(math.Round(x * 1e9)) }

// Dollars returns p in dollars an hour.
func (p Price) Dollars() float64 { return float64(p) / 1e9 }

func (p Price) String() string { return dollars(p.Dollars(), -1) + "/h" }

// MarshalJSON writes p as a number of dollars an hour.
func (p Price) MarshalJSON() ([]byte, error) { return []byte(p.decimal()), nil }

func (p Price) decimal() string { return strconv.FormatFloat(p.Dollars(), 'f', -1, 64) }

// Charge is an exact sum of price x time, in units of 1e-9 $/h x 1 ns, wide enough (128
// bits) for any run. Rounding to Money happens once a bill.
type Charge struct{ hi, lo uint64 }

// nanoDollar is a Charge of one nano-dollar: the nanoseconds of an hour.
const nanoDollar = uint64(time.Hour)

// Over returns the exact charge of holding price p for d; neither may be negative.
func (p Price) Over(d time.Duration) Charge {
	if p < 0 || d < 0 {
		panic("cloud: negative charge: " + p.String() + " over " + d.String())
	}
	hi, lo := bits.Mul64(uint64(p), uint64(d))
	return Charge{hi, lo}
}

// Plus returns c + d.
func (c Charge) Plus(d Charge) Charge {
	lo, carry := bits.Add64(c.lo, d.lo, 0)
	hi, _ := bits.Add64(c.hi, d.hi, carry)
	return Charge{hi, lo}
}

// Minus returns c - d; d must not exceed c.
func (c Charge) Minus(d Charge) Charge {
	lo, borrow := bits.Sub64(c.lo, d.lo, 0)
	hi, borrow := bits.Sub64(c.hi, d.hi, borrow)
	if borrow != 0 {
		panic("cloud: charge below zero")
	}
	return Charge{hi, lo}
}

// Mean returns the price that held for d makes the charge c, rounded to the nano-dollar,
// halves up: the mean, over d, of the prices c is the sum of. d must be positive.
func (c Charge) Mean(d time.Duration) Price {
	c = c.Plus(Charge{0, uint64(d) / 2})
	quo, _ := bits.Div64(c.hi, c.lo, uint64(d))
	return Price(quo)
}

// Round returns the charge in nano-dollars, halves up. It panics beyond 9.2e9 dollars.
func (c Charge) Round() Money {
	c = c.Plus(Charge{0, nanoDollar / 2})
	if c.hi >= nanoDollar/2 {
		panic("cloud: a charge beyond 9.2e9 dollars")
	}
	quo, _ := bits.Div64(c.hi, c.lo, nanoDollar)
	return Money(quo)
}

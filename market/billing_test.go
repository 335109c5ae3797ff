package market

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
)

// stretch is a time at one price.
type stretch struct {
	price cloud.Price
	d     time.Duration
}

// use is what an instance used that lived through the stretches.
func use(life ...stretch) Usage {
	u := Usage{AtLaunch: life[0].price, AtEnd: life[len(life)-1].price}
	for _, s := range life {
		u.Lasted += s.d
		u.Moving = u.Moving.Plus(s.price.Over(s.d))
	}
	return u
}

func preempted(u Usage) Usage {
	u.Preempted = true
	return u
}

func TestBill(t *testing.T) {
	const (
		second = time.Second
		minute = time.Minute
		hour   = time.Hour
		cent   = cloud.Dollar / 100
	)
	bySecond := DefaultBilling() // at least a minute
	byHour := Billing{Granularity: hour, Basis: MovingPrice}
	byNanosecond := Billing{Granularity: 1, Basis: MovingPrice}
	atLaunch := Billing{Granularity: hour, Basis: LaunchPrice}
	free := byHour
	free.FirstHourFree = true

	p := usd(3.6) // a tenth of a cent a second
	one, two, ten := usd(1), usd(2), usd(10)
	tests := []struct {
		name    string
		billing Billing
		usage   Usage
		want    cloud.Money
	}{
		{"nothing used costs the minimum", bySecond, use(stretch{p, 0}), 6 * cent},
		{"half a minute costs the minimum", bySecond, use(stretch{p, 30 * second}), 6 * cent},
		{"a minute is a minute", bySecond, use(stretch{p, minute}), 6 * cent},
		{"part of a second is a second", bySecond, use(stretch{p, 90*second + 1}), 91 * cent / 10},
		{"nothing used without a minimum is free", byHour, use(stretch{p, 0}), 0},
		{"part of an hour is an hour", byHour, use(stretch{p, hour + 1}), 720 * cent},
		{"two hours are two hours", byHour, use(stretch{p, 2 * hour}), 720 * cent},
		// 30 min x $1/h + 30 min x $2/h = $1.50.
		{"each price is paid for its time", byHour, use(stretch{one, 30 * minute}, stretch{two, 30 * minute}), 150 * cent},
		// 0.50 + 15 min x $2/h + 15 min to the full hour x $2/h = $1.50.
		{"the rest of the hour is at the price at the end", byHour, use(stretch{one, 30 * minute}, stretch{two, 15 * minute}), 150 * cent},
		{"the launch price is for the whole life", atLaunch, use(stretch{one, 30 * minute}, stretch{two, 45 * minute}), 200 * cent},
		// 29 min and the rest of the hour at $10/h; 30 min at $10/h, and the rest at $1/h.
		{"an hour begun at a high price", byHour, use(stretch{ten, 29 * minute}), 1000 * cent},
		{"the same hour is cheaper if it ends after the price fell", byHour, use(stretch{ten, 30 * minute}, stretch{one, minute}), 550 * cent},
		{"preempted within the first hour", free, preempted(use(stretch{p, hour - 1})), 0},
		{"preempted at the end of the first hour", free, preempted(use(stretch{p, hour})), 360 * cent},
		{"terminated within the first hour", free, use(stretch{p, minute}), 360 * cent},
		{"preempted within the first hour, which is not free", byHour, preempted(use(stretch{p, minute})), 360 * cent},
		// Three times a sixth of a nano-dollar is half a nano-dollar, rounded up; rounded
		// one by one they would be nothing.
		{"it is rounded once", byNanosecond, use(stretch{1, 10 * minute}, stretch{1, 10 * minute}, stretch{1, 10 * minute}), 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.billing.Bill(test.usage); got != test.want {
				t.Errorf("billed %d, want %d nano-dollars", int64(got), int64(test.want))
			}
		})
	}
}

func drawBilling(t *rapid.T) Billing {
	return Billing{
		Granularity: rapid.SampledFrom([]time.Duration{1, time.Second, time.Minute, time.Hour}).Draw(t, "granularity"),
		Minimum:     rapid.SampledFrom([]time.Duration{0, time.Minute, 90 * time.Minute}).Draw(t, "minimum"),
		Since:       SinceReady,
		Basis:       rapid.SampledFrom([]Basis{MovingPrice, LaunchPrice}).Draw(t, "basis"),
	}
}

func drawLife(t *rapid.T) []stretch {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) stretch {
		return stretch{
			price: cloud.Price(rapid.Int64Range(0, int64(maxPrice)).Draw(t, "price")),
			d:     time.Duration(rapid.Int64Range(0, int64(2*time.Hour)).Draw(t, "for")),
		}
	}), 1, 8).Draw(t, "life")
}

func TestBillAtMovingPriceIsAtLeastTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBilling(t)
		b.Basis = MovingPrice
		u := use(drawLife(t)...)
		if got, integral := b.Bill(u), u.Moving.Round(); got < integral || b.Granularity == 1 && u.Lasted >= b.Minimum && got != integral {
			t.Fatalf("%+v bills %v for %v", b, got, integral)
		}
	})
}

func TestBillAtAConstantPriceIsThatAtLaunch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moving, launch := drawBilling(t), Billing{}
		moving.Basis = MovingPrice
		launch = moving
		launch.Basis = LaunchPrice
		u := use(drawLife(t)[0])
		if a, b := moving.Bill(u), launch.Bill(u); a != b {
			t.Fatalf("%v at the moving price, %v at that at launch", a, b)
		}
	})
}

// TestBillGrowsWithTime: at the launch price, and at the moving price while that does not
// fall. When it falls the rest of a unit of time gets cheaper with it: see TestBill.
func TestBillGrowsWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, life := drawBilling(t), drawLife(t)
		if b.Basis == MovingPrice {
			slices.SortFunc(life, func(a, b stretch) int { return int(a.price - b.price) })
		}
		last := cloud.Money(0)
		for i := range life {
			for _, part := range []time.Duration{0, life[i].d / 3, life[i].d} {
				lived := append(slices.Clone(life[:i]), stretch{life[i].price, part})
				bill := b.Bill(use(lived...))
				if bill < last {
					t.Fatalf("%+v bills %v, and before that %v: %v", b, bill, last, lived)
				}
				last = bill
			}
		}
	})
}

func TestBillingCheckTellsEveryProblem(t *testing.T) {
	expectErrors(t, DefaultBilling().Check(), nil)
	expectErrors(t, Billing{Granularity: 1, Since: SinceLaunch, Basis: LaunchPrice}.Check(), nil)
	expectErrors(t, Billing{Granularity: 0, Minimum: -time.Second, Since: "dawn"}.Check(), []string{
		"granularity: 0s must be at least 1ns",
		"minimum: -1s must be >= 0",
		`since: "dawn" must be ready or launch`,
		`basis: "" must be moving or launch`,
	})
}

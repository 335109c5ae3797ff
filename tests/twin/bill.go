package twin

import (
	"math/bits"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// bill is the integral of the price over the billed life. Time billed beyond the end, to
// fill the granularity or the minimum, costs the price at the end.
func (s *sim) bill(m *machine, how journal.Kind) cloud.Money {
	if m.billed == clock.Never {
		return 0
	}
	p, lasted := s.pools[m.pool], s.now.Sub(m.billed)
	rule := p.Billing
	if rule.FirstHourFree && how == journal.Preempt && lasted < time.Hour {
		return 0
	}
	whole := (lasted + rule.Granularity - 1) / rule.Granularity * rule.Granularity
	whole = max(whole, rule.Minimum)
	var sum wide
	if m.purchase == cloud.OnDemand || rule.Basis == market.LaunchPrice {
		sum.add(m.launched, whole)
		return sum.round()
	}
	sum.add(p.price(), whole-lasted)
	for n, until := len(p.path)-1, s.now; ; n-- {
		from := max(p.path[n].At, m.billed)
		sum.add(p.path[n].Price, until.Sub(from))
		if until = from; from == m.billed {
			return sum.round()
		}
	}
}

// wide is an exact sum of price x time in 128 bits.
type wide struct{ hi, lo uint64 }

func (w *wide) add(p cloud.Price, d time.Duration) {
	hi, lo := bits.Mul64(uint64(p), uint64(d))
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, lo, 0)
	w.hi, _ = bits.Add64(w.hi, hi, carry)
}

// round returns the nearest nano-dollar, halves up: a nano-dollar an hour, times the
// nanoseconds of an hour.
func (w wide) round() cloud.Money {
	lo, carry := bits.Add64(w.lo, uint64(time.Hour)/2, 0)
	quotient, _ := bits.Div64(w.hi+carry, lo, uint64(time.Hour))
	return cloud.Money(quotient)
}

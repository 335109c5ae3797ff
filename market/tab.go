package market

import (
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Meter integrates the spot price of a pool, exactly. One subtraction then gives the
// integral over any instance's life.
type Meter struct {
	Spot  cloud.Price // now
	since clock.Time
	total cloud.Charge // until since
}

// Reprice sets the spot price from now on.
func (m *Meter) Reprice(now clock.Time, p cloud.Price) {
	m.total, m.since, m.Spot = m.read(now), now, p
}

func (m *Meter) read(now clock.Time) cloud.Charge {
	return m.total.Plus(m.Spot.Over(now.Sub(m.since)))
}

// Tab is what is known of the bill of an instance while it lives.
type Tab struct {
	Launched cloud.Price // the price at launch
	open     bool        // the bill has begun
	began    clock.Time
	metered  cloud.Charge // the pool's meter at that instant
}

// Begin begins the bill, unless it has begun before.
func (t *Tab) Begin(now clock.Time, m *Meter) {
	if !t.open {
		t.open, t.began, t.metered = true, now, m.read(now)
	}
}

// Bill returns the bill of an instance of p that ends now; nothing if it has not begun.
func (p *Pool) Bill(t *Tab, m *Meter, how cloud.Purchase, now clock.Time, preempted bool) cloud.Money {
	if !t.open {
		return 0
	}
	u := Usage{Lasted: now.Sub(t.began), AtLaunch: t.Launched, Preempted: preempted}
	if how == cloud.Spot {
		u.AtEnd, u.Moving = m.Spot, m.read(now).Minus(t.metered)
	} else {
		u.AtEnd, u.Moving = p.OnDemand, p.OnDemand.Over(u.Lasted)
	}
	return p.Billing.Bill(u)
}

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
)

// spotMarket sells the instances of one pool: it grants or refuses launches, moves the
// spot price, and takes spot instances back.
type spotMarket struct {
	kernel    *kernel
	self      address
	id        cloud.PoolID
	pool      market.Pool
	spot      *market.Spot
	journal   journal.Writer
	instances *actor.PID
	tenant    *actor.PID
	step      clock.Key // the next step of the preemption model
	fates     []market.Fate
}

// The kinds of event of a spot market. A change of price or capacity is an event of its
// own, planned by nothing but the change before it: so the changes of several pools at one
// instant come in one order, whatever the policy does.
const (
	changeMarket clock.Kind = iota
	stepPreemption
)

func (m *spotMarket) Receive(ctx actor.Context) {
	recyclers := &m.kernel.recyclers
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		m.planChange(ctx)
	case *clock.Event:
		m.happen(ctx, msg.Kind())
	case *launch:
		m.launch(ctx, recyclers.launch.open(msg))
	case *terminate:
		gone := recyclers.terminate.open(msg)
		m.spot.Release(gone.instance)
		post(ctx, m.instances, &recyclers.terminate, gone)
	case *forget:
		gone := recyclers.forget.open(msg)
		m.spot.Forget(gone.instance, gone.fate)
		m.planStep(ctx)
	}
}

func (m *spotMarket) planChange(ctx actor.Context) {
	if due := m.spot.NextChange(); due != clock.Never {
		m.kernel.schedule(ctx, due, clock.Market, changeMarket, m.self, 0)
	}
}

// planStep sees to it that the preemption model steps when that is due next.
func (m *spotMarket) planStep(ctx actor.Context) {
	due := m.spot.NextStep()
	planned := m.step != clock.Key{}
	if planned && m.step.At() == due {
		return
	}
	if planned {
		m.kernel.cancel(ctx, m.step)
		m.step = clock.Key{}
	}
	if due != clock.Never {
		m.step = m.kernel.schedule(ctx, due, clock.Market, stepPreemption, m.self, 0)
	}
}

func (m *spotMarket) happen(ctx actor.Context, kind clock.Kind) {
	if kind == stepPreemption {
		m.step = clock.Key{}
		if m.spot.NextChange() == m.kernel.now() {
			return // the market changes at this instant too: it makes the step when it does
		}
	}
	changes, reclaimed := m.spot.Advance(m.kernel.now())
	if changes.Price {
		m.announcePrice(ctx)
	}
	if changes.Capacity {
		m.announceCapacity(ctx)
	}
	if kind == changeMarket {
		m.planChange(ctx)
	}
	for _, id := range reclaimed {
		post(ctx, m.instances, &m.kernel.recyclers.reclaim, reclaim{id})
	}
	m.planStep(ctx)
}

func (m *spotMarket) announcePrice(ctx actor.Context) {
	price := m.spot.Price()
	e := journal.New(journal.Price, m.kernel.now())
	e.Pool, e.Price = m.id, price
	m.journal.Record(e)
	post(ctx, m.instances, &m.kernel.recyclers.priceChanged, priceChanged{price})
	n := m.kernel.news(scheduler.PriceChanged)
	n.Pool, n.Price = m.id, price
	ctx.Send(m.tenant, n)
}

func (m *spotMarket) announceCapacity(ctx actor.Context) {
	e := journal.New(journal.Capacity, m.kernel.now())
	e.Pool, e.Count = m.id, m.spot.Capacity()
	m.journal.Record(e)
	n := m.kernel.news(scheduler.CapacityChanged)
	n.Pool, n.Count = m.id, e.Count
	ctx.Send(m.tenant, n)
}

func (m *spotMarket) launch(ctx actor.Context, l launch) {
	m.fates = m.fates[:0]
	for n := range l.count {
		fate := market.Fate{At: clock.Never}
		if l.purchase == cloud.Spot {
			var reason journal.Reason
			fate, reason = m.spot.Ask(m.kernel.now(), l.instance+cloud.InstanceID(n), l.place, l.turn+uint64(n))
			if reason != journal.NoReason {
				for n, fate := range m.fates { // granted before the rest was refused
					m.spot.Forget(l.instance+cloud.InstanceID(n), fate)
				}
				m.refuse(ctx, l, reason)
				return
			}
		}
		m.fates = append(m.fates, fate)
	}
	m.planStep(ctx)
	for n, fate := range m.fates {
		post(ctx, m.instances, &m.kernel.recyclers.provision, provision{l.instance + cloud.InstanceID(n), l.purchase, l.task, l.replica, fate})
	}
}

func (m *spotMarket) refuse(ctx actor.Context, l launch, reason journal.Reason) {
	e := journal.New(journal.Refuse, m.kernel.now())
	e.Reason, e.Purchase, e.Price = reason, l.purchase, m.spot.Price()
	e.Pool, e.Instance, e.Task, e.Replica = m.id, l.instance, l.task, l.replica
	m.journal.Record(e)
	n := m.kernel.news(scheduler.Refused)
	n.Instance, n.Reason = l.instance, reason
	ctx.Send(m.tenant, n)
}

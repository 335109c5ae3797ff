package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
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
	policy    *actor.PID
	step      clock.Key // the next step of the preemption model
}

// The kinds of event of a spot market. A price change is an event of its own, planned by
// nothing but the change before it: so the prices of several pools at one instant come in
// one order, whatever the policy does.
const (
	changePrice clock.Kind = iota
	stepPreemption
)

func (m *spotMarket) Receive(ctx actor.Context) {
	bags := &m.kernel.bags
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		m.planPrice(ctx)
	case *clock.Event:
		m.happen(ctx, msg.Kind())
	case *launch:
		m.launch(ctx, bags.launch.open(msg))
	case *forget:
		gone := bags.forget.open(msg)
		m.spot.Forget(gone.instance, gone.fate)
		m.planStep(ctx)
	}
}

func (m *spotMarket) planPrice(ctx actor.Context) {
	if due := m.spot.NextPrice(); due != clock.Never {
		m.kernel.schedule(ctx, due, clock.Market, changePrice, m.self, 0)
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
		if m.spot.NextPrice() == m.kernel.now() {
			return // the price changes at this instant too: it makes the step when it does
		}
	}
	repriced, fallen := m.spot.Advance(m.kernel.now())
	if repriced {
		m.announce(ctx, reprice{m.id, m.spot.Price()})
		m.planPrice(ctx)
	}
	for _, id := range fallen {
		post(ctx, m.instances, &m.kernel.bags.reclaim, reclaim{id})
	}
	m.planStep(ctx)
}

func (m *spotMarket) announce(ctx actor.Context, news reprice) {
	m.journal.Record(journal.Entry{
		At: m.kernel.now(), Kind: journal.Price, Pool: m.id, Price: news.price,
		Instance: cloud.None, Task: cloud.None,
	})
	post(ctx, m.instances, &m.kernel.bags.reprice, news)
	post(ctx, m.policy, &m.kernel.bags.reprice, news)
}

func (m *spotMarket) launch(ctx actor.Context, l launch) {
	entry := journal.Entry{
		At: m.kernel.now(), Kind: journal.Launch, Purchase: l.purchase,
		Pool: m.id, Instance: l.instance, Task: l.task, Price: m.pool.OnDemand,
	}
	fate := market.Fate{At: clock.Never}
	if l.purchase == cloud.Spot {
		entry.Price = m.spot.Price()
		if fate, entry.Reason = m.spot.Ask(m.kernel.now(), l.instance, l.place, l.turn); entry.Reason != journal.NoReason {
			entry.Kind = journal.Refuse
			m.journal.Record(entry)
			post(ctx, m.policy, &m.kernel.bags.refused, refused{l.instance})
			return
		}
		m.planStep(ctx)
	}
	m.journal.Record(entry)
	post(ctx, m.instances, &m.kernel.bags.provision, provision{l.instance, l.purchase, l.task, fate})
}

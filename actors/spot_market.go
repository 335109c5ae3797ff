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
	bags := &m.kernel.bags
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		m.planChange(ctx)
	case *clock.Event:
		m.happen(ctx, msg.Kind())
	case *launch:
		m.launch(ctx, bags.launch.open(msg))
	case *terminate:
		gone := bags.terminate.open(msg)
		m.spot.Release(gone.instance)
		post(ctx, m.instances, &bags.terminate, gone)
	case *forget:
		gone := bags.forget.open(msg)
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
	changes, fallen := m.spot.Advance(m.kernel.now())
	if changes.Price {
		m.announcePrice(ctx, reprice{m.id, m.spot.Price()})
	}
	if changes.Capacity {
		m.announceCapacity(ctx, capacity{m.id, m.spot.Capacity()})
	}
	if kind == changeMarket {
		m.planChange(ctx)
	}
	for _, id := range fallen {
		post(ctx, m.instances, &m.kernel.bags.reclaim, reclaim{id})
	}
	m.planStep(ctx)
}

func (m *spotMarket) announcePrice(ctx actor.Context, news reprice) {
	m.journal.Record(journal.Entry{
		At: m.kernel.now(), Kind: journal.Price, Pool: m.id, Price: news.price,
		Instance: cloud.None, Task: cloud.None,
	})
	post(ctx, m.instances, &m.kernel.bags.reprice, news)
	post(ctx, m.policy, &m.kernel.bags.reprice, news)
}

func (m *spotMarket) announceCapacity(ctx actor.Context, news capacity) {
	m.journal.Record(journal.Entry{
		At: m.kernel.now(), Kind: journal.Capacity, Pool: m.id, Count: news.count,
		Instance: cloud.None, Task: cloud.None,
	})
	post(ctx, m.policy, &m.kernel.bags.capacity, news)
}

func (m *spotMarket) launch(ctx actor.Context, l launch) {
	m.fates = m.fates[:0]
	for n := range l.count {
		fate := market.Fate{At: clock.Never}
		if l.purchase == cloud.Spot {
			var reason journal.Reason
			fate, reason = m.spot.Ask(m.kernel.now(), l.instance+cloud.InstanceID(n), l.place, l.turn+uint64(n))
			if reason != journal.NoReason {
				m.withdraw(l)
				m.refuse(ctx, l, reason)
				return
			}
		}
		m.fates = append(m.fates, fate)
	}
	m.planStep(ctx)
	for n, fate := range m.fates {
		post(ctx, m.instances, &m.kernel.bags.provision, provision{l.instance + cloud.InstanceID(n), l.purchase, l.task, l.replica, fate})
	}
}

// withdraw gives back what was granted of a launch before the rest was refused.
func (m *spotMarket) withdraw(l launch) {
	for n, fate := range m.fates {
		m.spot.Forget(l.instance+cloud.InstanceID(n), fate)
	}
}

func (m *spotMarket) refuse(ctx actor.Context, l launch, reason journal.Reason) {
	m.journal.Record(journal.Entry{
		At: m.kernel.now(), Kind: journal.Refuse, Reason: reason, Purchase: l.purchase,
		Pool: m.id, Instance: l.instance, Task: l.task, Replica: l.replica, Price: m.spot.Price(),
	})
	post(ctx, m.policy, &m.kernel.bags.refused, refused{l.instance})
}

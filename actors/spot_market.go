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
	look      clock.Key // the next look at the market
}

func (m *spotMarket) Receive(ctx actor.Context) {
	bags := &m.kernel.bags
	switch msg := ctx.Message().(type) {
	case *actor.Started:
		m.plan(ctx)
	case *clock.Event:
		m.advance(ctx)
	case *launch:
		m.launch(ctx, bags.launch.open(msg))
	case *forget:
		gone := bags.forget.open(msg)
		m.spot.Forget(gone.instance, gone.fate)
	}
}

// plan sees to it that the market is looked at when that is due next.
func (m *spotMarket) plan(ctx actor.Context) {
	due := m.spot.Due()
	planned := m.look != clock.Key{}
	if planned && m.look.At() == due {
		return
	}
	if planned {
		m.kernel.cancel(ctx, m.look)
		m.look = clock.Key{}
	}
	if due != clock.Never {
		m.look = m.kernel.schedule(ctx, due, clock.Market, 0, m.self, 0)
	}
}

func (m *spotMarket) advance(ctx actor.Context) {
	bags := &m.kernel.bags
	m.look = clock.Key{}
	repriced, fallen := m.spot.Advance(m.kernel.now())
	if repriced {
		news := reprice{m.id, m.spot.Price()}
		m.journal.Record(journal.Entry{
			At: m.kernel.now(), Kind: journal.Price, Pool: m.id, Price: news.price,
			Instance: cloud.None, Task: cloud.None,
		})
		post(ctx, m.instances, &bags.reprice, news)
		post(ctx, m.policy, &bags.reprice, news)
	}
	for _, id := range fallen {
		post(ctx, m.instances, &bags.reclaim, reclaim{id})
	}
	m.plan(ctx)
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
		m.plan(ctx)
	}
	m.journal.Record(entry)
	post(ctx, m.instances, &m.kernel.bags.provision, provision{l.instance, l.purchase, l.task, fate})
}

package actors

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
)

// instances owns the instances of one pool from grant to end, and makes out their bills.
// One actor holds them all: an actor for each instance would cost 1.1 us and 600 bytes
// more (BenchmarkInstanceActor).
type instances struct {
	kernel  *kernel
	self    address
	id      cloud.PoolID
	pool    market.Pool
	journal journal.Writer
	market  *actor.PID
	tasks   *actor.PID
	service *actor.PID // nil without one
	tenant  *actor.PID
	delays  *rand.Rand
	notices rng.Table
	meter   market.Meter
	living  map[cloud.InstanceID]*instance
	spare   recycler[instance] // ended ones
}

// instance is one living instance.
type instance struct {
	purchase  cloud.Purchase
	running   bool
	released  bool // the market has taken it off its books
	reclaimed bool // the provider has decided to take it, at due
	due       clock.Time
	task      cloud.TaskID
	replica   cloud.ReplicaID
	bill      market.Tab
	granted   clock.Time
	ready     clock.Time // since when it runs
	fate      market.Fate
	wake      clock.Key // its becoming ready
	ending    clock.Key // its end by age or after notice
}

// The kinds of event of an instance.
const (
	instanceReady   clock.Kind = iota
	instanceExpires            // the end by age is decided
	noticeDue                  // the recommendation has been given; now the notice
	noticeEnds                 // the notice has run out
)

// newInstances returns the instance actor of a pool; who it talks to is set by the run.
func newInstances(k *kernel, id cloud.PoolID, pool market.Pool, seed uint64, w journal.Writer) *instances {
	return &instances{
		kernel: k, id: id, pool: pool, journal: w,
		delays:  rng.Stream(seed, "provisioning/"+pool.Name.String()),
		notices: rng.NewTable(seed, "notice/"+pool.Name.String()),
		living:  map[cloud.InstanceID]*instance{},
	}
}

func (a *instances) Receive(ctx actor.Context) {
	recyclers := &a.kernel.recyclers
	switch m := ctx.Message().(type) {
	case *clock.Event:
		a.happen(ctx, m.Kind(), cloud.InstanceID(m.Arg))
	case *provision:
		a.provision(ctx, recyclers.provision.open(m))
	case *assign:
		a.assign(ctx, recyclers.assign.open(m))
	case *priceChanged:
		a.meter.Reprice(a.kernel.now(), recyclers.priceChanged.open(m).price)
	case *reclaim:
		id := recyclers.reclaim.open(m).instance
		a.living[id].released = true
		a.reclaim(ctx, id)
	case *terminate:
		id := recyclers.terminate.open(m).instance
		if _, lives := a.living[id]; lives { // one of a gang may have been preempted at this very instant
			a.terminate(ctx, id)
		}
	}
}

func (a *instances) happen(ctx actor.Context, kind clock.Kind, id cloud.InstanceID) {
	switch kind {
	case instanceReady:
		a.ready(ctx, id)
	case instanceExpires:
		a.living[id].ending = clock.Key{}
		a.reclaim(ctx, id)
	case noticeDue:
		a.giveNotice(ctx, id)
	case noticeEnds:
		a.living[id].ending = clock.Key{}
		a.end(ctx, id, journal.Preempt)
	case closeRun:
		for _, id := range slices.Sorted(maps.Keys(a.living)) {
			a.end(ctx, id, journal.Close)
		}
	}
}

func (a *instances) provision(ctx actor.Context, p provision) {
	now := a.kernel.now()
	i := a.spare.take()
	*i = instance{purchase: p.purchase, task: p.task, replica: p.replica, granted: now, bill: market.Tab{Launched: a.price(p.purchase)}, fate: p.fate}
	a.living[p.instance] = i
	e := a.entry(journal.Launch, p.instance, i)
	e.Task, e.Replica, e.Price = p.task, p.replica, i.bill.Launched
	a.journal.Record(e)
	if a.pool.Billing.Since == market.SinceLaunch {
		i.bill.Begin(now, &a.meter)
	}
	delay := a.pool.Provisioning.Sample(a.delays)
	if delay > 0 {
		i.wake = a.kernel.schedule(ctx, now.Add(delay), clock.Work, instanceReady, a.self, int32(p.instance))
	} else {
		a.ready(ctx, p.instance)
	}
	if p.fate.At != clock.Never {
		i.ending = a.kernel.schedule(ctx, p.fate.At, clock.Market, instanceExpires, a.self, int32(p.instance))
	}
}

// price returns what an instance costs now.
func (a *instances) price(p cloud.Purchase) cloud.Price {
	if p == cloud.Spot {
		return a.meter.Spot
	}
	return a.pool.OnDemand
}

func (a *instances) ready(ctx actor.Context, id cloud.InstanceID) {
	i := a.living[id]
	i.running, i.ready, i.wake = true, a.kernel.now(), clock.Key{}
	i.bill.Begin(i.ready, &a.meter)
	a.journal.Record(a.entry(journal.Ready, id, i))
	if i.task != cloud.None {
		post(ctx, a.tasks, &a.kernel.recyclers.start, start{i.task, id, a.id, i.purchase})
	}
	if i.replica != cloud.NoReplica {
		post(ctx, a.service, &a.kernel.recyclers.instanceUp, instanceUp{i.replica, a.id, i.purchase, i.granted})
	}
	a.report(ctx, scheduler.Ready, id)
}

func (a *instances) assign(ctx actor.Context, m assign) {
	i := a.living[m.instance]
	i.task = m.task
	if i.running {
		post(ctx, a.tasks, &a.kernel.recyclers.start, start{m.task, m.instance, a.id, i.purchase})
	}
}

// reclaim is the provider's decision to take an instance, now or after a notice.
func (a *instances) reclaim(ctx actor.Context, id cloud.InstanceID) {
	i := a.living[id]
	if i.reclaimed {
		return // of age, and now for lack of capacity too
	}
	if i.ending != (clock.Key{}) { // it will not live to its age
		a.kernel.cancel(ctx, i.ending)
	}
	i.reclaimed, i.ending = true, clock.Key{}
	early := a.pool.Notice.Rebalance
	i.due = a.kernel.now().Add(a.pool.Notice.Total())
	if early == 0 {
		a.giveNotice(ctx, id)
		return
	}
	i.ending = a.kernel.schedule(ctx, a.kernel.now().Add(early), clock.Market, noticeDue, a.self, int32(id))
	if a.pool.Notice.Recommends(a.notices.Uniform(uint64(id), 1)) {
		e := a.entry(journal.Rebalance, id, i)
		e.Span = a.pool.Notice.Total()
		a.journal.Record(e)
		a.report(ctx, scheduler.Recommended, id)
	}
}

// terminate ends an instance for the tenant. One that the provider takes at this very instant
// it takes: a gang is preempted as a whole, whichever of its instances is the first.
func (a *instances) terminate(ctx actor.Context, id cloud.InstanceID) {
	how := journal.Terminate
	if i := a.living[id]; i.reclaimed && i.due == a.kernel.now() {
		how = journal.Preempt
	}
	a.end(ctx, id, how)
}

// giveNotice gives the preemption notice, or without one takes the instance.
func (a *instances) giveNotice(ctx actor.Context, id cloud.InstanceID) {
	i := a.living[id]
	i.ending = clock.Key{}
	lead := a.pool.Notice.Lead
	if lead == 0 {
		a.end(ctx, id, journal.Preempt)
		return
	}
	i.ending = a.kernel.schedule(ctx, a.kernel.now().Add(lead), clock.Market, noticeEnds, a.self, int32(id))
	if a.pool.Notice.Warns(a.notices.Uniform(uint64(id), 0)) {
		e := a.entry(journal.Notice, id, i)
		e.Span = lead
		a.journal.Record(e)
		a.report(ctx, scheduler.Noticed, id)
	}
}

// end makes out the bill of an instance, reports its end to all whom it concerns and forgets
// it. how is Preempt, Terminate or Close.
func (a *instances) end(ctx actor.Context, id cloud.InstanceID, how journal.Kind) {
	i := a.living[id]
	delete(a.living, id)
	recyclers := &a.kernel.recyclers
	for _, key := range []clock.Key{i.wake, i.ending} {
		if (key != clock.Key{}) && how != journal.Close {
			a.kernel.cancel(ctx, key)
		}
	}
	e := a.entry(how, id, i)
	e.Span, e.Cost = a.ran(i), a.pool.Bill(&i.bill, &a.meter, i.purchase, e.At, how == journal.Preempt)
	a.journal.Record(e)
	if how != journal.Close {
		if a.onMarket(i) {
			post(ctx, a.market, &recyclers.forget, forget{id, i.fate})
		}
		if how == journal.Preempt {
			a.report(ctx, scheduler.Preempted, id)
		}
		if i.replica != cloud.NoReplica {
			post(ctx, a.service, &recyclers.instanceDown, instanceDown{i.replica})
		}
		if i.task != cloud.None {
			post(ctx, a.tasks, &recyclers.interrupt, interrupt{i.task, id, how == journal.Preempt})
		}
	}
	a.spare.put(i)
}

// onMarket reports whether the spot market has i on its books.
func (a *instances) onMarket(i *instance) bool {
	return i.purchase == cloud.Spot && !i.released && (a.pool.Capacity != nil || !math.IsInf(i.fate.Threshold, 1))
}

func (a *instances) ran(i *instance) time.Duration {
	if !i.running {
		return 0
	}
	return a.kernel.now().Sub(i.ready)
}

// entry returns an entry of an instance, now.
func (a *instances) entry(kind journal.Kind, id cloud.InstanceID, i *instance) journal.Entry {
	e := journal.New(kind, a.kernel.now())
	e.Pool, e.Instance, e.Purchase = a.id, id, i.purchase
	return e
}

// report sends the tenant news of an instance.
func (a *instances) report(ctx actor.Context, kind scheduler.NewsKind, id cloud.InstanceID) {
	n := a.kernel.news(kind)
	n.Instance = id
	ctx.Send(a.tenant, n)
}

package actors

import (
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
	policy  *actor.PID
	delays  *rand.Rand
	notices rng.Table
	meter   meter
	living  map[cloud.InstanceID]*instance
	spare   []*instance // ended ones, to be used again
}

// instance is one living instance.
type instance struct {
	purchase cloud.Purchase
	running  bool
	taken    bool // the market has taken it off its books
	doomed   bool // the provider has decided to take it, at due
	due      clock.Time
	task     cloud.TaskID
	replica  cloud.ReplicaID
	launched cloud.Price // the price at launch
	granted  clock.Time
	billed   clock.Time   // since when it is billed; clock.Never before that
	metered  cloud.Charge // the pool's meter at that instant
	ready    clock.Time   // since when it runs
	fate     market.Fate
	wake     clock.Key // its becoming ready
	fall     clock.Key // its end by age or after notice
}

// The kinds of event of an instance.
const (
	getReady clock.Kind = iota
	growOld             // the end by age is decided
	warn                // the recommendation has been given; now the notice
	fallNow             // the notice has run out
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

// meter integrates the spot price of the pool, exactly. One subtraction then gives the
// integral over any instance's life.
type meter struct {
	at    clock.Time
	price cloud.Price
	total cloud.Charge
}

func (m *meter) read(now clock.Time) cloud.Charge {
	return m.total.Plus(m.price.Over(now.Sub(m.at)))
}

func (m *meter) reprice(now clock.Time, p cloud.Price) {
	m.total = m.read(now)
	m.at, m.price = now, p
}

func (a *instances) Receive(ctx actor.Context) {
	bags := &a.kernel.bags
	switch m := ctx.Message().(type) {
	case *clock.Event:
		a.happen(ctx, m.Kind(), cloud.InstanceID(m.Arg))
	case *provision:
		a.provision(ctx, bags.provision.open(m))
	case *assign:
		a.assign(ctx, bags.assign.open(m))
	case *reprice:
		a.meter.reprice(a.kernel.now(), bags.reprice.open(m).price)
	case *reclaim:
		id := bags.reclaim.open(m).instance
		a.living[id].taken = true
		a.doom(ctx, id)
	case *terminate:
		id := bags.terminate.open(m).instance
		if _, lives := a.living[id]; lives { // one of a gang may have been taken in the same breath
			a.giveBack(ctx, id)
		}
	}
}

func (a *instances) happen(ctx actor.Context, kind clock.Kind, id cloud.InstanceID) {
	switch kind {
	case getReady:
		a.ready(ctx, id)
	case growOld:
		a.living[id].fall = clock.Key{}
		a.doom(ctx, id)
	case warn:
		a.warn(ctx, id)
	case fallNow:
		a.living[id].fall = clock.Key{}
		a.end(ctx, id, journal.Preempt)
	case closeBooks:
		for _, id := range a.sorted() {
			a.end(ctx, id, journal.Close)
		}
	}
}

func (a *instances) sorted() []cloud.InstanceID {
	ids := make([]cloud.InstanceID, 0, len(a.living))
	for id := range a.living {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (a *instances) provision(ctx actor.Context, p provision) {
	now := a.kernel.now()
	i := a.take()
	*i = instance{purchase: p.purchase, task: p.task, replica: p.replica, granted: now, launched: a.price(p.purchase), billed: clock.Never, fate: p.fate}
	a.living[p.instance] = i
	a.record(journal.Entry{Kind: journal.Launch, Purchase: p.purchase, Instance: p.instance, Task: p.task, Replica: p.replica, Price: i.launched})
	if a.pool.Billing.Since == market.SinceLaunch {
		a.bill(i)
	}
	delay := a.pool.Provisioning.Sample(a.delays)
	if delay > 0 {
		i.wake = a.kernel.schedule(ctx, now.Add(delay), clock.Work, getReady, a.self, int32(p.instance))
	} else {
		a.ready(ctx, p.instance)
	}
	if p.fate.At != clock.Never {
		i.fall = a.kernel.schedule(ctx, p.fate.At, clock.Market, growOld, a.self, int32(p.instance))
	}
}

func (a *instances) take() *instance {
	if last := len(a.spare) - 1; last >= 0 {
		i := a.spare[last]
		a.spare = a.spare[:last]
		return i
	}
	return new(instance)
}

// price returns what an instance costs now.
func (a *instances) price(p cloud.Purchase) cloud.Price {
	if p == cloud.Spot {
		return a.meter.price
	}
	return a.pool.OnDemand
}

// bill begins the bill of i.
func (a *instances) bill(i *instance) {
	i.billed, i.metered = a.kernel.now(), a.meter.read(a.kernel.now())
}

func (a *instances) ready(ctx actor.Context, id cloud.InstanceID) {
	i := a.living[id]
	i.running, i.ready, i.wake = true, a.kernel.now(), clock.Key{}
	if i.billed == clock.Never {
		a.bill(i)
	}
	a.record(journal.Entry{Kind: journal.Ready, Purchase: i.purchase, Instance: id, Task: cloud.None})
	if i.task != cloud.None {
		post(ctx, a.tasks, &a.kernel.bags.start, start{i.task, id, a.id, i.purchase})
	}
	if i.replica != cloud.NoReplica {
		post(ctx, a.service, &a.kernel.bags.raise, raise{i.replica, a.id, i.purchase, i.granted})
	}
	post(ctx, a.policy, &a.kernel.bags.ready, ready{id})
}

func (a *instances) assign(ctx actor.Context, m assign) {
	i := a.living[m.instance]
	i.task = m.task
	if i.running {
		post(ctx, a.tasks, &a.kernel.bags.start, start{m.task, m.instance, a.id, i.purchase})
	}
}

// doom is the provider's decision to take an instance, now or after a notice.
func (a *instances) doom(ctx actor.Context, id cloud.InstanceID) {
	i := a.living[id]
	if i.doomed {
		return // of age, and now for want of capacity too
	}
	if i.fall != (clock.Key{}) { // it will not live to its age
		a.kernel.cancel(ctx, i.fall)
	}
	i.doomed, i.fall = true, clock.Key{}
	early := a.pool.Notice.Rebalance
	i.due = a.kernel.now().Add(a.pool.Notice.Total())
	if early == 0 {
		a.warn(ctx, id)
		return
	}
	i.fall = a.kernel.schedule(ctx, a.kernel.now().Add(early), clock.Market, warn, a.self, int32(id))
	if a.pool.Notice.Recommends(a.notices.Uniform(uint64(id), 1)) {
		a.record(journal.Entry{Kind: journal.Rebalance, Purchase: i.purchase, Instance: id, Task: cloud.None, Span: a.pool.Notice.Total()})
		post(ctx, a.policy, &a.kernel.bags.recommended, recommended{id})
	}
}

// giveBack ends an instance for the policy. One that the provider takes at this very instant
// it takes: of a gang all fall together, whichever of them is the first.
func (a *instances) giveBack(ctx actor.Context, id cloud.InstanceID) {
	how := journal.Terminate
	if i := a.living[id]; i.doomed && i.due == a.kernel.now() {
		how = journal.Preempt
	}
	a.end(ctx, id, how)
}

// warn gives the notice, or without one takes the instance.
func (a *instances) warn(ctx actor.Context, id cloud.InstanceID) {
	i := a.living[id]
	i.fall = clock.Key{}
	lead := a.pool.Notice.Lead
	if lead == 0 {
		a.end(ctx, id, journal.Preempt)
		return
	}
	i.fall = a.kernel.schedule(ctx, a.kernel.now().Add(lead), clock.Market, fallNow, a.self, int32(id))
	if a.pool.Notice.Warns(a.notices.Uniform(uint64(id), 0)) {
		a.record(journal.Entry{Kind: journal.Notice, Purchase: i.purchase, Instance: id, Task: cloud.None, Span: lead})
		post(ctx, a.policy, &a.kernel.bags.noticed, noticed{id})
	}
}

// end makes out the bill of an instance, tells everyone whom its end concerns and forgets
// it. how is Preempt, Terminate or Close.
func (a *instances) end(ctx actor.Context, id cloud.InstanceID, how journal.Kind) {
	i := a.living[id]
	delete(a.living, id)
	bags := &a.kernel.bags
	for _, key := range []clock.Key{i.wake, i.fall} {
		if (key != clock.Key{}) && how != journal.Close {
			a.kernel.cancel(ctx, key)
		}
	}
	a.record(journal.Entry{
		Kind: how, Purchase: i.purchase, Instance: id, Task: cloud.None,
		Span: a.ran(i), Cost: a.cost(i, how == journal.Preempt),
	})
	if how != journal.Close {
		if a.onMarket(i) {
			post(ctx, a.market, &bags.forget, forget{id, i.fate})
		}
		if how == journal.Preempt {
			post(ctx, a.policy, &bags.preempted, preempted{id})
		}
		if i.replica != cloud.NoReplica {
			post(ctx, a.service, &bags.fell, fell{i.replica})
		}
		if i.task != cloud.None {
			post(ctx, a.tasks, &bags.lose, lose{i.task, id, how == journal.Preempt})
		}
	}
	a.spare = append(a.spare, i)
}

// onMarket tells whether the spot market has i on its books.
func (a *instances) onMarket(i *instance) bool {
	return i.purchase == cloud.Spot && !i.taken && (a.pool.Capacity != nil || !math.IsInf(i.fate.Threshold, 1))
}

func (a *instances) ran(i *instance) time.Duration {
	if !i.running {
		return 0
	}
	return a.kernel.now().Sub(i.ready)
}

func (a *instances) cost(i *instance, preempted bool) cloud.Money {
	if i.billed == clock.Never {
		return 0
	}
	now := a.kernel.now()
	u := market.Usage{
		Lasted: now.Sub(i.billed), AtLaunch: i.launched, AtEnd: a.price(i.purchase), Preempted: preempted,
	}
	if i.purchase == cloud.Spot {
		u.Moving = a.meter.read(now).Minus(i.metered)
	} else {
		u.Moving = a.pool.OnDemand.Over(u.Lasted)
	}
	return a.pool.Billing.Bill(u)
}

// record writes e, of this pool and now, to the journal.
func (a *instances) record(e journal.Entry) {
	e.At, e.Pool = a.kernel.now(), a.id
	a.journal.Record(e)
}

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
)

// Messages travel as pointers, which protoactor needs, and are recycled within the run,
// so that steady traffic allocates nothing: post fills one from its recycler, and who
// receives it opens it, which puts it back.

// To the clock.
type (
	schedule struct{ event clock.Event }
	cancel   struct{ key clock.Key }
	// finish closes the run: the closers get their last event at an instant, and the run ends
	// there.
	finish struct{ at clock.Time }
	// proceed tells the clock that no message is under way and the next event may come. Where the
	// last message of an event goes to the clock, the clock sees that by itself.
	proceed struct{}
)

// next is the one proceed message.
var next = &proceed{}

// To the spot market of a pool.
type (
	// launch asks for count instances from a number on, all or none; task may be
	// cloud.None and replica cloud.NoReplica. (place, turn) chooses their luck, from turn on.
	launch struct {
		instance    cloud.InstanceID
		count       int32
		purchase    cloud.Purchase
		task        cloud.TaskID
		replica     cloud.ReplicaID
		place, turn uint64
	}
	// terminate ends an instance for the tenant. It goes through the market, so that what it makes
	// room for can be launched in the same decision.
	terminate struct{ instance cloud.InstanceID }
	// forget says that an instance ended before the market reclaimed it.
	forget struct {
		instance cloud.InstanceID
		fate     market.Fate
	}
)

// To the instance actor of a pool.
type (
	provision struct {
		instance cloud.InstanceID
		purchase cloud.Purchase
		task     cloud.TaskID
		replica  cloud.ReplicaID
		fate     market.Fate
	}
	// priceChanged says that the spot price is another from now on.
	priceChanged struct{ price cloud.Price }
	// reclaim says that the provider takes an instance.
	reclaim struct{ instance cloud.InstanceID }
	assign  struct {
		task     cloud.TaskID
		instance cloud.InstanceID
	}
)

// To the task manager.
type (
	start struct {
		task     cloud.TaskID
		instance cloud.InstanceID
		pool     cloud.PoolID
		purchase cloud.Purchase
	}
	// interrupt says that a task's instance has ended: the provider took it, or else the
	// tenant terminated it.
	interrupt struct {
		task      cloud.TaskID
		instance  cloud.InstanceID
		preempted bool
	}
	// exhausted says that nothing is left to happen but the end of the run.
	exhausted struct{}
)

// To the service.
type (
	// instanceUp says that an instance of a replica runs.
	instanceUp struct {
		replica  cloud.ReplicaID
		pool     cloud.PoolID
		purchase cloud.Purchase
		launched clock.Time
	}
	// instanceDown says that an instance of a replica ended.
	instanceDown struct{ replica cloud.ReplicaID }
)

// To the tenant: scheduler.News from kernel.news, with what the sender knows. The tenant adds
// what it knows of the instance.

// recyclers holds one recycler for each type of message.
type recyclers struct {
	schedule     recycler[schedule]
	cancel       recycler[cancel]
	finish       recycler[finish]
	launch       recycler[launch]
	forget       recycler[forget]
	provision    recycler[provision]
	priceChanged recycler[priceChanged]
	reclaim      recycler[reclaim]
	terminate    recycler[terminate]
	assign       recycler[assign]
	start        recycler[start]
	interrupt    recycler[interrupt]
	exhausted    recycler[exhausted]
	instanceUp   recycler[instanceUp]
	instanceDown recycler[instanceDown]
	news         recycler[scheduler.News]
}

// recycler keeps the messages of one type that are to be used again.
type recycler[T any] struct{ free []*T }

// take returns a message to be filled and sent.
func (r *recycler[T]) take() *T {
	if last := len(r.free) - 1; last >= 0 {
		p := r.free[last]
		r.free = r.free[:last]
		return p
	}
	return new(T)
}

// put takes a message back that has been read.
func (r *recycler[T]) put(p *T) { r.free = append(r.free, p) }

// open returns what a message says and puts it back.
func (r *recycler[T]) open(p *T) T {
	r.put(p)
	return *p
}

// post sends m to an actor, in a message from r.
func post[T any](ctx actor.Context, to *actor.PID, r *recycler[T], m T) {
	p := r.take()
	*p = m
	ctx.Send(to, p)
}

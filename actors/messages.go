package actors

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
)

// Messages travel as pointers, which protoactor needs, and are recycled within the run,
// so that steady traffic allocates nothing: post fills one from its bag, and who receives
// it opens it, which puts it back.

// To the clock.
type (
	schedule struct{ event clock.Event }
	cancel   struct{ key clock.Key }
	// finish closes the books of the closers at an instant, and ends the run there.
	finish struct{ at clock.Time }
	// proceed tells the clock that all is quiet and the next event may come. Where the
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
	// terminate gives an instance back. It goes by way of the market, so that what it makes
	// room for can be launched in the same decision.
	terminate struct{ instance cloud.InstanceID }
	// forget says that an instance ended before it fell.
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
	reprice struct {
		pool  cloud.PoolID
		price cloud.Price
	}
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
	// lose says that a task's instance has ended: the provider took it, or else the policy
	// gave it back.
	lose struct {
		task      cloud.TaskID
		instance  cloud.InstanceID
		preempted bool
	}
	// exhausted says that nothing is left to happen but the end of the run.
	exhausted struct{}
)

// To the service.
type (
	// raise says that an instance of a replica runs.
	raise struct {
		replica  cloud.ReplicaID
		pool     cloud.PoolID
		purchase cloud.Purchase
		launched clock.Time
	}
	// fell says that an instance of a replica ended.
	fell struct{ replica cloud.ReplicaID }
)

// To the policy.
type (
	retarget    struct{ count int }
	served      struct{ replica cloud.ReplicaID }
	recommended struct{ instance cloud.InstanceID }
	capacity    struct {
		pool  cloud.PoolID
		count int32
	}
	// started says when a task begins to make progress, which may lie ahead.
	started struct {
		task    cloud.TaskID
		working clock.Time
	}
	arrived     struct{ task cloud.TaskID }
	interrupted struct {
		task  cloud.TaskID
		saved time.Duration
	}
	completed struct{ task cloud.TaskID }
	refused   struct{ instance cloud.InstanceID }
	ready     struct{ instance cloud.InstanceID }
	noticed   struct{ instance cloud.InstanceID }
	preempted struct{ instance cloud.InstanceID }
)

// bags holds one bag for each type of message.
type bags struct {
	schedule    bag[schedule]
	cancel      bag[cancel]
	finish      bag[finish]
	launch      bag[launch]
	forget      bag[forget]
	provision   bag[provision]
	reprice     bag[reprice]
	reclaim     bag[reclaim]
	terminate   bag[terminate]
	assign      bag[assign]
	start       bag[start]
	lose        bag[lose]
	exhausted   bag[exhausted]
	capacity    bag[capacity]
	started     bag[started]
	arrived     bag[arrived]
	interrupted bag[interrupted]
	completed   bag[completed]
	refused     bag[refused]
	ready       bag[ready]
	noticed     bag[noticed]
	preempted   bag[preempted]
	raise       bag[raise]
	fell        bag[fell]
	retarget    bag[retarget]
	served      bag[served]
	recommended bag[recommended]
}

// bag recycles the messages of one type.
type bag[T any] struct{ free []*T }

// post sends m to an actor, in a message from b.
func post[T any](ctx actor.Context, to *actor.PID, b *bag[T], m T) {
	var p *T
	if last := len(b.free) - 1; last >= 0 {
		p, b.free = b.free[last], b.free[:last]
	} else {
		p = new(T)
	}
	*p = m
	ctx.Send(to, p)
}

// open returns what a message says and puts it back into the bag.
func (b *bag[T]) open(p *T) T {
	b.free = append(b.free, p)
	return *p
}

package actors

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/scheduler"
)

// kernel is what the actors of one run share: the queue their messages go through, the
// numbers of their events, and the clock.
type kernel struct {
	system    *actor.ActorSystem
	messages  messageQueue
	recyclers recyclers

	props    *actor.Props
	spawning actor.Actor // what props produces next
	naming   string
	pids     []*actor.PID // by address
	boxes    []*mailbox   // by address
	events   *clockActor
	clock    *actor.PID // of events

	sequence uint64
	present  clock.Event // the event being worked off
	budget   int         // events the clock may deliver before it lets drive look up
	over     bool        // the clock will deliver no more
	fault    error       // a failure that is not a panic
}

// address is an actor's number in its run, which events carry.
type address = int32

// newKernel makes a kernel with its clock, which owns the events.
func newKernel(system *actor.ActorSystem) *kernel {
	k := &kernel{system: system}
	k.props = actor.PropsFromProducer(
		func() actor.Actor { return k.spawning },
		actor.WithMailbox(k.newMailbox),
	)
	k.events = &clockActor{kernel: k, queue: clock.NewQueue(), horizon: clock.Never}
	k.clock = k.pids[k.spawn("clock", k.events)]
	return k
}

func (k *kernel) newMailbox() actor.Mailbox {
	m := &mailbox{queue: &k.messages, name: k.naming}
	k.boxes = append(k.boxes, m)
	return m
}

// spawn starts a under name. Its Started message is the first it gets, delivered with the
// others when the run begins.
func (k *kernel) spawn(name string, a actor.Actor) address {
	k.spawning, k.naming = a, name
	k.pids = append(k.pids, k.system.Root.Spawn(k.props))
	return address(len(k.pids) - 1)
}

// now returns the present instant.
func (k *kernel) now() clock.Time { return k.present.At() }

// schedule asks the clock for an event and returns its key. If its phase at that instant
// has passed, it happens at the next nanosecond: no instant goes back on itself.
func (k *kernel) schedule(ctx actor.Context, at clock.Time, phase clock.Phase, kind clock.Kind, to address, arg int32) clock.Key {
	if at == k.present.At() && phase < k.present.Phase() {
		at++
	}
	k.sequence++
	e := clock.NewEvent(at, phase, k.sequence, kind, to, arg)
	post(ctx, k.clock, &k.recyclers.schedule, schedule{e})
	return e.Key()
}

// cancel takes back an event.
func (k *kernel) cancel(ctx actor.Context, key clock.Key) {
	post(ctx, k.clock, &k.recyclers.cancel, cancel{key})
}

// news returns a message to the tenant, of no pool, instance, task or replica yet.
func (k *kernel) news(kind scheduler.NewsKind) *scheduler.News {
	n := k.recyclers.news.take()
	n.Reset(kind, k.now())
	return n
}

// fail ends the run with err once the messages of the present event are worked off.
func (k *kernel) fail(err error) {
	if k.fault == nil {
		k.fault = err
	}
	k.over = true
}

// checkEvery is how many events pass between two checks of the context.
const checkEvery = 4096

// drive lets the clock deliver one event after the other, each only when every message of
// the one before has been worked off, until it has no more, an actor fails or ctx is done.
func (k *kernel) drive(ctx context.Context) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = k.panicked(reason)
		}
	}()
	k.messages.deliver()
	for !k.over {
		k.deliverEvents(checkEvery)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return k.fault
}

// deliverEvents has the clock deliver up to n events and everything they lead to.
func (k *kernel) deliverEvents(n int) {
	for k.budget = n; k.budget > 0 && !k.over; {
		k.boxes[0].PostUserMessage(next) // the clock's
		k.messages.deliver()
	}
}

// ActorPanic says that an actor broke off its run.
type ActorPanic struct {
	Actor  string
	At     clock.Time
	Reason any
	Stack  []byte
}

func (e *ActorPanic) Error() string {
	return fmt.Sprintf("actor %s panicked at %v: %v", e.Actor, e.At, e.Reason)
}

func (k *kernel) panicked(reason any) error {
	name := "the run itself"
	if k.messages.handling != nil {
		name = k.messages.handling.name
	}
	return &ActorPanic{Actor: name, At: k.now(), Reason: reason, Stack: debug.Stack()}
}

// close takes the actors out of the system. Messages still under way are dropped.
func (k *kernel) close() {
	k.messages.len = 0
	for _, pid := range k.pids {
		k.system.Root.Stop(pid)
	}
	k.messages.deliver()
}

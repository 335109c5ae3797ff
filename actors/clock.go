package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
)

// clockActor owns virtual time: it takes the earliest event, sends it to the actor it
// concerns, and waits until no message is under way.
type clockActor struct {
	kernel  *kernel
	queue   *clock.Queue
	horizon clock.Time // nothing happens after it
	// closers get a last event, in this order, when the run ends; keys are those events.
	closers []address
	keys    []clock.Key
	// watcher learns, once, when nothing but the end is left to happen.
	watcher   *actor.PID
	exhausted bool // it has
}

// closeRun is the kind of a closer's last event; each actor keeps its other kinds apart
// from it.
const closeRun clock.Kind = 255

func (c *clockActor) Receive(ctx actor.Context) {
	k := c.kernel
	switch m := ctx.Message().(type) {
	case *schedule:
		c.queue.Push(k.recyclers.schedule.open(m).event)
	case *cancel:
		c.queue.Cancel(k.recyclers.cancel.open(m).key)
	case *finish:
		c.finish(k.recyclers.finish.open(m).at)
	}
	if k.messages.len == 0 && k.budget > 0 && !k.over {
		c.proceed(ctx)
	}
}

// proceed delivers the next event: the message the clock is at was the last under way.
func (c *clockActor) proceed(ctx actor.Context) {
	k := c.kernel
	k.budget--
	if c.queue.Len() == len(c.keys) && c.watcher != nil && !c.exhausted {
		c.exhausted = true
		post(ctx, c.watcher, &k.recyclers.exhausted, exhausted{})
		return
	}
	event, ok := c.queue.Pop()
	if !ok || event.At() > c.horizon {
		k.over = true
		return
	}
	k.present = event
	if event.Kind() == closeRun {
		c.keys = c.keys[1:]
		k.over = len(c.keys) == 0
	}
	// Straight into the mailbox: the way by the PID costs three cache misses more, which a
	// hundred thousand actors feel.
	k.boxes[event.To].PostUserMessage(&k.present)
}

// finish sets the end of the run, instead of an earlier one. The closers come in the
// order of scheduling among what is decided at that instant: at the horizon, which is set
// before all else, nothing is decided any more, for it could do nothing but cost; where the
// end is set on the way, decisions that were planned for the instant come first.
func (c *clockActor) finish(at clock.Time) {
	for _, key := range c.keys {
		c.queue.Cancel(key)
	}
	c.horizon, c.keys = at, c.keys[:0]
	for _, closer := range c.closers {
		c.kernel.sequence++
		e := clock.NewEvent(at, clock.Decide, c.kernel.sequence, closeRun, closer, 0)
		c.queue.Push(e)
		c.keys = append(c.keys, e.Key())
	}
}

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/journal"
)

// watch sees to it that a request fails in time. The timeout is one for all, so the
// requests stand in a queue by age, and only one event is planned for all of them.
func (s *service) watch(ctx actor.Context, t ticket) {
	d := &s.desk
	d.passVoid()
	if d.oldest.full() {
		d.oldest.keep(d.valid)
	}
	d.oldest.push(t)
	s.planExpiry(ctx)
}

// planExpiry plans the next look at the oldest request, if there is one.
func (s *service) planExpiry(ctx actor.Context) {
	d := &s.desk
	if t, ok := d.oldest.head(); ok && !d.timing {
		d.timing = true
		s.kernel.schedule(ctx, d.slots[t.slot].at.Add(s.spec.Timeout), clock.Arrival, expire, s.self, 0)
	}
}

// passVoid drops those of the oldest requests that are over.
func (d *desk) passVoid() {
	for t, ok := d.oldest.head(); ok && !d.valid(t); t, ok = d.oldest.head() {
		d.oldest.pop()
	}
}

// expire fails the requests whose time is up.
func (s *service) expire(ctx actor.Context) {
	d := &s.desk
	d.timing = false
	d.passVoid()
	for t, ok := d.oldest.head(); ok && d.slots[t.slot].at.Add(s.spec.Timeout) <= s.kernel.now(); t, ok = d.oldest.head() {
		d.oldest.pop()
		s.giveUp(ctx, t.slot)
		d.passVoid()
	}
	s.planExpiry(ctx)
	s.drain(ctx)
}

// giveUp fails a request wherever it stands.
func (s *service) giveUp(ctx actor.Context, slot int32) {
	q := &s.desk.slots[slot]
	switch q.stage {
	case queued:
		s.desk.balancer.Done(q.replica)
	case atWork:
		s.kernel.cancel(ctx, q.event)
		s.leave(ctx, s.replicas[q.replica], q)
	case away, returning:
		s.kernel.cancel(ctx, q.event)
	}
	s.fail(slot, journal.TimedOut)
}

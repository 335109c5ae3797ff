package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/journal"
)

// watch sees to it that a request fails in time. The timeout is one for all, so the
// requests stand in a queue by age, and only one event is planned for all of them.
func (s *service) watch(ctx actor.Context, t ticket) {
	d := &s.requests
	d.first(&d.oldest)
	if d.oldest.full() {
		d.oldest.keep(d.valid)
	}
	d.oldest.push(t)
	s.planExpiry(ctx)
}

// planExpiry plans the event for the oldest request, if there is one.
func (s *service) planExpiry(ctx actor.Context) {
	d := &s.requests
	if slot, ok := d.first(&d.oldest); ok && !d.expiring {
		d.expiring = true
		s.kernel.schedule(ctx, d.slots[slot].at.Add(s.spec.Timeout), clock.Arrival, requestExpires, s.self, 0)
	}
}

// expire fails the requests whose time is up.
func (s *service) expire(ctx actor.Context) {
	d := &s.requests
	d.expiring = false
	for slot, ok := d.first(&d.oldest); ok && d.slots[slot].at.Add(s.spec.Timeout) <= s.kernel.now(); slot, ok = d.first(&d.oldest) {
		d.oldest.pop()
		s.timeOut(ctx, slot)
	}
	s.planExpiry(ctx)
	s.drain(ctx)
}

// timeOut fails a request wherever it stands.
func (s *service) timeOut(ctx actor.Context, slot int32) {
	q := &s.requests.slots[slot]
	switch q.stage {
	case queued:
		s.requests.balancer.Done(q.replica)
	case atWork:
		s.kernel.cancel(ctx, q.event)
		s.leave(ctx, s.replicas[q.replica], q)
	case away, returning:
		s.kernel.cancel(ctx, q.event)
	}
	s.fail(slot, journal.TimedOut)
}

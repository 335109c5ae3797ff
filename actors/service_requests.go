package actors

import (
	"cmp"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/workload"
)

// desk is what a service keeps of its requests: those in flight, and no others.
type desk struct {
	arrivals workload.Arrivals
	next     workload.Request // the next to come in
	coming   bool             // there is a next
	number   cloud.TaskID     // of the next
	slots    []request
	free     []int32
	balancer workload.Balancer
	unseen   []change // what the balancer has not seen yet of the replicas
	looking  bool     // a look of the balancer is planned, for the instant look
	look     clock.Time
	backlog  fifo // requests that wait for a replica to go to
	oldest   fifo // all of them, the oldest first, for the timeout
	timing   bool // a look at the oldest is planned
}

// request is a request in flight.
type request struct {
	ticket   ticket
	stage    stage
	number   cloud.TaskID
	at, sent clock.Time
	work     time.Duration
	event    clock.Key // its answer, or its being sent again
	replica  cloud.ReplicaID
	desk     int32 // where it is in the replica's working
	tries    int32
	pool     cloud.PoolID // of the replica that has answered
	purchase cloud.Purchase
}

// stage is where a request stands.
type stage uint8

const (
	inBacklog stage = iota // it waits for a replica to go to
	queued                 // it waits at its replica
	atWork                 // its replica works on it
	away                   // its client waits before sending it again
	returning              // its answer is on the way back
)

func (s *service) expectRequest(ctx actor.Context) {
	d := &s.desk
	if d.next, d.coming = d.arrivals.Next(); d.coming {
		s.kernel.schedule(ctx, d.next.At, clock.Arrival, comeIn, s.self, 0)
	}
}

func (s *service) comeIn(ctx actor.Context) {
	d, now := &s.desk, s.kernel.now()
	slot := d.take()
	q := &d.slots[slot]
	q.number, q.at, q.work, q.tries = d.number, now, d.next.Work, 0
	d.number++
	s.record(journal.Entry{Kind: journal.Request, Pool: cloud.None, Task: q.number})
	if s.scaler != nil {
		s.scaler.Count(now)
	}
	if s.spec.Timeout > 0 {
		s.watch(ctx, q.ticket)
	}
	s.place(ctx, slot)
	s.expectRequest(ctx)
}

// take returns a slot for a request.
func (d *desk) take() int32 {
	if last := len(d.free) - 1; last >= 0 {
		slot := d.free[last]
		d.free = d.free[:last]
		return slot
	}
	slot := int32(len(d.slots))
	d.slots = append(d.slots, request{ticket: ticket{slot: slot}})
	return slot
}

// release voids the tickets of a request that is over.
func (d *desk) release(slot int32) {
	d.slots[slot].ticket.turn++
	d.free = append(d.free, slot)
}

// valid tells whether t is of a request in flight.
func (d *desk) valid(t ticket) bool { return d.slots[t.slot].ticket == t }

// place sends a request to the replica the balancer picks, or has it wait for one. A look
// that is due at this instant comes before it.
func (s *service) place(ctx actor.Context, slot int32) {
	if s.desk.looking && s.desk.look == s.kernel.now() {
		s.desk.learn()
		s.drain(ctx)
	}
	q := &s.desk.slots[slot]
	q.event = clock.Key{}
	if id, ok := s.desk.balancer.Pick(); ok {
		s.send(ctx, slot, id)
		return
	}
	q.stage = inBacklog
	s.desk.backlog.push(q.ticket)
}

// resend sends a request again, unless its time is up.
func (s *service) resend(ctx actor.Context, slot int32) {
	if q := &s.desk.slots[slot]; s.spec.Timeout > 0 && s.kernel.now().Sub(q.at) >= s.spec.Timeout {
		s.fail(slot, journal.TimedOut)
		return
	}
	s.place(ctx, slot)
}

// send sends a request to a replica.
func (s *service) send(ctx actor.Context, slot int32, id cloud.ReplicaID) {
	q := &s.desk.slots[slot]
	q.replica, q.sent = id, s.kernel.now()
	s.desk.balancer.Sent(id)
	switch r := s.replicas[id]; {
	case r == nil: // gone, and the balancer does not know yet
		s.desk.balancer.Done(id)
		s.tryAgain(ctx, slot)
	case len(r.working) < s.spec.Concurrency:
		s.work(ctx, r, slot)
	default:
		q.stage = queued
		r.queue.push(q.ticket)
	}
}

func (s *service) work(ctx actor.Context, r *replica, slot int32) {
	q := &s.desk.slots[slot]
	q.stage, q.desk = atWork, int32(len(r.working))
	r.working = append(r.working, slot)
	q.event = s.kernel.schedule(ctx, s.kernel.now().Add(q.work), clock.Work, answer, s.self, slot)
}

// leave takes a request off its replica's work, which goes on with the next in its queue.
func (s *service) leave(ctx actor.Context, r *replica, q *request) {
	last := len(r.working) - 1
	moved := r.working[last]
	r.working[q.desk] = moved
	s.desk.slots[moved].desk = q.desk
	r.working = r.working[:last]
	s.desk.balancer.Done(r.id)
	for t, ok := r.queue.head(); ok; t, ok = r.queue.head() {
		r.queue.pop()
		if s.desk.valid(t) {
			s.work(ctx, r, t.slot)
			return
		}
	}
}

// answer is when a replica has worked off a request: its answer sets out.
func (s *service) answer(ctx actor.Context, slot int32) {
	q := &s.desk.slots[slot]
	r := s.replicas[q.replica]
	s.leave(ctx, r, q)
	q.stage, q.pool, q.purchase = returning, r.pool, r.purchase
	if way := s.roundTrip(r); way > 0 {
		q.event = s.kernel.schedule(ctx, s.kernel.now().Add(way), clock.Work, respond, s.self, slot)
	} else {
		s.respond(slot)
	}
	s.drain(ctx)
}

// respond is when an answer arrives.
func (s *service) respond(slot int32) {
	q := &s.desk.slots[slot]
	s.record(journal.Entry{
		Kind: journal.Respond, Pool: q.pool, Purchase: q.purchase, Task: q.number, Replica: q.replica, Span: s.kernel.now().Sub(q.at),
	})
	s.desk.release(slot)
}

// drain sends what waits for a replica to go to, as far as there is one.
func (s *service) drain(ctx actor.Context) {
	d := &s.desk
	for t, ok := d.backlog.head(); ok; t, ok = d.backlog.head() {
		if !d.valid(t) {
			d.backlog.pop()
			continue
		}
		id, free := d.balancer.Pick()
		if !free {
			return
		}
		d.backlog.pop()
		s.send(ctx, t.slot, id)
	}
}

// unanswered returns the requests that r has, the oldest first, and takes them out of its queue.
func (s *service) unanswered(r *replica) []int32 {
	slots := slices.Clone(r.working)
	for t, ok := r.queue.head(); ok; t, ok = r.queue.head() {
		r.queue.pop()
		if s.desk.valid(t) {
			slots = append(slots, t.slot)
		}
	}
	slices.SortFunc(slots, func(a, b int32) int { return cmp.Compare(s.desk.slots[a].number, s.desk.slots[b].number) })
	return slots
}

// abort sends the requests of a replica that is gone back to their clients.
func (s *service) abort(ctx actor.Context, id cloud.ReplicaID, lost []int32) {
	for _, slot := range lost {
		if q := &s.desk.slots[slot]; q.stage == atWork {
			s.kernel.cancel(ctx, q.event)
		}
		s.desk.balancer.Done(id)
		s.tryAgain(ctx, slot)
	}
}

// tryAgain has a client that lost its replica send the request again, if it does.
func (s *service) tryAgain(ctx actor.Context, slot int32) {
	q, now := &s.desk.slots[slot], s.kernel.now()
	if int(q.tries) >= s.spec.Retries {
		s.fail(slot, journal.Lost)
		return
	}
	q.tries++
	s.record(journal.Entry{Kind: journal.Retry, Pool: cloud.None, Task: q.number, Replica: q.replica, Span: now.Sub(q.sent)})
	q.stage = away
	q.event = s.kernel.schedule(ctx, now.Add(s.spec.RetryDelay), clock.Arrival, resend, s.self, slot)
}

func (s *service) fail(slot int32, reason journal.Reason) {
	q := &s.desk.slots[slot]
	s.record(journal.Entry{
		Kind: journal.Fail, Reason: reason, Pool: cloud.None, Task: q.number, Span: s.kernel.now().Sub(q.at),
	})
	s.desk.release(slot)
}

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

// ticket names a request in flight: its slot, and its turn there, as slots are used again.
// A ticket is void when the slot has had another turn; void ones are left in the queues and
// passed over.
type ticket struct {
	slot int32
	turn uint32
}

// requestTable is what a service keeps of its requests: those in flight, and no others.
type requestTable struct {
	arrivals workload.Arrivals
	next     workload.Request // the next to arrive
	coming   bool             // there is a next
	number   cloud.TaskID     // of the next
	slots    []request
	free     []int32
	balancer workload.Balancer
	unseen   []change // what the balancer has not seen yet of the replicas
	syncing  bool     // the balancer learns what it has not seen at the instant syncAt
	syncAt   clock.Time
	backlog  ring[ticket] // requests that wait for a replica to go to
	oldest   ring[ticket] // all of them, the oldest first, for the timeout
	expiring bool         // an event for the oldest is planned
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
	position int32 // where it is in the replica's working
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
	d := &s.requests
	if d.next, d.coming = d.arrivals.Next(); d.coming {
		s.kernel.schedule(ctx, d.next.At, clock.Arrival, requestArrives, s.self, 0)
	}
}

func (s *service) arrive(ctx actor.Context) {
	d, now := &s.requests, s.kernel.now()
	slot := d.take()
	q := &d.slots[slot]
	q.number, q.at, q.work, q.tries = d.number, now, d.next.Work, 0
	d.number++
	s.journal.Record(s.ofRequest(journal.Request, q))
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
func (d *requestTable) take() int32 {
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
func (d *requestTable) release(slot int32) {
	d.slots[slot].ticket.turn++
	d.free = append(d.free, slot)
}

// valid reports whether t is of a request in flight.
func (d *requestTable) valid(t ticket) bool { return d.slots[t.slot].ticket == t }

// first returns the first request of a queue, and drops the void tickets before it.
func (d *requestTable) first(queue *ring[ticket]) (slot int32, ok bool) {
	for queue.len > 0 {
		if t := *queue.at(0); d.valid(t) {
			return t.slot, true
		}
		queue.pop()
	}
	return 0, false
}

// place sends a request to the replica the balancer picks, or has it wait for one. What
// the balancer learns at this instant it learns before.
func (s *service) place(ctx actor.Context, slot int32) {
	if s.requests.syncing && s.requests.syncAt == s.kernel.now() {
		s.requests.learn()
		s.drain(ctx)
	}
	q := &s.requests.slots[slot]
	q.event = clock.Key{}
	if id, ok := s.requests.balancer.Pick(); ok {
		s.send(ctx, slot, id)
		return
	}
	q.stage = inBacklog
	s.requests.backlog.push(q.ticket)
}

// retry sends a request again, unless its time is up.
func (s *service) retry(ctx actor.Context, slot int32) {
	if q := &s.requests.slots[slot]; s.spec.Timeout > 0 && s.kernel.now().Sub(q.at) >= s.spec.Timeout {
		s.fail(slot, journal.TimedOut)
		return
	}
	s.place(ctx, slot)
}

// send sends a request to a replica.
func (s *service) send(ctx actor.Context, slot int32, id cloud.ReplicaID) {
	q := &s.requests.slots[slot]
	q.replica, q.sent = id, s.kernel.now()
	s.requests.balancer.Sent(id)
	switch r := s.replicas[id]; {
	case r == nil: // gone, and the balancer does not know yet
		s.requests.balancer.Done(id)
		s.planRetry(ctx, slot)
	case len(r.working) < s.spec.Concurrency:
		s.work(ctx, r, slot)
	default:
		q.stage = queued
		r.queue.push(q.ticket)
	}
}

func (s *service) work(ctx actor.Context, r *replica, slot int32) {
	q := &s.requests.slots[slot]
	q.stage, q.position = atWork, int32(len(r.working))
	r.working = append(r.working, slot)
	q.event = s.kernel.schedule(ctx, s.kernel.now().Add(q.work), clock.Work, requestAnswered, s.self, slot)
}

// leave takes a request off its replica's work, which goes on with the next in its queue.
func (s *service) leave(ctx actor.Context, r *replica, q *request) {
	last := len(r.working) - 1
	moved := r.working[last]
	r.working[q.position] = moved
	s.requests.slots[moved].position = q.position
	r.working = r.working[:last]
	s.requests.balancer.Done(r.id)
	if slot, ok := s.requests.first(&r.queue); ok {
		r.queue.pop()
		s.work(ctx, r, slot)
	}
}

// answer is when a replica has worked off a request: its answer sets out.
func (s *service) answer(ctx actor.Context, slot int32) {
	q := &s.requests.slots[slot]
	r := s.replicas[q.replica]
	s.leave(ctx, r, q)
	q.stage, q.pool, q.purchase = returning, r.pool, r.purchase
	if way := s.roundTrip(r); way > 0 {
		q.event = s.kernel.schedule(ctx, s.kernel.now().Add(way), clock.Work, answerArrives, s.self, slot)
	} else {
		s.respond(slot)
	}
	s.drain(ctx)
}

// respond is when an answer arrives.
func (s *service) respond(slot int32) {
	q := &s.requests.slots[slot]
	e := s.ofRequest(journal.Respond, q)
	e.Pool, e.Purchase, e.Replica, e.Span = q.pool, q.purchase, q.replica, s.kernel.now().Sub(q.at)
	s.journal.Record(e)
	s.requests.release(slot)
}

// drain sends what waits for a replica to go to, as far as there is one.
func (s *service) drain(ctx actor.Context) {
	d := &s.requests
	for slot, ok := d.first(&d.backlog); ok; slot, ok = d.first(&d.backlog) {
		id, free := d.balancer.Pick()
		if !free {
			return
		}
		d.backlog.pop()
		s.send(ctx, slot, id)
	}
}

// unanswered returns the requests that r has, the oldest first, and takes them out of its queue.
func (s *service) unanswered(r *replica) []int32 {
	slots := slices.Clone(r.working)
	for slot, ok := s.requests.first(&r.queue); ok; slot, ok = s.requests.first(&r.queue) {
		r.queue.pop()
		slots = append(slots, slot)
	}
	slices.SortFunc(slots, func(a, b int32) int { return cmp.Compare(s.requests.slots[a].number, s.requests.slots[b].number) })
	return slots
}

// abort sends the requests of a replica that is gone back to their clients.
func (s *service) abort(ctx actor.Context, id cloud.ReplicaID, lost []int32) {
	for _, slot := range lost {
		if q := &s.requests.slots[slot]; q.stage == atWork {
			s.kernel.cancel(ctx, q.event)
		}
		s.requests.balancer.Done(id)
		s.planRetry(ctx, slot)
	}
}

// planRetry has a client that lost its replica send the request again, if it does.
func (s *service) planRetry(ctx actor.Context, slot int32) {
	q, now := &s.requests.slots[slot], s.kernel.now()
	if int(q.tries) >= s.spec.Retries {
		s.fail(slot, journal.Lost)
		return
	}
	q.tries++
	e := s.ofRequest(journal.Retry, q)
	e.Replica, e.Span = q.replica, now.Sub(q.sent)
	s.journal.Record(e)
	q.stage = away
	q.event = s.kernel.schedule(ctx, now.Add(s.spec.RetryDelay), clock.Arrival, requestRetries, s.self, slot)
}

func (s *service) fail(slot int32, reason journal.Reason) {
	q := &s.requests.slots[slot]
	e := s.ofRequest(journal.Fail, q)
	e.Reason, e.Span = reason, s.kernel.now().Sub(q.at)
	s.journal.Record(e)
	s.requests.release(slot)
}

// ofRequest returns an entry of a request, now.
func (s *service) ofRequest(kind journal.Kind, q *request) journal.Entry {
	e := journal.New(kind, s.kernel.now())
	e.Task = q.number
	return e
}

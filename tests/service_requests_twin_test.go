package tests

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/workload"
)

// TestRequestsOnReplicasThatComeAndGoEqualTheirTwin runs random services with everything
// that can happen to a request beside a dumb twin, which gets as input when each replica served and
// works out once more what became of every request, scanning all it has at every step. Every
// request must end at the same nanosecond, in the same way, after as many retries.
func TestRequestsOnReplicasThatComeAndGoEqualTheirTwin(t *testing.T) {
	answered, failed, retried := 0, 0, 0
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		// No client sends again at the very instant at which something else happens.
		s.Service.RetryDelay = 1234567891
		entries := journalOf(t, s, policy)
		got, want := endings(entries), newRequestTwin(s, entries).run()
		for n := range min(len(got), len(want)) {
			if got[n] != want[n] {
				r.Fatalf("request %d of %d: %+v, in the twin %+v", n, len(got), got[n], want[n])
			}
			retried += got[n].retries
			switch got[n].end {
			case journal.Respond:
				answered++
			case journal.Fail:
				failed++
			}
		}
		if len(got) != len(want) {
			r.Fatalf("%d requests, %d in the twin", len(got), len(want))
		}
	})
	if answered < 1000 || failed < 100 || retried < 100 {
		t.Errorf("only %d requests were answered, %d failed, %d retries", answered, failed, retried)
	}
}

// ending is what became of a request: how and when it ended, if it did.
type ending struct {
	end     journal.Kind
	reason  journal.Reason
	at      clock.Time
	took    time.Duration
	replica cloud.ReplicaID // that answered
	retries int
}

// endings returns what became of the requests in a journal, by number.
func endings(entries []journal.Entry) (all []ending) {
	for _, e := range entries {
		switch e.Kind {
		case journal.Request:
			all = append(all, ending{replica: -1})
		case journal.Retry:
			all[e.Task].retries++
		case journal.Fail:
			all[e.Task].end, all[e.Task].reason, all[e.Task].at, all[e.Task].took = e.Kind, e.Reason, e.At, e.Span
		case journal.Respond:
			all[e.Task].end, all[e.Task].at, all[e.Task].took, all[e.Task].replica = e.Kind, e.At, e.Span, e.Replica
		}
	}
	return all
}

// requestTwin is the requests of a service once more.
type requestTwin struct {
	spec     *workload.Service
	window   clock.Time
	arrivals workload.Arrivals

	now    clock.Time
	phase  clock.Phase
	todo   []task // in no order
	tasks  int
	stamps int

	replicas map[cloud.ReplicaID]*twinReplica
	requests []*twinRequest
	backlog  []*twinRequest
	last     int // the rank of the replica that was picked last, in turn
	looks    bool
	look     clock.Time // when, if it looks
	unseen   []func()
}

// task is something to be done.
type task struct {
	at    clock.Time
	phase clock.Phase
	order int
	do    func()
}

type twinReplica struct {
	id    cloud.ReplicaID
	pool  cloud.PoolID
	alive bool
	known bool // to the balancer
	rank  int  // in the order of becoming known
	moved int  // when its number of requests last changed
	has   []*twinRequest
}

// twinRequest is a request; change is counted up whenever it goes elsewhere, so that what
// was planned for it before is void.
type twinRequest struct {
	ending
	work    time.Duration
	came    clock.Time
	number  int
	change  int
	working bool
	at      *twinReplica // where it is; nil if at none
	over    bool
}

// newRequestTwin returns the twin of a run, of whose journal it uses the lives of replicas.
func newRequestTwin(s *scenario.Scenario, entries []journal.Entry) *requestTwin {
	w := &requestTwin{
		spec: &s.Service.Service, window: clock.At(s.Duration), arrivals: s.Service.Requests.Arrivals(s.Seed),
		replicas: map[cloud.ReplicaID]*twinReplica{}, last: -1,
	}
	replica := map[cloud.InstanceID]cloud.ReplicaID{}
	taken := map[cloud.ReplicaID]clock.Time{} // when the provider took an instance of it
	for _, e := range entries {
		switch e.Kind {
		case journal.Launch:
			replica[e.Instance] = e.Replica
		case journal.Preempt:
			taken[replica[e.Instance]] = e.At
		case journal.Serve:
			r, phase := &twinReplica{id: e.Replica, pool: e.Pool}, clock.Work
			if e.Span == 0 {
				phase = clock.Decide // no cold start: it serves as it is launched
			}
			w.replicas[r.id] = r
			w.plan(e.At, phase, func() { w.serve(r) })
		case journal.Down:
			r, phase := w.replicas[e.Replica], clock.Decide
			if at, was := taken[e.Replica]; was && at == e.At {
				phase = clock.Market
			}
			w.plan(e.At, phase, func() { w.fall(r) })
		}
	}
	w.next()
	return w
}

func (w *requestTwin) run() (all []ending) {
	for len(w.todo) > 0 {
		first := 0
		for n := range w.todo {
			a, b := &w.todo[n], &w.todo[first]
			if cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.phase, b.phase), cmp.Compare(a.order, b.order)) < 0 {
				first = n
			}
		}
		t := w.todo[first]
		w.todo = slices.Delete(w.todo, first, first+1)
		if t.at > w.window {
			break
		}
		w.now, w.phase = t.at, t.phase
		t.do()
	}
	for _, q := range w.requests {
		all = append(all, q.ending)
	}
	return all
}

// plan has something done later; if its phase has passed now, a nanosecond later.
func (w *requestTwin) plan(at clock.Time, phase clock.Phase, do func()) {
	if at == w.now && phase < w.phase {
		at++
	}
	w.tasks++
	w.todo = append(w.todo, task{at, phase, w.tasks, do})
}

// planFor has something done with a request unless it goes elsewhere before.
func (w *requestTwin) planFor(q *twinRequest, at clock.Time, phase clock.Phase, do func()) {
	q.change++
	change := q.change
	w.plan(at, phase, func() {
		if q.change == change {
			do()
		}
	})
}

func (w *requestTwin) next() {
	arriving, ok := w.arrivals.Next()
	if !ok {
		return
	}
	w.plan(arriving.At, clock.Arrival, func() {
		q := &twinRequest{work: arriving.Work, came: w.now, number: len(w.requests), ending: ending{replica: -1}}
		w.requests = append(w.requests, q)
		if w.spec.Timeout > 0 {
			w.plan(w.now.Add(w.spec.Timeout), clock.Arrival, func() { w.expire(q) })
		}
		w.arrive(q)
		w.next()
	})
}

// serve and fall are the life of a replica.
func (w *requestTwin) serve(r *twinReplica) {
	r.alive = true
	w.change(func() {
		w.stamps++
		r.known, r.rank, r.moved = true, w.stamps, w.stamps
	})
}

func (w *requestTwin) fall(r *twinReplica) {
	r.alive = false
	w.change(func() { r.known = false })
	if w.knows() {
		w.see()
	}
	lost := slices.SortedFunc(slices.Values(r.has), func(a, b *twinRequest) int { return a.number - b.number })
	if r.has = nil; len(lost) > 0 {
		w.stamps++
		r.moved = w.stamps
	}
	for _, q := range lost {
		q.at, q.working = nil, false
		w.again(q)
	}
}

// knows tells whether the balancer knows everything at once.
func (w *requestTwin) knows() bool {
	return w.spec.Sync == 0 || w.spec.Balancer == workload.OneQueue
}

// change has the balancer see a change at its next look: at the next multiple of Sync, this
// instant included if its turn has not passed.
func (w *requestTwin) change(change func()) {
	w.unseen = append(w.unseen, change)
	if w.looks {
		return
	}
	w.looks = true
	at := w.now
	for !w.knows() && (at%clock.At(w.spec.Sync) != 0 || at == w.now && w.phase > clock.Arrival) {
		at++
		at += (clock.At(w.spec.Sync) - at%clock.At(w.spec.Sync)) % clock.At(w.spec.Sync)
	}
	w.look = at
	w.plan(at, clock.Arrival, func() {
		w.looks = false
		w.see()
		w.drain()
	})
}

func (w *requestTwin) see() {
	for _, change := range w.unseen {
		change()
	}
	w.unseen = nil
}

// pick returns the replica for the next request, nil for none.
func (w *requestTwin) pick() (best *twinReplica) {
	for _, r := range w.replicas {
		if r.known && (best == nil || w.before(r, best)) {
			best = r
		}
	}
	if best == nil || w.spec.Balancer == workload.OneQueue && len(best.has) >= w.spec.Concurrency {
		return nil
	}
	return best
}

func (w *requestTwin) before(a, b *twinReplica) bool {
	if w.spec.Balancer == workload.RoundRobin { // those after the last come first
		if (a.rank > w.last) != (b.rank > w.last) {
			return a.rank > w.last
		}
		return a.rank < b.rank
	}
	return cmp.Or(len(a.has)-len(b.has), a.moved-b.moved) < 0
}

// arrive is when a request comes in or is sent again: a look at that instant comes before.
func (w *requestTwin) arrive(q *twinRequest) {
	if w.looks && w.look == w.now {
		w.see()
		w.drain()
	}
	w.send(q)
}

func (w *requestTwin) send(q *twinRequest) {
	q.change++
	r := w.pick()
	if r == nil {
		w.backlog = append(w.backlog, q)
		return
	}
	w.last = r.rank
	w.stamps++
	r.moved = w.stamps
	if !r.alive {
		w.again(q)
	} else {
		q.at = r
		r.has = append(r.has, q)
		w.work(r)
	}
}

// work has a replica begin with as many of its requests as it can.
func (w *requestTwin) work(r *twinReplica) {
	busy := 0
	for _, q := range r.has {
		if q.working {
			busy++
		}
	}
	for _, q := range r.has {
		if !q.working && busy < w.spec.Concurrency {
			busy++
			q.working = true
			w.planFor(q, w.now.Add(q.work), clock.Work, func() { w.answer(q) })
		}
	}
}

func (w *requestTwin) leave(q *twinRequest) {
	r := q.at
	r.has = slices.DeleteFunc(r.has, func(other *twinRequest) bool { return other == q })
	w.stamps++
	r.moved = w.stamps
	w.work(r)
}

// answer is when a replica is done with a request, whose answer takes a while to come back.
func (w *requestTwin) answer(q *twinRequest) {
	w.leave(q)
	by := q.at
	w.planFor(q, w.now.Add(w.spec.RoundTrip[by.pool]), clock.Work, func() {
		q.replica = by.id
		w.end(q, journal.Respond, 0, w.now.Sub(q.came))
	})
	q.at, q.working = nil, false
	w.drain()
}

func (w *requestTwin) expire(q *twinRequest) {
	if q.over {
		return
	}
	if q.at != nil {
		w.leave(q)
	}
	w.backlog = slices.DeleteFunc(w.backlog, func(other *twinRequest) bool { return other == q })
	w.end(q, journal.Fail, journal.TimedOut, w.now.Sub(q.came))
	w.drain()
}

func (w *requestTwin) end(q *twinRequest, kind journal.Kind, reason journal.Reason, took time.Duration) {
	q.change++
	q.over, q.ending.end, q.reason, q.ending.at, q.took = true, kind, reason, w.now, took
}

func (w *requestTwin) again(q *twinRequest) {
	q.change++
	if q.retries >= w.spec.Retries {
		w.end(q, journal.Fail, journal.Lost, w.now.Sub(q.came))
		return
	}
	q.retries++
	w.planFor(q, w.now.Add(w.spec.RetryDelay), clock.Arrival, func() { w.arrive(q) })
}

func (w *requestTwin) drain() {
	for len(w.backlog) > 0 {
		if w.pick() == nil {
			return
		}
		q := w.backlog[0]
		w.backlog = w.backlog[1:]
		w.send(q)
	}
}

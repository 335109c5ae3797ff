package actors

import (
	"math/rand/v2"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/workload"
)

// service owns the replicas of the service, from when their instances run, and its
// requests. How many replicas are wanted is its own; which are launched is the policy's.
type service struct {
	kernel  *kernel
	self    address
	spec    *workload.Service
	journal journal.Writer
	policy  *actor.PID
	loads   []*rand.Rand // by pool

	replicas []*replica // by number; nil if it does not run or is gone
	target   int
	scaler   *workload.AutoscalerState // nil without
	desk     desk
}

// replica is a replica that has an instance running at least.
type replica struct {
	id       cloud.ReplicaID
	pool     cloud.PoolID
	purchase cloud.Purchase
	launched clock.Time
	running  int32     // its instances
	load     clock.Key // the end of loading
	serving  bool
	queue    fifo
	working  []int32 // slots of the requests it works on
}

// The kinds of event of a service.
const (
	loaded      clock.Kind = iota // a replica has loaded
	lookRate                      // the autoscaler looks
	comeIn                        // a request comes in
	answer                        // a replica has worked off a request
	respond                       // an answer arrives
	resend                        // a request is sent again
	expire                        // the oldest request may have timed out
	synchronise                   // the load balancer looks
)

func (s *service) Receive(ctx actor.Context) {
	bags := &s.kernel.bags
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.begin(ctx)
	case *clock.Event:
		s.happen(ctx, m.Kind(), m.Arg)
	case *raise:
		s.raise(ctx, bags.raise.open(m))
	case *fell:
		s.fell(ctx, bags.fell.open(m).replica)
	}
}

func (s *service) begin(ctx actor.Context) {
	if s.scaler == nil {
		s.retarget(ctx, s.spec.Replicas)
	} else {
		s.retarget(ctx, s.scaler.Target())
		s.kernel.schedule(ctx, clock.At(s.spec.Autoscaler.Every), clock.Arrival, lookRate, s.self, 0)
	}
	if s.desk.arrivals != nil {
		s.expectRequest(ctx)
	}
}

func (s *service) happen(ctx actor.Context, kind clock.Kind, arg int32) {
	switch kind {
	case loaded:
		s.serve(ctx, s.replicas[arg])
	case lookRate:
		s.lookRate(ctx)
	case comeIn:
		s.comeIn(ctx)
	case answer:
		s.answer(ctx, arg)
	case respond:
		s.respond(arg)
	case resend:
		s.resend(ctx, arg)
	case expire:
		s.expire(ctx)
	case synchronise:
		s.synchronise(ctx)
	}
}

// lookRate lets the autoscaler look at the rate of requests.
func (s *service) lookRate(ctx actor.Context) {
	s.retarget(ctx, s.scaler.Look(s.kernel.now()))
	s.kernel.schedule(ctx, s.kernel.now().Add(s.spec.Autoscaler.Every), clock.Arrival, lookRate, s.self, 0)
}

func (s *service) retarget(ctx actor.Context, count int) {
	if count == s.target {
		return
	}
	s.target = count
	s.record(journal.Entry{Kind: journal.Target, Pool: cloud.None, Task: cloud.None, Count: int32(count)})
	post(ctx, s.policy, &s.kernel.bags.retarget, retarget{count})
}

// raise notes that one more instance of a replica runs. When all do, it loads.
func (s *service) raise(ctx actor.Context, m raise) {
	for int(m.replica) >= len(s.replicas) {
		s.replicas = append(s.replicas, nil)
	}
	r := s.replicas[m.replica]
	if r == nil {
		r = &replica{id: m.replica, pool: m.pool, purchase: m.purchase, launched: m.launched}
		s.replicas[m.replica] = r
	}
	if r.running++; int(r.running) < s.spec.Gang {
		return
	}
	if load := s.spec.Load.Sample(s.loads[r.pool]); load > 0 {
		r.load = s.kernel.schedule(ctx, s.kernel.now().Add(load), clock.Work, loaded, s.self, int32(r.id))
	} else {
		s.serve(ctx, r)
	}
}

func (s *service) serve(ctx actor.Context, r *replica) {
	r.serving, r.load = true, clock.Key{}
	s.record(journal.Entry{
		Kind: journal.Serve, Pool: r.pool, Task: cloud.None, Purchase: r.purchase, Replica: r.id, Span: s.kernel.now().Sub(r.launched),
	})
	post(ctx, s.policy, &s.kernel.bags.served, served{r.id})
	s.note(ctx, change{r.id, true})
}

// fell notes that an instance of a replica ended, and with it the replica: at once, though
// the others of its gang are still to be given back.
func (s *service) fell(ctx actor.Context, id cloud.ReplicaID) {
	if int(id) >= len(s.replicas) || s.replicas[id] == nil {
		return
	}
	r := s.replicas[id]
	s.replicas[id] = nil
	if (r.load != clock.Key{}) {
		s.kernel.cancel(ctx, r.load)
	}
	if r.serving {
		r.serving = false
		lost := s.unanswered(r)
		s.record(journal.Entry{Kind: journal.Down, Pool: r.pool, Task: cloud.None, Purchase: r.purchase, Replica: id, Count: int32(len(lost))})
		s.note(ctx, change{id, false})
		s.abort(ctx, id, lost)
	}
}

// record writes e, now, to the journal.
func (s *service) record(e journal.Entry) {
	e.At, e.Instance = s.kernel.now(), cloud.None
	s.journal.Record(e)
}

// roundTrip is what the network adds to an answer from r.
func (s *service) roundTrip(r *replica) time.Duration {
	if s.spec.RoundTrip == nil {
		return 0
	}
	return s.spec.RoundTrip[r.pool]
}

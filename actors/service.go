package actors

import (
	"math/rand/v2"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// service owns the replicas of the service, from when their instances run, and its
// requests. How many replicas are wanted is its own; which are launched is the tenant's.
type service struct {
	kernel  *kernel
	self    address
	spec    *workload.Service
	journal journal.Writer
	tenant  *actor.PID
	loads   []*rand.Rand // by pool

	replicas []*replica // by number; nil if it does not run or is gone
	target   int
	scaler   *workload.AutoscalerState // nil without
	requests requestTable
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
	queue    ring[ticket]
	working  []int32 // slots of the requests it works on
}

// The kinds of event of a service.
const (
	replicaLoaded clock.Kind = iota
	autoscale                // the autoscaler's control interval is over
	requestArrives
	requestAnswered // a replica has worked off a request
	answerArrives
	requestRetries // a client sends a request again
	requestExpires // the oldest request may have timed out
	synchronise    // the load balancer learns which replicas are ready
)

func (s *service) Receive(ctx actor.Context) {
	recyclers := &s.kernel.recyclers
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.begin(ctx)
	case *clock.Event:
		s.happen(ctx, m.Kind(), m.Arg)
	case *instanceUp:
		s.instanceUp(ctx, recyclers.instanceUp.open(m))
	case *instanceDown:
		s.instanceDown(ctx, recyclers.instanceDown.open(m).replica)
	}
}

func (s *service) begin(ctx actor.Context) {
	if s.scaler == nil {
		s.setTarget(ctx, s.spec.Replicas)
	} else {
		s.setTarget(ctx, s.scaler.Target())
		s.kernel.schedule(ctx, clock.At(s.spec.Autoscaler.Every), clock.Arrival, autoscale, s.self, 0)
	}
	if s.requests.arrivals != nil {
		s.expectRequest(ctx)
	}
}

func (s *service) happen(ctx actor.Context, kind clock.Kind, arg int32) {
	switch kind {
	case replicaLoaded:
		s.serve(ctx, s.replicas[arg])
	case autoscale:
		s.autoscale(ctx)
	case requestArrives:
		s.arrive(ctx)
	case requestAnswered:
		s.answer(ctx, arg)
	case answerArrives:
		s.respond(arg)
	case requestRetries:
		s.retry(ctx, arg)
	case requestExpires:
		s.expire(ctx)
	case synchronise:
		s.synchronise(ctx)
	}
}

// autoscale lets the autoscaler set the target by the rate of requests.
func (s *service) autoscale(ctx actor.Context) {
	s.setTarget(ctx, s.scaler.Look(s.kernel.now()))
	s.kernel.schedule(ctx, s.kernel.now().Add(s.spec.Autoscaler.Every), clock.Arrival, autoscale, s.self, 0)
}

func (s *service) setTarget(ctx actor.Context, count int) {
	if count == s.target {
		return
	}
	s.target = count
	e := journal.New(journal.Target, s.kernel.now())
	e.Count = int32(count)
	s.journal.Record(e)
	n := s.kernel.news(scheduler.TargetChanged)
	n.Count = int32(count)
	ctx.Send(s.tenant, n)
}

// instanceUp notes that one more instance of a replica runs. When all do, it loads.
func (s *service) instanceUp(ctx actor.Context, m instanceUp) {
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
		r.load = s.kernel.schedule(ctx, s.kernel.now().Add(load), clock.Work, replicaLoaded, s.self, int32(r.id))
	} else {
		s.serve(ctx, r)
	}
}

func (s *service) serve(ctx actor.Context, r *replica) {
	r.serving, r.load = true, clock.Key{}
	e := s.ofReplica(journal.Serve, r)
	e.Span = s.kernel.now().Sub(r.launched)
	s.journal.Record(e)
	n := s.kernel.news(scheduler.Served)
	n.Replica = r.id
	ctx.Send(s.tenant, n)
	s.notify(ctx, change{r.id, true})
}

// instanceDown notes that an instance of a replica ended, and with it the replica: at once, though
// the others of its gang are still to be terminated.
func (s *service) instanceDown(ctx actor.Context, id cloud.ReplicaID) {
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
		e := s.ofReplica(journal.Down, r)
		e.Count = int32(len(lost))
		s.journal.Record(e)
		s.notify(ctx, change{id, false})
		s.abort(ctx, id, lost)
	}
}

// ofReplica returns an entry of a replica, now.
func (s *service) ofReplica(kind journal.Kind, r *replica) journal.Entry {
	e := journal.New(kind, s.kernel.now())
	e.Pool, e.Purchase, e.Replica = r.pool, r.purchase, r.id
	return e
}

// roundTrip is what the network adds to an answer from r.
func (s *service) roundTrip(r *replica) time.Duration {
	if s.spec.RoundTrip == nil {
		return 0
	}
	return s.spec.RoundTrip[r.pool]
}

package replay

import (
	"math"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// Pool is the state of a capacity pool.
type Pool struct {
	market.Pool
	market.Meter // with Spot, the spot price
	// Capacity is how many spot instances the pool can hold; Unlimited if it has no bound.
	Capacity int32
}

// Unlimited is the capacity of a pool without a Capacity entry.
const Unlimited = math.MaxInt32

// Instance is the state of an instance that is alive.
type Instance struct {
	ID       cloud.InstanceID
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	// Replica it is of, or cloud.NoReplica.
	Replica  cloud.ReplicaID
	Launched clock.Time // when it was granted, at Price
	Price    cloud.Price
	Ready    clock.Time // when it began to run; clock.Never while it is provisioned
	// PreemptedAt is when it will be preempted, according to the provider's notice;
	// clock.Never without one. AtRisk: the provider has recommended to replace it.
	PreemptedAt clock.Time
	AtRisk      bool
	// Task works on it, or will when it is ready; cloud.None if there is none.
	Task cloud.TaskID

	bill market.Tab
}

func (s *State) recordInstance(e journal.Entry) {
	i := s.living[e.Instance]
	switch e.Kind {
	case journal.Launch:
		s.launch(e)
	case journal.Ready:
		i.Ready = e.At
		i.bill.Begin(e.At, &s.Pools[i.Pool].Meter)
	case journal.Notice:
		i.PreemptedAt = e.At.Add(e.Span)
	case journal.Rebalance:
		i.AtRisk = true
	default:
		s.Billed += e.Cost
		delete(s.living, e.Instance)
	}
}

func (s *State) launch(e journal.Entry) {
	i := &Instance{
		ID: e.Instance, Pool: e.Pool, Purchase: e.Purchase, Replica: e.Replica, Launched: e.At, Price: e.Price,
		Ready: clock.Never, PreemptedAt: clock.Never, Task: e.Task, bill: market.Tab{Launched: e.Price},
	}
	s.living[e.Instance] = i
	if p := &s.Pools[e.Pool]; p.Billing.Since == market.SinceLaunch {
		i.bill.Begin(e.At, &p.Meter)
	}
	if e.Task != cloud.None {
		t := &s.Tasks[e.Task]
		t.State, t.Instance = Placed, e.Instance
	}
}

// Cost returns the bill of i, which is alive, if it were given back at At.
func (s *State) Cost(i *Instance) cloud.Money {
	p := &s.Pools[i.Pool]
	return p.Bill(&i.bill, &p.Meter, i.Purchase, s.At, false)
}

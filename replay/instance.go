package replay

import (
	"math"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// Pool is a capacity pool as it stands.
type Pool struct {
	market.Pool
	// Spot is the spot price, and Capacity how many spot instances the pool can hold.
	Spot     cloud.Price
	Capacity int32

	since clock.Time   // since when Spot holds
	total cloud.Charge // of holding a spot instance from the beginning until then
}

// Unlimited is the capacity of a pool whose journal gives none.
const Unlimited = math.MaxInt32

func (p *Pool) reprice(at clock.Time, price cloud.Price) {
	p.total, p.since, p.Spot = p.charge(at), at, price
}

// charge returns what holding a spot instance from the beginning of the run would cost.
func (p *Pool) charge(at clock.Time) cloud.Charge {
	return p.total.Plus(p.Spot.Over(at.Sub(p.since)))
}

// Instance is a living instance.
type Instance struct {
	ID       cloud.InstanceID
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	// Replica it is of, or cloud.NoReplica.
	Replica cloud.ReplicaID
	// Launched is when it was granted, at Price.
	Launched clock.Time
	Price    cloud.Price
	// Ready is since when it runs; clock.Never while it is provisioned.
	Ready clock.Time
	// Falls is when it will be preempted, as the provider has said; clock.Never if it has
	// not. AtRisk: it has only recommended to replace it.
	Falls  clock.Time
	AtRisk bool
	// Task works on it, or will as soon as it is ready; cloud.None if there is none.
	Task cloud.TaskID

	billed  clock.Time   // since when it is billed; clock.Never before
	charged cloud.Charge // of its pool, then
}

func (s *State) recordInstance(e journal.Entry) {
	i := s.living[e.Instance]
	switch e.Kind {
	case journal.Launch:
		s.launch(e)
	case journal.Ready:
		i.Ready = e.At
		if i.billed == clock.Never {
			s.bill(i, e.At)
		}
	case journal.Notice:
		i.Falls = e.At.Add(e.Span)
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
		Ready: clock.Never, Falls: clock.Never, Task: e.Task, billed: clock.Never,
	}
	s.living[e.Instance] = i
	if s.Pools[e.Pool].Billing.Since == market.SinceLaunch {
		s.bill(i, e.At)
	}
	if e.Task != cloud.None {
		t := &s.Tasks[e.Task]
		t.State, t.Instance = Placed, e.Instance
	}
}

// bill begins the bill of i.
func (s *State) bill(i *Instance, at clock.Time) {
	i.billed, i.charged = at, s.Pools[i.Pool].charge(at)
}

// Cost returns what i, which lives, would be billed if it were given back at At.
func (s *State) Cost(i *Instance) cloud.Money {
	if i.billed == clock.Never {
		return 0
	}
	p := &s.Pools[i.Pool]
	u := market.Usage{Lasted: s.At.Sub(i.billed), AtLaunch: i.Price, AtEnd: p.OnDemand}
	if i.Purchase == cloud.Spot {
		u.AtEnd, u.Moving = p.Spot, p.charge(s.At).Minus(i.charged)
	} else {
		u.Moving = p.OnDemand.Over(u.Lasted)
	}
	return p.Billing.Bill(u)
}

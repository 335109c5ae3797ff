package optimum

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Service asks for the cheapest way in which somebody who knows the future keeps a
// service up: the "Omniscient" policy of Mao et al., SkyServe: Serving AI Models across
// Regions and Clouds with Spot Instances, EuroSys 2025,
//
//	min  sum over t of (sum over z of price_z(t) S_z(t)) + od(t) O(t)
//	S_z(t) <= capacity_z(t),  ready(t) >= wanted(t) for t >= d,
//
// where S_z(t) and O(t) are the replicas launched in tick t on spot in zone z and on demand, d is
// the cold start, and a replica is ready in tick t if it has been launched in the same place for
// all of [t-d, t]: ready(t) is the sum, over the zones and on demand, of the least of [t-d, t].
// Nothing is launched before tick 0, and on demand there is always capacity.
//
// Solve is exact. Let r_z(t) be the ready replicas of a zone; at most the least capacity
// of [t-d, t]. It takes S_z(t) = max r_z over [t, t+d]. Cut r_z into layers, the n-th
// ready where r_z(t) >= n. A layer pays for its ready ticks and, before each of its runs,
// for d ticks or, where the gap is shorter, for the gap: as if it had stayed ready through
// the gap, which it may, as it is launched all the while. So nothing is lost if every start
// pays for the d ticks before it, as prices are not below zero. Then the problem is a
// cheapest flow through time, whose units are in every tick ready in some zone at its
// price, ready on demand, or idle for nothing; all but wanted(t) may be idle, and the way
// from idleness to a zone costs the d ticks before. The cheapest flow is whole where
// capacities are. (So is the paper's linear relaxation: flows are totally unimodular.)
//
// With ShortTicks > 0, to choose which ticks are short makes the problem a harder one,
// and Solve only encloses the optimum: see ServicePlan.Bound.
type Service struct {
	Tick  time.Duration // the time between decisions and the unit of billing; > 0
	Ticks int           // the length of the service, in ticks; > ColdTicks
	// ColdTicks is d, how many ticks pass between a launch and the first ready one; >= 0.
	// The longer, the more expensive.
	ColdTicks int
	// Wanted is how many replicas are to be ready in each tick, from 0 to a million: a
	// series by tick that reaches to Ticks, or one number throughout.
	Wanted []int
	Zones  []Zone // where there is spot capacity; there may be none
	// OnDemand is the price of a replica on demand in $/h, >= 0: by tick, or one. If it is
	// the least of several places in each tick, the optimum is a bound from below.
	OnDemand []cloud.Price
	// CountFrom is the first tick whose cost counts, from 0, the default, to Ticks.
	// The published scores count from ColdTicks on.
	CountFrom int
	// ShortTicks is how many of the ticks from ColdTicks on may have fewer replicas
	// ready than wanted; >= 0, the default. A plan is to be compared with what policies
	// cost that were short in as many ticks.
	ShortTicks int
}

// Zone is what one zone offers a Service on spot. Its series reach at least to the last
// tick; a series of prices may instead be one price, which holds throughout.
type Zone struct {
	Capacity []int         // how many replicas can run in each tick; >= 0
	Price    []cloud.Price // that of a tick of one replica, in $/h; >= 0, also where there is no capacity
}

// ServicePlan is one of the cheapest plans of a Service, or where ticks may be short, a cheap one.
type ServicePlan struct {
	Cost cloud.Money // that of the plan, exact, rounded once, in the end
	// Bound is what no plan can be cheaper than. Without ShortTicks it is the Cost.
	//
	// With them it is that of a Lagrange relaxation: each of wanted(t) replicas may be missing for
	// penalty/wanted(t), and penalty * ShortTicks is paid back; Bound is the greatest such optimum
	// over all whole penalties. It is below the optimum where it pays to be short of a part of the
	// replicas in many ticks, and where no penalty gives just as many short ticks.
	Bound      cloud.Money
	Spot       [][]int // how many replicas are launched in each zone, by zone and tick
	OnDemand   []int   // how many are launched on demand, by tick
	ShortTicks int     // in how many ticks fewer are ready than wanted
}

// Solve returns a cheapest plan; with ShortTicks, a cheap one and a bound. The error names
// every value of o that is out of its bounds.
func (o Service) Solve() (ServicePlan, error) {
	if err := o.check(); err != nil {
		return ServicePlan{}, err
	}
	n := newServiceNetwork(&o)
	if o.ShortTicks == 0 {
		s := n.solve(0)
		return n.plan(s, s.bound), nil
	}
	s, bound := n.enclose()
	return n.plan(s, bound), nil
}

// wanted returns how many replicas are to be ready in tick t.
func (o *Service) wanted(t int) int { return o.Wanted[min(t, len(o.Wanted)-1)] }

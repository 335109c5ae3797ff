package optimum

import (
	"cmp"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// serviceNetwork is a Service as a flow. A pool is a zone or, the last, on demand.
// At the beginning of every tick from ColdTicks on, and at the end, there is a node for
// idleness and one for each pool. Costs are in nano-dollars an hour for a grain of time.
type serviceNetwork struct {
	o     *Service
	pools int
	most  int // the most replicas wanted, and the units of the flow
	grain time.Duration
	paid  [][]int64 // by pool: what a replica costs up to each tick; what does not count is free

	flow    flowNetwork
	ready   [][]int // by pool and tick: the arc, or none
	missing []int   // by tick: the arc, or none
}

const none = -1

func newServiceNetwork(o *Service) *serviceNetwork {
	n := &serviceNetwork{o: o, pools: len(o.Zones) + 1, grain: gcd(o.Tick, time.Hour)}
	for t := o.ColdTicks; t < o.Ticks; t++ {
		n.most = max(n.most, o.wanted(t))
	}
	for _, z := range o.Zones {
		n.paid = append(n.paid, tally(z.Price, o.CountFrom, o.Ticks, o.Tick/n.grain))
	}
	n.paid = append(n.paid, tally(o.OnDemand, o.CountFrom, o.Ticks, o.Tick/n.grain))
	n.flow.addNodes((o.Ticks - o.ColdTicks + 1) * (n.pools + 1))
	n.connectIdleness()
	for pool := range n.pools {
		n.ready = append(n.ready, n.connectPool(pool))
	}
	return n
}

// room returns how many replicas can be ready in a pool in tick t: the least capacity of
// the ticks since their launch.
func (n *serviceNetwork) room(pool, t int) int {
	if pool == len(n.o.Zones) {
		return n.most
	}
	return min(n.most, slices.Min(n.o.Zones[pool].Capacity[t-n.o.ColdTicks:t+1]))
}

// node returns a pool's node at the beginning of tick t; idleness follows the pools.
func (n *serviceNetwork) node(pool, t int) int { return (t-n.o.ColdTicks)*(n.pools+1) + pool }

func (n *serviceNetwork) connectIdleness() {
	idle := n.pools
	n.missing = slices.Repeat([]int{none}, n.o.Ticks)
	for t := n.o.ColdTicks; t < n.o.Ticks; t++ {
		wanted := n.o.wanted(t)
		n.flow.addArc(n.node(idle, t), n.node(idle, t+1), n.most-wanted, 0)
		if n.o.ShortTicks > 0 && wanted > 0 {
			n.missing[t] = n.flow.addArc(n.node(idle, t), n.node(idle, t+1), wanted, 0)
		}
	}
}

// connectPool adds the arcs on which replicas are ready in a pool, and those that lead
// there from idleness and back, wherever they lead on.
func (n *serviceNetwork) connectPool(pool int) []int {
	idle, cold, paid := n.pools, n.o.ColdTicks, n.paid[pool]
	ready := slices.Repeat([]int{none}, n.o.Ticks)
	before := 0
	for t := cold; t < n.o.Ticks; t++ {
		here, room := n.node(pool, t), n.room(pool, t)
		if before > 0 {
			n.flow.addArc(here, n.node(idle, t), n.most, 0)
		}
		if room > 0 {
			n.flow.addArc(n.node(idle, t), here, n.most, paid[t]-paid[t-cold])
			ready[t] = n.flow.addArc(here, n.node(pool, t+1), room, paid[t+1]-paid[t])
		}
		before = room
	}
	if before > 0 {
		n.flow.addArc(n.node(pool, n.o.Ticks), n.node(idle, n.o.Ticks), n.most, 0)
	}
	return ready
}

// serviceSolution is a cheapest flow for some penalty.
type serviceSolution struct {
	penalty  int64
	bound    int64   // the cost with penalties, less those that are paid back
	cost     int64   // of what is launched
	launched [][]int // by pool and tick
	missing  []int   // by tick
	missed   float64 // the sum of the shares that are missing of what is wanted
	short    int     // ticks with any missing
}

// solve finds a cheapest flow where a short tick pays up to the penalty.
func (n *serviceNetwork) solve(penalty int64) *serviceSolution {
	n.flow.empty()
	for t, arc := range n.missing {
		if arc != none {
			n.flow.setCost(arc, penalty/int64(n.o.wanted(t)))
		}
	}
	idle := n.pools
	cost := n.flow.send(n.node(idle, n.o.ColdTicks), n.node(idle, n.o.Ticks), n.most)
	s := &serviceSolution{penalty: penalty, bound: cost - penalty*int64(n.o.ShortTicks)}
	for pool := range n.pools {
		s.launched = append(s.launched, n.launched(pool))
		for t, launched := range s.launched[pool] {
			s.cost += int64(launched) * (n.paid[pool][t+1] - n.paid[pool][t])
		}
	}
	s.missing = make([]int, n.o.Ticks)
	for t, arc := range n.missing {
		if arc != none && n.flow.flow(arc) > 0 {
			s.missing[t] = n.flow.flow(arc)
			s.missed += float64(s.missing[t]) / float64(n.o.wanted(t))
			s.short++
		}
	}
	return s
}

// launched returns what must be launched in a pool for those to be ready that are: the
// most of a cold start ahead.
func (n *serviceNetwork) launched(pool int) []int {
	launched := make([]int, n.o.Ticks)
	for t, arc := range n.ready[pool] {
		if arc == none {
			continue
		}
		ready := n.flow.flow(arc)
		for i := t - n.o.ColdTicks; i <= t; i++ {
			launched[i] = max(launched[i], ready)
		}
	}
	return launched
}

// enclose returns the cheapest plan found that is short in no more ticks than it may be,
// and the greatest bound. A bound is a line in the penalty for each flow, and their least
// is concave: the search goes on where the lines of two flows cross, one that misses too
// much and one that does not. It may stop at any time, as every penalty gives a bound.
func (n *serviceNetwork) enclose() (best *serviceSolution, bound int64) {
	may := float64(n.o.ShortTicks)
	much, little := n.nothing(), n.solve(n.prohibitive())
	if much.missed <= may {
		return much, 0
	}
	best, bound = little, max(0, little.bound)
	for range mostPenalties {
		penalty := int64(float64(little.cost-much.cost) / (much.missed - little.missed))
		if penalty <= much.penalty || penalty >= little.penalty {
			break
		}
		s := n.solve(penalty)
		bound = max(bound, s.bound)
		if s.missed > may {
			much = s
			continue
		}
		little = s
		if s.short <= n.o.ShortTicks && s.cost < best.cost {
			best = s
		}
	}
	if s := n.forgive(much); s.cost < best.cost {
		best = s
	}
	return best, bound
}

// nothing is the cheapest flow at no penalty.
func (n *serviceNetwork) nothing() *serviceSolution {
	s := &serviceSolution{missing: make([]int, n.o.Ticks)}
	for range n.pools {
		s.launched = append(s.launched, make([]int, n.o.Ticks))
	}
	for t, arc := range n.missing {
		if arc != none {
			s.missing[t] = n.o.wanted(t)
			s.missed++
			s.short++
		}
	}
	return s
}

// mostPenalties bounds the search where the rounding of penalties would have it creep.
const mostPenalties = 50

// prohibitive is a penalty at which nothing is missing: each replica would rather be
// launched on demand for just that tick.
func (n *serviceNetwork) prohibitive() int64 {
	paid := n.paid[n.pools-1]
	highest := int64(0)
	for t := n.o.ColdTicks; t < n.o.Ticks; t++ {
		highest = max(highest, paid[t+1]-paid[t-n.o.ColdTicks])
	}
	return int64(n.most) * (highest + 1)
}

// forgive returns the cheapest plan that wants nothing in the ticks in which s misses the
// largest shares, as many as may be short, and of equals the earliest.
func (n *serviceNetwork) forgive(s *serviceSolution) *serviceSolution {
	short := make([]int, 0, s.short)
	wanted := make([]int, n.o.Ticks)
	for t := range wanted {
		wanted[t] = n.o.wanted(t)
		if s.missing[t] > 0 {
			short = append(short, t)
		}
	}
	slices.SortStableFunc(short, func(a, b int) int {
		return cmp.Compare(s.missing[b]*wanted[a], s.missing[a]*wanted[b])
	})
	for _, t := range short[:min(len(short), n.o.ShortTicks)] {
		wanted[t] = 0
	}
	rest := *n.o
	rest.Wanted, rest.ShortTicks = wanted, 0
	return newServiceNetwork(&rest).solve(0)
}

// plan writes a solution as a plan.
func (n *serviceNetwork) plan(s *serviceSolution, bound int64) ServicePlan {
	zones := len(n.o.Zones)
	return ServicePlan{
		Cost:       n.money(s.cost),
		Bound:      n.money(bound),
		Spot:       s.launched[:zones:zones],
		OnDemand:   s.launched[zones],
		ShortTicks: n.countShort(s.launched),
	}
}

func (n *serviceNetwork) money(cost int64) cloud.Money {
	return cloud.Price(cost).Over(n.grain).Round()
}

// countShort returns in how many ticks fewer are ready than wanted.
func (n *serviceNetwork) countShort(launched [][]int) (short int) {
	cold := n.o.ColdTicks
	for t := cold; t < n.o.Ticks; t++ {
		ready := 0
		for _, pool := range launched {
			ready += slices.Min(pool[t-cold : t+1])
		}
		if ready < n.o.wanted(t) {
			short++
		}
	}
	return short
}

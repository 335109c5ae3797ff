package scheduler

import (
	"cmp"
	"slices"

	"github.com/bobby-math/tessera/cloud"
)

func init() {
	Register(Entry{
		Name:  "asg-mixed",
		Title: "ASG mixed",
		Doc:   "service: a fixed share on-demand, the rest on spot where the provider's allocation strategy says; no fallback",
		Source: "Amazon EC2 Auto Scaling, mixed instances group (API type InstancesDistribution); " +
			"baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{
			{Name: "base", Max: 1_000_000,
				Doc: "replicas of the target that are on-demand whatever the share; more is safer and more expensive; as in the API 0 by default"},
			{Name: "share", Default: 10, Max: 100,
				Doc: "percent of the target above base that is on-demand, rounded up; more is safer and more expensive; the API's own default, 100, would buy no spot"},
			paramStrategy,
			{Name: "pools", Default: 2, Min: 1, Max: 20,
				Doc: "over how many pools lowest-price spreads; fewer is cheaper; the others take no notice; as in the API 2 by default"},
		},
		New: func(a Args) (any, error) {
			return &asgMixed{a.Int("base"), a.Int("share"), a.Int("pools"), allocations[a.Choice("strategy")]}, nil
		},
	})
}

// asgMixed splits the target into on-demand and spot. What is held beyond the target is spot.
type asgMixed struct {
	base, share, pools int
	pick               allocation
}

func (g *asgMixed) Plan(f *Fleet, p *Plan) {
	p.OnDemand = g.onDemand(f.Target)
	spot := f.Target + f.Extra - p.OnDemand
	o := &order{fleet: f, plan: p, count: spot - p.Total(), spread: g.pools}
	p.Resize(spot, func() int { return g.pick(o) })
}

// onDemand returns how many replicas of a target are on-demand: what is no whole number is
// rounded in favour of on-demand.
func (g *asgMixed) onDemand(target int) int {
	above := max(target-g.base, 0)
	return min(g.base, target) + (above*g.share+99)/100
}

// An allocation strategy is how a provider picks the pool for each of the spot replicas a
// group asks for. Sources: Amazon EC2 Auto Scaling User Guide, "Allocation strategies for
// multiple instance types"; Amazon EC2 User Guide, "Allocation strategies for Spot
// Instances". Both say what is sought and not how it is measured; what it is here each
// strategy says. Every zone of a Fleet is a pool, and all are chosen from together: that a
// group balances its availability zones first is not modelled. Of equals the first is picked.
type allocation func(o *order) int

// allocations are the strategies by name.
var allocations = map[string]allocation{
	"price-capacity-optimized": priceCapacityOptimized,
	"capacity-optimized":       capacityOptimized,
	"lowest-price":             lowestPrice,
}

// paramStrategy is the parameter that chooses one of them, the recommended one first.
var paramStrategy = Param{
	Name:    "strategy",
	Type:    Choice,
	Doc:     "how the provider picks the pool of each spot replica; see docs/service-policies.md",
	Choices: []string{"price-capacity-optimized", "capacity-optimized", "lowest-price"},
}

// order is a number of spot replicas asked for at once, as the provider places them.
type order struct {
	fleet  *Fleet
	plan   *Plan
	count  int // how many are asked for, those placed already included
	spread int // over how many pools lowestPrice spreads. At least 1
}

// room is how many replicas more a pool could hold, given what is placed already.
func (o *order) room(z int) int {
	return o.fleet.Zones[z].Room - (o.plan.Spot[z] - o.fleet.Zones[z].Launched)
}

func (o *order) price(z int) cloud.Price { return o.fleet.Zones[z].Spot }

// cheapest returns the pools that qualify, the cheapest first.
func (o *order) cheapest(qualifies func(z int) bool) (pools []int) {
	for z := range o.fleet.Zones {
		if qualifies(z) {
			pools = append(pools, z)
		}
	}
	slices.SortStableFunc(pools, func(a, b int) int { return cmp.Compare(o.price(a), o.price(b)) })
	return pools
}

// capacityOptimized picks the pool with the most room, whatever it costs.
func capacityOptimized(o *order) int {
	best := 0
	for z := range o.fleet.Zones {
		if o.room(z) > o.room(best) {
			best = z
		}
	}
	return best
}

// priceCapacityOptimized picks the cheapest of the pools with room for all that is asked
// for at once; if there is none, the one with the most room.
func priceCapacityOptimized(o *order) int {
	if deep := o.cheapest(func(z int) bool { return o.fleet.Zones[z].Room >= o.count }); len(deep) > 0 {
		return deep[0]
	}
	return capacityOptimized(o)
}

// lowestPrice spreads evenly over the cheapest pools of those that have any room, as many
// as o.spread: of these the one with the fewest replicas, then the cheapest. If none has
// room the cheapest is asked, in vain.
func lowestPrice(o *order) int {
	stocked := o.cheapest(func(z int) bool { return o.room(z) > 0 })
	if len(stocked) == 0 {
		return o.cheapest(func(int) bool { return true })[0]
	}
	return slices.MinFunc(stocked[:min(o.spread, len(stocked))], func(a, b int) int {
		return cmp.Compare(o.plan.Spot[a], o.plan.Spot[b])
	})
}

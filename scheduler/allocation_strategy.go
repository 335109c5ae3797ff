package scheduler

// An allocation strategy is how a provider picks the pool for each of the spot replicas a
// group asks for. Sources: Amazon EC2 Auto Scaling User Guide, "Allocation strategies for
// multiple instance types"; Amazon EC2 User Guide, "Allocation strategies for Spot
// Instances". Both say what is sought and not how it is measured; what it is here each
// strategy says. Every zone of a Fleet is a pool, and all are chosen from together: that a
// group balances its availability zones first is not modelled.
type allocation func(o *order) int

// allocations are the strategies by name, the recommended one first.
var allocations = []struct {
	name string
	pick allocation
}{
	{"price-capacity-optimized", priceCapacityOptimized},
	{"capacity-optimized", capacityOptimized},
	{"lowest-price", lowestPrice},
}

// paramStrategy is the parameter that chooses one of them.
var paramStrategy = func() Param {
	p := Param{Name: "strategy", Type: Choice, Doc: "how the provider picks the pool of each spot replica; see docs/service-policies.md"}
	for _, a := range allocations {
		p.Choices = append(p.Choices, a.name)
	}
	return p
}()

// allocationCalled returns the strategy of that name, which must exist.
func allocationCalled(name string) allocation {
	for _, a := range allocations {
		if a.name == name {
			return a.pick
		}
	}
	panic("scheduler: no allocation strategy " + name)
}

// order is a number of spot replicas asked for at once, as the provider places them.
type order struct {
	fleet *Fleet
	plan  *Plan
	// count is how many are asked for, those placed already included.
	count int
	// spread is over how many pools lowestPrice spreads. At least 1.
	spread int
}

// room is how many replicas more a pool could hold, given what is placed already.
func (o *order) room(z int) int {
	return o.fleet.Zones[z].Room - (o.plan.Spot[z] - o.fleet.Zones[z].Launched)
}

// best returns the first pool that no other among those wanted goes before; ok is false
// if none is wanted.
func (o *order) best(wanted func(z int) bool, before func(a, b int) bool) (pool int, ok bool) {
	best := -1
	for z := range o.fleet.Zones {
		if wanted(z) && (best < 0 || before(z, best)) {
			best = z
		}
	}
	return best, best >= 0
}

func (o *order) cheaper(a, b int) bool { return o.fleet.Zones[a].Spot < o.fleet.Zones[b].Spot }

// capacityOptimized picks the pool with the most room, the first of equals, whatever it
// costs.
func capacityOptimized(o *order) int {
	pool, _ := o.best(func(int) bool { return true }, func(a, b int) bool { return o.room(a) > o.room(b) })
	return pool
}

// priceCapacityOptimized picks the cheapest of the pools with room for all that is asked
// for at once; if there is none, the one with the most room.
func priceCapacityOptimized(o *order) int {
	deep := func(z int) bool { return o.fleet.Zones[z].Room >= o.count }
	if pool, ok := o.best(deep, o.cheaper); ok {
		return pool
	}
	return capacityOptimized(o)
}

// lowestPrice spreads evenly over the cheapest pools of those that have any room, as many
// as o.spread: of these the one with the fewest replicas, then the cheapest. If none has
// room the cheapest is asked, in vain.
func lowestPrice(o *order) int {
	stocked := func(z int) bool { return o.room(z) > 0 }
	chosen := make([]bool, len(o.fleet.Zones))
	for range o.spread {
		pool, ok := o.best(func(z int) bool { return stocked(z) && !chosen[z] }, o.cheaper)
		if !ok {
			break
		}
		chosen[pool] = true
	}
	fewest := func(a, b int) bool {
		if o.plan.Spot[a] != o.plan.Spot[b] {
			return o.plan.Spot[a] < o.plan.Spot[b]
		}
		return o.cheaper(a, b)
	}
	if pool, ok := o.best(func(z int) bool { return chosen[z] }, fewest); ok {
		return pool
	}
	pool, _ := o.best(func(int) bool { return true }, o.cheaper)
	return pool
}

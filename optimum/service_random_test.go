package optimum

import (
	"slices"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"pgregory.net/rapid"
)

// drawService draws a problem of one zone or two; what a replica costs in a tick is a few
// dollars.
func drawService(mostTicks int, draw drawer) Service {
	o := Service{Tick: time.Hour, ColdTicks: draw("cold ticks", 0, 2)}
	o.Ticks = draw("ticks", mostTicks/2, mostTicks)
	o.CountFrom = draw("count from", 0, o.ColdTicks)
	series := func(name string, most int) []int {
		n := o.Ticks
		if draw(name+" is constant", 0, 1) == 1 {
			n = 1
		}
		numbers := make([]int, n)
		for i := range numbers {
			numbers[i] = draw(name, 0, most)
		}
		return numbers
	}
	prices := func(name string, most int) (prices []cloud.Price) {
		for _, dollars := range series(name, most) {
			prices = append(prices, cloud.PerHour(float64(dollars)))
		}
		return prices
	}
	o.Wanted = series("wanted", 2)
	o.OnDemand = prices("on demand", 9)
	for range draw("zones", 1, 2) {
		zone := Zone{Price: prices("price", 4)}
		for range o.Ticks {
			zone.Capacity = append(zone.Capacity, draw("capacity", 0, 2))
		}
		o.Zones = append(o.Zones, zone)
	}
	return o
}

func rapidDrawer(t *rapid.T) drawer {
	return func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
}

func solveService(t *rapid.T, o Service) ServicePlan {
	plan, err := o.Solve()
	if err != nil {
		t.Fatal(err)
	}
	if err := followService(&o, plan); err != nil {
		t.Fatalf("%s: %v", launches(plan), err)
	}
	return plan
}

func TestServiceOptimumEqualsBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawService(7, rapidDrawer(t))
		plan := solveService(t, o)
		least := cloud.Price(cheapestService(&o)).Over(o.Tick).Round()
		if plan.Cost != least || plan.Bound != least {
			t.Fatalf("%s for %v, at least %v; want %v", launches(plan), plan.Cost, plan.Bound, least)
		}
	})
}

func TestServiceOptimumWithShortTicksEnclosesBruteForce(t *testing.T) {
	problems, exact, optimal := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		draw := rapidDrawer(t)
		o := drawService(6, draw)
		o.ShortTicks = draw("short", 0, o.Ticks-o.ColdTicks)
		plan := solveService(t, o)
		least := cloud.Price(cheapestService(&o)).Over(o.Tick).Round()
		if plan.Bound > least || least > plan.Cost {
			t.Fatalf("%s for %v, at least %v; want around %v", launches(plan), plan.Cost, plan.Bound, least)
		}
		problems++
		if plan.Exact() {
			exact++
		}
		if plan.Cost == least {
			optimal++
		}
	})
	t.Logf("of %d plans %d are known to be cheapest, and %d are", problems, exact, optimal)
}

func TestServiceOptimumIsNeverMoreExpensiveOnBetterTerms(t *testing.T) {
	for _, terms := range []struct {
		name   string
		better func(*Service, drawer)
	}{
		{"more capacity", func(o *Service, draw drawer) {
			z := &o.Zones[draw("zone", 0, len(o.Zones)-1)]
			z.Capacity = slices.Clone(z.Capacity)
			z.Capacity[draw("tick", 0, o.Ticks-1)] += draw("more", 1, 3)
		}},
		{"fewer wanted", func(o *Service, draw drawer) {
			o.Wanted = slices.Clone(o.Wanted)
			t := draw("of wanted", 0, len(o.Wanted)-1)
			o.Wanted[t] = max(0, o.Wanted[t]-1)
		}},
		{"more ticks short", func(o *Service, draw drawer) { o.ShortTicks += draw("more", 1, 5) }},
		{"a shorter cold start, over the same ticks", func(o *Service, _ drawer) {
			if o.ColdTicks == 0 {
				return
			}
			wanted := make([]int, o.Ticks)
			for t := o.ColdTicks; t < o.Ticks; t++ {
				wanted[t] = o.wanted(t)
			}
			o.ColdTicks, o.Wanted = o.ColdTicks-1, wanted
		}},
		{"a zone more", func(o *Service, _ drawer) {
			o.Zones = append(slices.Clone(o.Zones), o.Zones[0])
		}},
	} {
		t.Run(terms.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				draw := rapidDrawer(t)
				o := drawService(40, draw)
				o.ShortTicks = draw("short", 0, 3)
				worse := solveService(t, o)
				terms.better(&o, draw)
				rounded := cloud.Money(0)
				if o.ShortTicks > 0 { // penalties are whole, also those of one of two replicas
					rounded = cloud.Money(3 * o.Ticks)
				}
				if plan := solveService(t, o); plan.Bound > worse.Bound+rounded {
					t.Fatalf("at least %d nano-dollars, and on worse terms %d", plan.Bound, worse.Bound)
				}
			})
		})
	}
}

// From the definition: whatever is launched, even at random, a bound for as many short
// ticks is no more expensive.
func TestServiceOptimumBoundsRandomLaunches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapidDrawer(t)
		o := drawService(60, draw)
		some := ServicePlan{OnDemand: make([]int, o.Ticks)}
		for i := range some.OnDemand {
			some.OnDemand[i] = draw("on demand", 0, 1)
		}
		for _, zone := range o.Zones {
			launched := make([]int, o.Ticks)
			for i, n := range zone.Capacity {
				launched[i] = draw("spot", 0, n)
			}
			some.Spot = append(some.Spot, launched)
		}
		cost := int64(0)
		for i := range o.Ticks {
			var launched []int
			for _, series := range append(slices.Clone(some.Spot), some.OnDemand) {
				launched = append(launched, series[i])
			}
			cost += tickCost(&o, i, launched)
			if i >= o.ColdTicks && readyAt(&o, some, i) < byTick(o.Wanted, i) {
				o.ShortTicks++
			}
		}
		plan := solveService(t, o)
		if got := cloud.Price(cost).Over(o.Tick).Round(); got < plan.Bound {
			t.Fatalf("%s for %v, but at least %v", launches(some), got, plan.Bound)
		}
	})
}

package optimum

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
)

// TestOptimumIsTheCheapestOfAllPlans tries every plan there is.
func TestOptimumIsTheCheapestOfAllPlans(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 0))
		o := drawOptimum(8, func(_ string, least, most int) int { return least + r.IntN(most-least+1) })
		plan, err := o.Solve()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := follow(o, plan); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if want, ok := newReplay(&o).cheapest(everyStep(o)); !ok || plan.Cost != want {
			t.Fatalf("seed %d: %v: %d nano-dollars, want %d", seed, plan, plan.Cost, want)
		}
	}
}

// TestOptimumOnWorseTermsIsNoCheaper: what can be done on worse terms can be done on the
// better ones.
func TestOptimumOnWorseTermsIsNoCheaper(t *testing.T) {
	worse := []struct {
		name   string
		worsen func(*Job, drawer)
	}{
		{"less spot", func(o *Job, draw drawer) {
			r := &o.Regions[draw("region", 0, len(o.Regions)-1)]
			r.Available = slices.Clone(r.Available)
			r.Available[draw("tick", 0, len(r.Available)-1)] = false
		}},
		{"an earlier deadline", func(o *Job, draw drawer) {
			o.Deadline -= time.Duration(draw("earlier", 0, int(o.Deadline-o.Work-o.Overhead)))
		}},
		{"a longer overhead", func(o *Job, draw drawer) {
			o.Overhead += time.Duration(draw("longer", 0, int((o.Deadline-o.Work-o.Overhead)/time.Second))) * time.Second
		}},
		{"more work", func(o *Job, draw drawer) {
			o.Work += time.Duration(draw("more", 0, int(o.Deadline-o.Work-o.Overhead)))
		}},
		{"a region fewer", func(o *Job, _ drawer) {
			o.Regions, o.Egress, o.Transfer = o.Regions[:1], nil, nil
		}},
	}
	for _, terms := range worse {
		t.Run(terms.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				draw := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
				o := drawOptimum(40, draw)
				better, err := o.Solve()
				if err != nil {
					t.Fatal(err)
				}
				terms.worsen(&o, draw)
				plan, err := o.Solve()
				if err != nil {
					t.Fatal(err)
				}
				if plan.Cost < better.Cost {
					t.Fatalf("%v, %d nano-dollars, and on better terms %v, %d", plan, plan.Cost, better, better.Cost)
				}
			})
		})
	}
}

// drawer draws a whole number from [least, most].
type drawer func(name string, least, most int) int

// drawOptimum draws a problem of one region or two. An overhead lasts up to three ticks; a
// move costs up to as much as two at 1 $/h, and takes up to two more.
func drawOptimum(mostTicks int, draw drawer) Job {
	seconds := func(name string, least, most int) time.Duration {
		return time.Duration(draw(name, least, most)) * time.Second
	}
	regions := draw("regions", 1, 2)
	ticks := draw("ticks", mostTicks/2, mostTicks)
	length := draw("tick", 1, 12)
	o := Job{Tick: time.Duration(length) * time.Second}
	o.Deadline = seconds("deadline", (ticks-1)*length+1, ticks*length)
	o.Overhead = min(seconds("overhead", 0, draw("ticks of overhead", 0, 3)*length), o.Deadline-time.Second)
	o.Work = seconds("work", 1, int((o.Deadline-o.Overhead)/time.Second))
	for range regions {
		o.Regions = append(o.Regions, drawRegion(draw, ticks))
	}
	if draw("egress is paid", 0, 1) == 1 {
		tick := int(cloud.PerHour(1).Over(o.Tick).Round())
		o.Egress = drawMoves(regions, func() cloud.Money { return cloud.Money(draw("egress", 0, 2*tick)) })
	}
	if draw("transfer takes time", 0, 1) == 1 {
		o.Transfer = drawMoves(regions, func() time.Duration { return seconds("transfer", 0, draw("ticks of transfer", 0, 2)*length) })
	}
	return o
}

func drawRegion(draw drawer, ticks int) Region {
	prices := func(name string, most int) (prices []cloud.Price) {
		n := ticks
		if draw(name+" is constant", 0, 1) == 1 {
			n = 1
		}
		for range n {
			prices = append(prices, cloud.PerHour(float64(draw(name, 0, most))))
		}
		return prices
	}
	r := Region{Spot: prices("spot", 4), OnDemand: prices("on_demand", 9)}
	for range ticks {
		r.Available = append(r.Available, draw("available", 0, 2) > 0)
	}
	return r
}

func drawMoves[T time.Duration | cloud.Money](regions int, draw func() T) [][]T {
	moves := make([][]T, regions)
	for a := range moves {
		moves[a] = make([]T, regions)
		for b := range moves[a] {
			if a != b {
				moves[a][b] = draw()
			}
		}
	}
	return moves
}

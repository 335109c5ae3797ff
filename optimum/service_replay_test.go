package optimum

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// serviceSearch tries every number of launches in every tick and place. It follows the
// definition of ready replicas and shares nothing with the solver but the words.
type serviceSearch struct {
	o       *Service
	choices [][]int // what may be launched in one tick: by place, on demand last
	known   map[serviceState]int64
}

// serviceState is all that the future depends on: the choices of the last ColdTicks
// ticks, as one number, and in how many more ticks there may be too few.
type serviceState struct{ t, last, short int }

const never = math.MaxInt64

// cheapestService returns the least cost in nano-dollars an hour for a tick.
func cheapestService(o *Service) int64 {
	s := serviceSearch{o: o, known: map[serviceState]int64{}, choices: [][]int{{}}}
	for place := range len(o.Zones) + 1 {
		most := slices.Max(o.Wanted) // on demand, more are never needed
		if place < len(o.Zones) {
			most = slices.Max(o.Zones[place].Capacity)
		}
		var longer [][]int
		for _, c := range s.choices {
			for n := range most + 1 {
				longer = append(longer, append(slices.Clone(c), n))
			}
		}
		s.choices = longer
	}
	return s.from(serviceState{0, 0, o.ShortTicks})
}

func (s *serviceSearch) from(at serviceState) int64 {
	if at.t == s.o.Ticks {
		return 0
	}
	if least, ok := s.known[at]; ok {
		return least
	}
	least := int64(never)
	for number, choice := range s.choices {
		if s.fits(choice, at.t) {
			least = min(least, s.choose(at, number, choice))
		}
	}
	s.known[at] = least
	return least
}

func (s *serviceSearch) fits(choice []int, t int) bool {
	for z, zone := range s.o.Zones {
		if choice[z] > zone.Capacity[t] {
			return false
		}
	}
	return true
}

// choose returns the least cost from a state on if that choice is made in it.
func (s *serviceSearch) choose(at serviceState, number int, choice []int) int64 {
	window := at.last*len(s.choices) + number
	next := serviceState{at.t + 1, window % power(len(s.choices), s.o.ColdTicks), at.short}
	if at.t >= s.o.ColdTicks && s.ready(window) < byTick(s.o.Wanted, at.t) {
		if next.short--; next.short < 0 {
			return never
		}
	}
	rest := s.from(next)
	if rest == never {
		return never
	}
	return rest + tickCost(s.o, at.t, choice)
}

// ready returns how many replicas were launched in the same place for all of the last
// ColdTicks + 1 ticks, whose choices are the digits of window.
func (s *serviceSearch) ready(window int) (sum int) {
	for place := range len(s.o.Zones) + 1 {
		least, w := math.MaxInt, window
		for range s.o.ColdTicks + 1 {
			least = min(least, s.choices[w%len(s.choices)][place])
			w /= len(s.choices)
		}
		sum += least
	}
	return sum
}

func power(base, exponent int) int {
	p := 1
	for range exponent {
		p *= base
	}
	return p
}

func byTick[T any](series []T, t int) T {
	if len(series) == 1 {
		return series[0]
	}
	return series[t]
}

// tickCost returns what is paid for launches in one tick, in nano-dollars an hour for a
// tick.
func tickCost(o *Service, t int, launched []int) (cost int64) {
	if t < o.CountFrom {
		return 0
	}
	for z, zone := range o.Zones {
		cost += int64(launched[z]) * int64(byTick(zone.Price, t))
	}
	return cost + int64(launched[len(o.Zones)])*int64(byTick(o.OnDemand, t))
}

// followService scores a plan: it must be possible, be short no more often than it says
// and may be, and cost what it says.
func followService(o *Service, plan ServicePlan) error {
	if len(plan.Spot) != len(o.Zones) {
		return fmt.Errorf("%d zones, want %d", len(plan.Spot), len(o.Zones))
	}
	var bill cloud.Charge
	short := 0
	for t := range o.Ticks {
		launched := []int{}
		for z, zone := range o.Zones {
			n := plan.Spot[z][t]
			if n < 0 || n > zone.Capacity[t] {
				return fmt.Errorf("%d launched in zone %d in tick %d, want 0 to %d", n, z, t, zone.Capacity[t])
			}
			launched = append(launched, n)
		}
		launched = append(launched, plan.OnDemand[t])
		bill = bill.Plus(cloud.Price(tickCost(o, t, launched)).Over(o.Tick))
		if t >= o.ColdTicks && readyAt(o, plan, t) < byTick(o.Wanted, t) {
			short++
		}
	}
	if short != plan.ShortTicks || short > o.ShortTicks {
		return fmt.Errorf("short in %d ticks, says %d, may be %d", short, plan.ShortTicks, o.ShortTicks)
	}
	if got := bill.Round(); got != plan.Cost {
		return fmt.Errorf("costs %d nano-dollars, says %d", got, plan.Cost)
	}
	return nil
}

func readyAt(o *Service, plan ServicePlan, t int) int {
	ready := slices.Min(plan.OnDemand[t-o.ColdTicks : t+1])
	for _, launched := range plan.Spot {
		ready += slices.Min(launched[t-o.ColdTicks : t+1])
	}
	return ready
}

// tickDollar is the price at which a tick of 30 seconds costs a dollar.
var tickDollar = cloud.PerHour(120)

const halfMinute = 30 * time.Second

// Exact tells whether the plan is known to be a cheapest one.
func (p ServicePlan) Exact() bool { return p.Cost == p.Bound }

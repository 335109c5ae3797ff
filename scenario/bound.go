package scenario

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/rng"
)

// NoBoundError says why a scenario has no known lower bound on cost.
type NoBoundError struct{ Why string }

func (e *NoBoundError) Error() string { return "no lower bound: " + e.Why }

// future is what is known of a scenario in advance, found when it is asked for first and
// shared by all its runs.
type future struct {
	regions func() []optimum.Region // of a job, by tick
	// plan is the cheapest plan for a job, each tick billed where it ran.
	plan    func() (optimum.Plan, error)
	service func() (cloud.Money, error) // the bound at full availability
}

// future returns what is known in advance; a scenario that was not checked finds it each time.
func (s *Scenario) future() *future {
	if s.known == nil {
		return s.newFuture()
	}
	return s.known
}

func (s *Scenario) newFuture() *future {
	f := &future{}
	if s.Service != nil {
		f.service = sync.OnceValues(func() (cloud.Money, error) { return s.serviceBound(0) })
	}
	if s.Job != nil {
		f.regions = sync.OnceValue(s.regionsByTick)
		f.plan = sync.OnceValues(func() (optimum.Plan, error) {
			plan, err := s.optimumJob(f.regions()).Solve()
			if err != nil {
				err = fmt.Errorf("%s: %w", s.Name, err)
			}
			return plan, err
		})
	}
	return f
}

func (s *Scenario) optimumJob(regions []optimum.Region) optimum.Job {
	j := s.Job
	return optimum.Job{
		Tick: j.Tick, Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline,
		Regions: regions, Egress: j.Egress, Transfer: j.Transfer,
	}
}

// Bound returns the lowest possible cost of a run that is short of replicas for no longer
// than missing: of a job the exact optimum, of a service a lower bound at that availability.
// The error is a *NoBoundError where none is known.
func (s *Scenario) Bound(missing time.Duration) (cloud.Money, error) {
	switch err := s.boundless(); {
	case err != nil:
		return 0, err
	case s.Job != nil:
		plan, err := s.future().plan()
		if err != nil { // it is too large to be solved
			return 0, &NoBoundError{err.Error()}
		}
		return plan.Cost, nil
	case missing == 0:
		return s.future().service()
	}
	return s.serviceBound(missing)
}

// boundless returns a *NoBoundError if no bound of s can be known, before any is looked for.
func (s *Scenario) boundless() error {
	switch {
	case s.Service != nil:
		_, err := s.boundTick()
		return err
	case s.Job == nil:
		return &NoBoundError{"it is known of a job or a service only"}
	}
	for i := range s.Pools {
		if !knownPrice(&s.Pools[i]) {
			return &NoBoundError{"the prices are made up as the run goes"}
		}
		if s.Pools[i].Preemption.Model != "none" {
			return &NoBoundError{"preemptions are drawn by chance"}
		}
	}
	return nil
}

// BoundWarnings says why runs of s have no lower bound though it is asked for.
func (s *Scenario) BoundWarnings() []string {
	if err := s.boundless(); s.LowerBound && err != nil {
		return []string{err.Error()}
	}
	return nil
}

// setBound gives the collector of a run that is over its lower bound, if it is asked for.
func (s *Scenario) setBound(c *metrics.Collector) error {
	if !s.LowerBound {
		return nil
	}
	missing := time.Duration(0)
	if c.Service != nil {
		missing = c.Service.Measured - c.Service.Available
	}
	cost, err := s.Bound(missing)
	var none *NoBoundError
	switch {
	case errors.As(err, &none):
		return nil
	case err != nil:
		return err
	}
	c.Bound = &cost
	return nil
}

// The time that the bound of a service takes is limited by its ticks: maxBoundTicks, or
// where ticks may be short, so that it is solved some twenty times, maxShortTicks.
const (
	maxBoundTicks = 200_000
	maxShortTicks = 5_000
)

// serviceBound returns what no policy can cost less than that has the target ready from the end
// of the first cold start to the end of the run, but for a time of missing in all:
// optimum.Service on the greatest tick in which everything that happens comes at
// whole ticks. No plan between the ticks is cheaper: take its state at one instant of every tick.
// Over all such instants its cost and the ticks in which it is short are on average what they
// are, and the bound is a convex function of the ticks that may be short.
//
// What the optimum does not know it is given for nothing, so that the bound holds: time
// that is not billed needs no capacity, a tick costs its least price, and an instance may
// outlive the capacity sold by the provider's warning.
//
// The error is a *NoBoundError where the target moves or the market is not known by tick.
func (s *Scenario) serviceBound(missing time.Duration) (cloud.Money, error) {
	tick, err := s.boundTick()
	if err != nil {
		return 0, err
	}
	ticks := int((s.Duration + tick - 1) / tick)
	cold := int(s.ColdStart() / tick)
	if ticks <= cold {
		return 0, &NoBoundError{"the run is no longer than a cold start"}
	}
	o := optimum.Service{Tick: tick, Ticks: ticks, ColdTicks: int(s.billedColdStart() / tick), Wanted: make([]int, ticks)}
	for t := cold; t < int(s.Duration/tick); t++ {
		o.Wanted[t] = s.Service.Replicas
	}
	if o.ShortTicks = int((missing + tick - 1) / tick); o.ShortTicks > 0 && ticks > maxShortTicks {
		return 0, &NoBoundError{fmt.Sprintf("%d ticks are too many to choose the best to be short in", ticks)}
	}
	onDemand := s.Pools[0].OnDemand
	for n := range s.Pools {
		onDemand = min(onDemand, s.Pools[n].OnDemand)
		o.Zones = append(o.Zones, s.boundZone(&s.Pools[n], tick, ticks))
	}
	o.OnDemand = []cloud.Price{onDemand * cloud.Price(s.Service.Gang)}
	plan, err := o.Solve()
	if err != nil {
		return 0, &NoBoundError{err.Error()}
	}
	return max(plan.Bound-s.rounding(o), 0), nil
}

// rounding is how much all bills together may be below their exact sum, as each is
// rounded to a nano-dollar.
func (s *Scenario) rounding(o optimum.Service) cloud.Money {
	whole := func(p cloud.Price) bool { // of each instance of a gang
		return int64(p)%(int64(time.Hour/gcd(o.Tick, time.Hour))*int64(s.Service.Gang)) == 0
	}
	exact := !slices.ContainsFunc(o.OnDemand, func(p cloud.Price) bool { return !whole(p) })
	for _, z := range o.Zones {
		exact = exact && !slices.ContainsFunc(z.Price, func(p cloud.Price) bool { return !whole(p) })
	}
	if exact {
		return 0
	}
	return cloud.Money(o.Ticks * s.Service.Replicas * s.Service.Gang)
}

// billedColdStart is the part of a cold start that every pool bills.
func (s *Scenario) billedColdStart() time.Duration {
	least := s.ColdStart()
	for _, p := range s.Pools {
		billed := s.Service.Load.Mean
		if p.Billing.Since == market.SinceLaunch {
			billed += p.Provisioning.Mean
		}
		least = min(least, billed)
	}
	return least
}

func (s *Scenario) boundTick() (time.Duration, error) {
	if s.Service.Autoscaler != nil {
		return 0, &NoBoundError{"the target moves"}
	}
	if s.Service.Load.Shape != rng.Constant {
		return 0, &NoBoundError{"the cold start is drawn by chance"}
	}
	tick := gcd(s.ColdStart(), s.billedColdStart())
	for _, p := range s.Pools {
		switch {
		case p.Provisioning.Shape != rng.Constant || p.Provisioning.Mean+s.Service.Load.Mean != s.ColdStart():
			return 0, &NoBoundError{"the cold start is not the same everywhere"}
		case p.Capacity == nil:
			return 0, &NoBoundError{"the capacity of the zones is not known (see --capacity)"}
		case p.Billing.Basis != market.MovingPrice || p.Billing.FirstHourFree:
			return 0, &NoBoundError{"bills are not by the moving price alone"}
		case p.Price.Model != "constant" && p.Price.Model != "trace":
			return 0, &NoBoundError{"the prices are made up as the run goes"}
		case p.Notice.Total() > 0 && (p.Preemption.Model == "hazard" || p.Preemption.Model == "bid"):
			return 0, &NoBoundError{"a zone holds more than its capacity while instances run out their warning"}
		}
		tick = gcd(tick, p.Notice.Total())
		for _, c := range p.Capacity {
			tick = gcd(tick, time.Duration(c.At))
		}
	}
	if tick == 0 {
		tick = s.Duration // nothing ever happens
	}
	if even := gcd(tick, s.Duration); s.Duration/even <= maxBoundTicks {
		tick = even // so that the run ends with a tick
	}
	if s.Duration/tick > maxBoundTicks {
		return 0, &NoBoundError{fmt.Sprintf("cold start, warning and changes of capacity have no common tick above %v, and %d ticks are too many", tick, s.Duration/tick)}
	}
	return tick, nil
}

func gcd(a, b time.Duration) time.Duration {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// boundZone returns what a pool offers replicas by tick: the capacity, and with a warning
// all that was lost in the time before.
func (s *Scenario) boundZone(p *market.Pool, tick time.Duration, ticks int) optimum.Zone {
	z := optimum.Zone{Capacity: make([]int, ticks)}
	most := s.Service.Replicas * s.Service.Gang
	count := func(t int) int { return min(capacityAt(p, clock.At(time.Duration(t)*tick)), most) }
	for t := range ticks {
		room := count(t)
		for back := 0; back < int(p.Notice.Total()/tick) && back < t; back++ {
			room += max(count(t-back-1)-count(t-back), 0)
		}
		z.Capacity[t] = room / s.Service.Gang
		z.Price = append(z.Price, leastPrice(p, clock.At(time.Duration(t)*tick), tick)*cloud.Price(s.Service.Gang))
	}
	return z
}

func capacityAt(p *market.Pool, at clock.Time) int {
	next, found := slices.BinarySearchFunc(p.Capacity, at, func(c market.CapacityChange, at clock.Time) int { return int(min(max(c.At-at, -1), 1)) })
	if !found {
		next--
	}
	return int(p.Capacity[next].Count)
}

// leastPrice returns the least spot price of a pool in a time from an instant on.
func leastPrice(p *market.Pool, from clock.Time, span time.Duration) cloud.Price {
	if p.Price.Model == "constant" {
		return p.Price.Mean()
	}
	least := cloud.Price(math.MaxInt64)
	for n, c := range p.Price.Changes {
		over := n+1 < len(p.Price.Changes) && p.Price.Changes[n+1].At <= from
		if c.At >= from.Add(span) {
			break
		}
		if !over {
			least = min(least, c.Price)
		}
	}
	return least
}

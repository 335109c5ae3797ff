package scenario

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/optimum"
)

// NoBoundError says why a scenario has no known lower bound on cost.
type NoBoundError struct{ Why string }

func (e *NoBoundError) Error() string { return "no lower bound: " + e.Why }

// future is what is known of a scenario in advance, found when it is asked for first and
// shared by all its runs.
type future struct {
	ticks   sync.Once
	regions []optimum.Region

	solve sync.Once
	plan  optimum.Plan
	err   error

	service sync.Once
	best    cloud.Money // at full availability
	none    error
}

// future returns what is known in advance, with the regions of the job by tick.
func (s *Scenario) future() *future {
	f := s.known
	if f == nil { // a scenario that was not checked solves each time
		f = &future{}
	}
	if s.Job != nil {
		f.ticks.Do(func() { f.regions = s.regionsByTick() })
	}
	return f
}

// bestPlan returns the cheapest plan for the job with the whole future known, each tick
// billed where it ran.
func (s *Scenario) bestPlan() (optimum.Plan, error) {
	f := s.future()
	f.solve.Do(func() {
		j := s.Job
		f.plan, f.err = optimum.Job{
			Tick: j.Tick, Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline,
			Regions: f.regions, Egress: j.Egress, Transfer: j.Transfer,
		}.Solve()
		if f.err != nil {
			f.err = fmt.Errorf("%s: %w", s.Name, f.err)
		}
	})
	return f.plan, f.err
}

// Bound returns the lowest possible cost of a run that is short of replicas for no longer
// than missing: of a job the exact optimum, of a service a lower bound at that availability.
// The error is a *NoBoundError where none is known.
func (s *Scenario) Bound(missing time.Duration) (cloud.Money, error) {
	f := s.future()
	switch err := s.boundless(); {
	case err != nil:
		return 0, err
	case s.Job != nil:
		plan, err := s.bestPlan()
		if err != nil { // it is too large to be solved
			return 0, &NoBoundError{err.Error()}
		}
		return plan.Cost, nil
	case missing == 0:
		f.service.Do(func() { f.best, f.none = s.serviceBound(0) })
		return f.best, f.none
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

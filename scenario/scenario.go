// Package scenario says what is to be simulated: the market, the workload, the policies,
// the seed.
//
// The one idea to hold: a Scenario is complete and checked before anything runs, so a run
// cannot fail on what a user wrote.
package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Scenario is everything a set of runs depends on.
type Scenario struct {
	Name string `json:"name"`
	Seed uint64 `json:"seed"`
	// Duration of the run: tasks arrive in it, and what is unfinished at its end is cut
	// off, and billed up to there, unless Drain is set.
	Duration time.Duration `json:"duration_ns"`
	// Drain runs on until every task is done, for actors.DrainLimit durations at most.
	Drain bool `json:"drain"`
	// MaxInstances a policy may hold at a time; 0 is no limit.
	MaxInstances int           `json:"max_instances"`
	Pools        []market.Pool `json:"pools"`
	// Workload makes the tasks up, unless they come from a file.
	Workload workload.Generator `json:"workload"`
	// Job is the one task with a deadline that is run instead of tasks; nil for none. With
	// one the policies are for jobs.
	Job *Job `json:"job,omitempty"`
	// Service is the service that runs beside the tasks, if there are any; nil for none.
	// With one the policies are for services.
	Service *Service `json:"service,omitempty"`
	// LowerBound asks for the lowest possible cost beside each run of a job or a service.
	LowerBound bool             `json:"lower_bound"`
	Policies   []scheduler.Spec `json:"-"`
	// PolicyNames are the policies with all their parameters.
	PolicyNames []string `json:"policies"`
	// Inputs are the files that were read.
	Inputs []Input `json:"-"`

	inputs   *Inputs
	fromFile []workload.Task
	// start is the instant at which the run begins in recorded series; zero if it is not
	// known.
	start  time.Time
	models []int   // by pool: see Models
	zoned  []int   // models whose pools are zones of recorded capacity
	known  *future // set by Check
}

// Input is a file the scenario was made from.
type Input struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
	// ReadAs is what numbers of capacity were taken to mean; empty of other files.
	ReadAs string `json:"read_as,omitempty"`
}

// MaxDuration is the longest duration of a run: ten years, so that even a drained run
// (actors.DrainLimit) stays within the 292 years that 64 bits of nanoseconds hold.
const MaxDuration = 10 * 365 * 24 * time.Hour

// The defaults of a scenario, chosen so that 100 tasks on on-demand alone cost about $480.
const (
	DefaultDuration        = 48 * time.Hour
	DefaultTasks           = 100
	DefaultSeed            = 1
	DefaultWork            = 5*time.Hour + 12*time.Minute
	DefaultRestartOverhead = 12 * time.Minute
	DefaultCheckpoint      = workload.Checkpoint(time.Hour)
)

// Default returns the scenario of a command without flags, with no policies yet: one pool
// at $1.00/h on demand and around $0.30/h on the spot market, and 100 tasks over 48 hours.
func Default() Scenario {
	return Scenario{
		Name:     "default",
		Seed:     DefaultSeed,
		Duration: DefaultDuration,
		Pools: []market.Pool{market.NewPool(
			cloud.Pool{Region: "synthetic", Zone: "synthetic-a", InstanceType: "generic"},
			cloud.PerHour(1.00), cloud.PerHour(0.30),
		)},
		Workload: workload.Generator{
			Tasks:           DefaultTasks,
			Arrivals:        workload.Poisson,
			Over:            DefaultDuration,
			Work:            rng.Duration{Shape: rng.Lognormal, Mean: DefaultWork, CV: 0.6},
			RestartOverhead: DefaultRestartOverhead,
			Checkpoint:      DefaultCheckpoint,
		},
	}
}

// Check returns everything that is wrong with s, each with its place, or nil.
func (s *Scenario) Check() error {
	var errs []error
	if s.Duration <= 0 || s.Duration > MaxDuration {
		errs = append(errs, fmt.Errorf("duration: %v must be positive and at most %v", s.Duration, MaxDuration))
	}
	input.NotNegative(&errs, "max_instances", s.MaxInstances)
	errs = append(errs, checkPools(s.Pools)...)
	if s.Job == nil && (s.Service == nil || s.Workload.Tasks > 0) {
		input.Below(&errs, "workload.", s.Workload.Check()...)
	}
	if s.Job != nil {
		errs = append(errs, s.checkJob()...)
	}
	if s.Service != nil {
		errs = append(errs, s.checkService()...)
	}
	s.known = s.newFuture()
	optimal := func(p scheduler.Spec) bool { return p.Entry.Name == "optimal" }
	if s.Job != nil && errs == nil && slices.ContainsFunc(s.Policies, optimal) {
		if err := s.optimumJob(s.known.regions()).Check(); err != nil {
			errs = append(errs, fmt.Errorf("policies: optimal cannot be worked out; leave it out, or choose fewer zones or a rounder restart overhead: %w", err))
		}
	}
	return errors.Join(append(errs, s.checkPolicies()...)...)
}

// Kind is the kind of work of s, which its policies are for.
func (s *Scenario) Kind() scheduler.Kind {
	switch {
	case s.Job != nil:
		return scheduler.KindJob
	case s.Service != nil:
		return scheduler.KindService
	}
	return scheduler.KindTasks
}

func (s *Scenario) checkPolicies() (errs []error) {
	if len(s.Policies) == 0 {
		errs = append(errs, errors.New("policies: there must be at least one"))
	}
	for _, p := range s.Policies {
		if !p.Entry.For(s.Kind()) {
			errs = append(errs, fmt.Errorf("policies: %w", p.Entry.Mismatch(s.Kind())))
		}
	}
	return errs
}

func checkPools(pools []market.Pool) (errs []error) {
	if len(pools) == 0 {
		errs = append(errs, errors.New("pools: there must be at least one"))
	}
	seen := map[cloud.Pool]bool{}
	for i, p := range pools {
		if seen[p.Name] {
			errs = append(errs, fmt.Errorf("pools[%d].name: %v is there already", i, p.Name))
		}
		seen[p.Name] = true
		if found := p.Check(); found != nil {
			input.Below(&errs, fmt.Sprintf("pools[%d].", i), found...)
		}
	}
	return errs
}

// AddPools adds pools that a model, by its index, stands for.
func (s *Scenario) AddPools(model int, pools ...market.Pool) {
	for _, p := range pools {
		s.Pools, s.models = append(s.Pools, p), append(s.models, model)
	}
}

// SetPolicies sets the policies to run.
func (s *Scenario) SetPolicies(specs []scheduler.Spec) {
	s.Policies, s.PolicyNames = specs, nil
	for _, p := range specs {
		s.PolicyNames = append(s.PolicyNames, p.String())
	}
}

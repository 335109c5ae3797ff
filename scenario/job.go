package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Job is one long task with a deadline on pools whose spot availability is known by tick. It
// can run in any of them, one at a time, and begins in the first; a policy that asks for the
// first region that has something goes by their order. It decides at ticks only, loses no
// progress, and pays the overhead at every start. (Wu et al., Can't Be Late, NSDI 2024,
// section 2; its published multi-region simulator.)
type Job struct {
	// Work, Deadline and Overhead: Work + Overhead must not exceed Deadline, nor Deadline the
	// duration of the run.
	Work     time.Duration `json:"work_ns"`
	Deadline time.Duration `json:"deadline_ns"`
	Overhead time.Duration `json:"restart_overhead_ns"`
	// Tick is the length of a tick, that of the availability of all pools. Positive.
	Tick time.Duration `json:"tick_ns"`
	// Transfer[a][b] is what a move from pool a to b adds to the overhead, Egress[a][b] what it
	// costs; nil for nothing.
	Transfer  [][]time.Duration   `json:"transfer_ns,omitempty"`
	Egress    [][]cloud.Money     `json:"egress_nano_usd,omitempty"`
	Guarantee scheduler.Guarantee `json:"guarantee"`
	Billing   JobBilling          `json:"billing"`
}

// JobBilling is the rule by which a job is billed and moves.
type JobBilling string

const (
	// OwnBilling bills every tick where it ran, at that tick's price; every start pays the
	// overhead, and a move transfer and egress.
	OwnBilling JobBilling = "own"
	// PeerBilling is the published multi-region simulator's rule: the whole history is billed
	// at the first price of the region in which the job ends, and a job that goes from spot to
	// spot pays no overhead. It makes policies that chase availability look cheaper or more
	// expensive than they are, by chance.
	PeerBilling JobBilling = "peer"
)

// JobBillings lists the rules, the default first.
var JobBillings = []JobBilling{OwnBilling, PeerBilling}

// The defaults of a job, and the prices of the published evaluation, whatever the device: its
// authors keep them for consistency.
const (
	DefaultJobWork     = 48 * time.Hour
	DefaultJobDeadline = 52 * time.Hour
	DefaultJobOverhead = 12 * time.Minute
)

var (
	PublishedSpot     = cloud.PerHour(0.9731)
	PublishedOnDemand = cloud.PerHour(3.06)
)

// JobPool returns a pool as the jobs of the published evaluation have it: its instances are
// ready at once, end without notice and only for lack of capacity, and are billed whole ticks.
func JobPool(name cloud.Pool, onDemand, spot cloud.Price, tick time.Duration) market.Pool {
	pool := market.NewPool(name, onDemand, spot)
	pool.Price.Model, pool.Preemption.Model = "constant", "none"
	pool.Provisioning = rng.Duration{Shape: rng.Constant}
	pool.Notice.Lead = 0
	pool.Billing.Granularity, pool.Billing.Minimum = tick, 0
	return pool
}

// DefaultJobPolicies are the policies that a job is run under by default: in one
// region all of them, Time Sliced with four and with eight slices; in several those that move
// between regions, beside the baselines.
func DefaultJobPolicies(regions int) (names []string) {
	for _, e := range scheduler.All() {
		switch {
		case !e.For(scheduler.KindJob):
		case regions > 1:
			if e.Regions || e.Name == "ondemand" || e.Name == "uniform-progress-home" {
				names = append(names, e.Name)
			}
		case e.Name == "time-sliced":
			names = append(names, "time-sliced:n=4", "time-sliced:n=8")
		case e.Name != "uniform-progress-home": // which makes sense over several regions only
			names = append(names, e.Name)
		}
	}
	return names
}

// OfJob returns the scenario of a job alone, in pools known for a duration, which is the
// longest that it can take.
func OfJob(name string, job Job, pools []market.Pool, duration time.Duration) *Scenario {
	return &Scenario{Name: name, Seed: DefaultSeed, Duration: duration, Pools: pools, Job: &job}
}

// checkJob returns everything that is wrong with the job, with places below job.
func (s *Scenario) checkJob() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("job."+format, args...)) }
	j := s.Job
	if j.Work <= 0 || j.Work > MaxDuration {
		wrong("work: %v must be positive and at most %v", j.Work, MaxDuration)
	}
	input.NotNegative(&errs, "job.restart_overhead", j.Overhead)
	switch {
	case j.Work+j.Overhead > j.Deadline:
		wrong("deadline: %v must be at least %v, work and restart overhead", j.Deadline, j.Work+j.Overhead)
	case j.Deadline > s.Duration:
		wrong("deadline: %v must be within the run, whose capacity is known for %v", j.Deadline, s.Duration)
	}
	input.Positive(&errs, "job.tick", j.Tick)
	if err := j.moves().Check(len(s.Pools)); err != nil {
		wrong("moves: %w", err)
	}
	input.OneOf(&errs, "job.guarantee", j.Guarantee, scheduler.Guarantees)
	input.OneOf(&errs, "job.billing", j.Billing, JobBillings)
	if s.Service != nil {
		errs = append(errs, errors.New("job: makes no sense beside a service: run one, then the other"))
	}
	if s.Workload.Tasks > 0 {
		errs = append(errs, errors.New("workload.tasks: make no sense beside a job: run one, then the other"))
	}
	return append(errs, s.checkJobPools()...)
}

func (s *Scenario) checkJobPools() (errs []error) {
	clairvoyant := slices.ContainsFunc(s.Policies, func(p scheduler.Spec) bool { return p.Entry.Clairvoyant })
	for i := range s.Pools {
		p := &s.Pools[i]
		if p.Provisioning.Mean != 0 {
			errs = append(errs, fmt.Errorf("pools[%d].provisioning.mean: %v must be 0s for a job, whose instances are ready at once: say it with job.restart_overhead", i, p.Provisioning.Mean))
		}
		if clairvoyant && !knownPrice(p) {
			errs = append(errs, fmt.Errorf("pools[%d].price.model: %s is not known in advance, as clairvoyant policies for a job need it: choose constant, or price files", i, p.Price.Model))
		}
		if clairvoyant && p.Preemption.Model != "none" {
			errs = append(errs, fmt.Errorf("pools[%d].preemption.model: %s is not known in advance, as clairvoyant policies for a job need it: choose none, or policies that know no future", i, p.Preemption.Model))
		}
	}
	return errs
}

func knownPrice(p *market.Pool) bool {
	return p.Price.Model == "constant" || p.Price.Model == "trace"
}

func (j *Job) moves() *workload.Moves {
	return &workload.Moves{Transfer: j.Transfer, Egress: j.Egress, FreeSpotMoves: j.Billing == PeerBilling}
}

// OnDemandCost returns what the job costs on on-demand alone in the first pool, in whole ticks.
func (s *Scenario) OnDemandCost() cloud.Money {
	j := s.Job
	ticks := (j.Work + j.Overhead + j.Tick - 1) / j.Tick
	return s.Pools[0].OnDemand.Over(ticks * j.Tick).Round()
}

// SpotAvailability returns, for each pool of a job, the share of ticks with spot capacity.
func (s *Scenario) SpotAvailability() (shares []float64) {
	for _, r := range s.future().regions() {
		n := 0
		for _, has := range r.Available {
			if has {
				n++
			}
		}
		shares = append(shares, float64(n)/float64(len(r.Available)))
	}
	return shares
}

func (j *Job) task() workload.Task {
	return workload.Task{
		Work: j.Work, Deadline: clock.At(j.Deadline),
		StartOverhead: j.Overhead, RestartOverhead: j.Overhead,
		Checkpoint: workload.Continuously, Moves: j.moves(),
	}
}

func (s *Scenario) jobPolicy(policy scheduler.Spec) (scheduler.Policy, error) {
	j := s.Job
	rules := scheduler.JobRules{
		Gap: j.Tick, Overhead: j.Overhead, Guarantee: j.Guarantee, Transfer: j.Transfer, Egress: j.Egress,
	}
	if policy.Entry.Clairvoyant {
		known := s.future()
		rules.Regions, rules.Optimum = known.regions(), known.plan
	}
	return policy.NewForJob(rules)
}

func (s *Scenario) jobMetrics() *metrics.Job {
	m := &metrics.Job{Tick: s.Job.Tick, PeerBilling: s.Job.Billing == PeerBilling}
	for _, p := range s.Pools {
		m.OnDemand = append(m.OnDemand, p.OnDemand)
	}
	return m
}

func (s *Scenario) regionsByTick() []optimum.Region {
	ticks := int((s.Duration + s.Job.Tick - 1) / s.Job.Tick)
	regions := make([]optimum.Region, len(s.Pools))
	for i := range s.Pools {
		p, r := &s.Pools[i], &regions[i]
		r.OnDemand = []cloud.Price{p.OnDemand}
		r.Available = make([]bool, ticks)
		for t := range ticks {
			r.Available[t] = p.Capacity == nil || capacityAt(p, clock.At(time.Duration(t)*s.Job.Tick)) > 0
		}
		r.Spot = spotByTick(p, s.Job.Tick, ticks)
	}
	return regions
}

// spotByTick returns the spot price in every tick, or one that holds throughout.
func spotByTick(p *market.Pool, tick time.Duration, ticks int) []cloud.Price {
	if p.Price.Model != "trace" {
		return []cloud.Price{p.Price.Mean()}
	}
	prices := make([]cloud.Price, ticks)
	for t, n := 0, 0; t < ticks; t++ {
		at := clock.At(time.Duration(t) * tick)
		for n+1 < len(p.Price.Changes) && p.Price.Changes[n+1].At <= at {
			n++
		}
		prices[t] = p.Price.Changes[n].Price
	}
	return prices
}

package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Job is one long task with a deadline on a pool whose spot availability is known by tick.
// It decides at ticks only, is billed whole ticks, loses no progress, and pays the overhead
// at every start. (Wu et al., Can't Be Late, NSDI 2024, section 2.)
type Job struct {
	Name string
	// Gap is the length of a tick. Positive.
	Gap time.Duration
	// Availability is whether there is spot in each tick, for the deadline at least.
	Availability []bool
	// Work, Deadline and Overhead: Work + Overhead must not exceed Deadline.
	Work, Deadline, Overhead time.Duration
	// Spot is the price in each tick, or one price that holds throughout.
	Spot      []cloud.Price
	OnDemand  cloud.Price
	Guarantee scheduler.Guarantee
}

// The prices of the published evaluation, whatever the device: its authors keep them for
// consistency.
var (
	PublishedSpot     = cloud.PerHour(0.9731)
	PublishedOnDemand = cloud.PerHour(3.06)
)

// Check returns everything that is wrong with j, each with its place, or nil.
func (j *Job) Check() error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %w", j.Name, fmt.Errorf(format, args...)))
	}
	if j.Work <= 0 {
		wrong("work: %v must be positive", j.Work)
	}
	if j.Overhead < 0 {
		wrong("restart overhead: %v must be >= 0", j.Overhead)
	}
	if j.Work+j.Overhead > j.Deadline {
		wrong("deadline: %v must be at least %v, work and restart overhead", j.Deadline, j.Work+j.Overhead)
	}
	for _, problem := range j.region().problems(j.Deadline) {
		wrong("%s", problem)
	}
	if !slices.Contains(scheduler.Guarantees, j.Guarantee) {
		wrong("guarantee: %q must be one of %v", j.Guarantee, scheduler.Guarantees)
	}
	return errors.Join(errs...)
}

// Run returns the run of a policy for jobs. j must pass Check.
func (j *Job) Run(policy scheduler.Spec, w journal.Writer) actors.Config {
	return actors.Config{
		Name:    j.Name,
		Horizon: time.Duration(len(j.Availability)) * j.Gap,
		Drain:   true,
		Pools:   []market.Pool{j.region().pool()},
		Tasks: []workload.Task{{
			Work: j.Work, Deadline: clock.At(j.Deadline),
			StartOverhead: j.Overhead, RestartOverhead: j.Overhead, Checkpoint: workload.Continuously,
		}},
		PolicyName: policy.String(),
		Policy: must(policy.NewForJob(scheduler.JobRules{
			Gap: j.Gap, Overhead: j.Overhead, Guarantee: j.Guarantee, Regions: []optimum.Region{j.region().offer()},
		})),
		Journal: w,
	}
}

// region returns what the one region of the job offers.
func (j *Job) region() *JobRegion {
	return &JobRegion{Name: j.Name, Gap: j.Gap, Availability: j.Availability, Spot: j.Spot, OnDemand: j.OnDemand}
}

// jobPool returns a pool whose instances are ready at once, fall without notice, only for
// want of capacity, and are billed whole ticks.
func jobPool(name string, onDemand, spot cloud.Price, gap time.Duration) market.Pool {
	pool := market.NewPool(cloud.Pool{Zone: name}, onDemand, spot)
	pool.Preemption.Model = "none"
	pool.Provisioning = rng.Duration{Shape: rng.Constant}
	pool.Notice.Lead = 0
	pool.Billing.Granularity, pool.Billing.Minimum = gap, 0
	return pool
}

// capacity returns the availability as changes: any number of instances, or none.
func capacity(availability []bool, gap time.Duration) (changes []market.CapacityChange) {
	for tick, has := range availability {
		if tick > 0 && has == availability[tick-1] {
			continue
		}
		change := market.CapacityChange{At: clock.At(time.Duration(tick) * gap)}
		if has {
			change.Count = market.Unlimited
		}
		changes = append(changes, change)
	}
	return changes
}

// Optimum returns the least that any plan with the whole future known costs.
func (j *Job) Optimum() (cloud.Money, error) {
	plan, err := optimum.Job{
		Tick: j.Gap, Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline,
		Regions: []optimum.Region{j.region().offer()},
	}.Solve()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", j.Name, err)
	}
	return plan.Cost, nil
}

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
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// MultiJob is one long task with a deadline that can run in any of several regions, whose
// spot availability and prices are known by tick. Else it is as Job.
type MultiJob struct {
	Name string
	// Regions are where the job can run, at least one; it begins in the first. A policy
	// that asks for the first region that has something goes by this order.
	Regions []JobRegion
	// Work, Deadline and Overhead: Work + Overhead must not exceed Deadline.
	Work, Deadline, Overhead time.Duration
	// Transfer[a][b] is what a move from region a to b adds to the overhead, Egress[a][b]
	// what it costs; nil for nothing.
	Transfer  [][]time.Duration
	Egress    [][]cloud.Money
	Guarantee scheduler.Guarantee
	Billing   JobBilling
}

// JobRegion is what one region offers.
type JobRegion struct {
	// Name of the region, its own in the job.
	Name string
	// Source is where the region was read from, for errors; the name if it is empty.
	Source string
	// Gap is the length of a tick, the same in all regions. Positive.
	Gap time.Duration
	// Availability is whether there is spot in each tick, for the deadline at least.
	Availability []bool
	// Spot is the price in each tick, or one price that holds throughout.
	Spot     []cloud.Price
	OnDemand cloud.Price
}

// JobBilling is the rule by which a job in several regions is billed and moves.
type JobBilling string

const (
	// OwnBilling bills every tick where it ran, at that tick's price; every start pays the
	// overhead, and a move transfer and egress.
	OwnBilling JobBilling = "own"
	// PeerBilling is the published simulator's rule: the whole history is billed at the
	// first price of the region in which the job ends, and a job that goes from spot to
	// spot pays no overhead. It makes policies that chase availability look cheaper or
	// dearer than they are, by chance.
	PeerBilling JobBilling = "peer"
)

// JobBillings lists the rules, the default first.
var JobBillings = []JobBilling{OwnBilling, PeerBilling}

// gap returns the length of a tick.
func (j *MultiJob) gap() time.Duration { return j.Regions[0].Gap }

// Check returns everything that is wrong with j, each with its place, or nil.
func (j *MultiJob) Check() error {
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
	if len(j.Regions) == 0 {
		wrong("regions: there must be one at least")
	}
	for n := range j.Regions {
		for _, problem := range j.checkRegion(n) {
			wrong("regions[%d]: %s: %s", n, j.Regions[n].place(), problem)
		}
	}
	if err := j.moves().Check(len(j.Regions)); err != nil {
		wrong("moves: %w", err)
	}
	if !slices.Contains(scheduler.Guarantees, j.Guarantee) {
		wrong("guarantee: %q must be one of %v", j.Guarantee, scheduler.Guarantees)
	}
	if !slices.Contains(JobBillings, j.Billing) {
		wrong("billing: %q must be one of %v", j.Billing, JobBillings)
	}
	return errors.Join(errs...)
}

// checkRegion returns what is wrong with region n, by itself and beside the first.
func (j *MultiJob) checkRegion(n int) (problems []string) {
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	r, first := &j.Regions[n], &j.Regions[0]
	if r.Gap != first.Gap {
		wrong("gap: %v, but %v in %s", r.Gap, first.Gap, first.place())
	}
	if len(r.Availability) != len(first.Availability) {
		wrong("availability: %d ticks, but %d in %s", len(r.Availability), len(first.Availability), first.place())
	}
	problems = append(problems, r.problems(j.Deadline)...)
	if same := slices.IndexFunc(j.Regions, func(o JobRegion) bool { return o.Name == r.Name }); same < n {
		wrong("name: regions[%d] is called %s too", same, r.Name)
	}
	return problems
}

// place is how errors call the region.
func (r *JobRegion) place() string {
	if r.Source != "" {
		return r.Source
	}
	return r.Name
}

// problems returns what is wrong with a region for a job with that deadline.
func (r *JobRegion) problems(deadline time.Duration) (problems []string) {
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if r.Gap <= 0 {
		wrong("gap: %v must be positive", r.Gap)
	}
	if span := time.Duration(len(r.Availability)) * r.Gap; span < deadline {
		wrong("availability: %d ticks of %v are %v and must be at least the deadline, %v", len(r.Availability), r.Gap, span, deadline)
	}
	if len(r.Spot) != 1 && len(r.Spot) != len(r.Availability) {
		wrong("spot prices: %d must be 1 or %d, one for each tick", len(r.Spot), len(r.Availability))
	}
	if tick := slices.IndexFunc(r.Spot, func(p cloud.Price) bool { return p <= 0 }); tick >= 0 {
		wrong("spot prices: %v in tick %d must be positive", r.Spot[tick], tick)
	}
	if r.OnDemand <= 0 {
		wrong("on-demand price: %v must be positive", r.OnDemand)
	}
	return problems
}

func (j *MultiJob) moves() *workload.Moves {
	return &workload.Moves{Transfer: j.Transfer, Egress: j.Egress, FreeSpotMoves: j.Billing == PeerBilling}
}

// Run returns the run of a policy for jobs in several regions. j must pass Check.
func (j *MultiJob) Run(policy scheduler.Spec, w journal.Writer) actors.Config {
	c := actors.Config{
		Name:    j.Name,
		Horizon: time.Duration(len(j.Regions[0].Availability)) * j.gap(),
		Drain:   true,
		Tasks: []workload.Task{{
			Work: j.Work, Deadline: clock.At(j.Deadline),
			StartOverhead: j.Overhead, RestartOverhead: j.Overhead,
			Checkpoint: workload.Continuously, Moves: j.moves(),
		}},
		PolicyName: policy.String(),
		Journal:    w,
	}
	rules := scheduler.JobRules{
		Gap: j.gap(), Overhead: j.Overhead, Guarantee: j.Guarantee, Transfer: j.Transfer, Egress: j.Egress,
	}
	for _, r := range j.Regions {
		c.Pools = append(c.Pools, r.pool())
		rules.Regions = append(rules.Regions, r.offer())
	}
	c.Policy = must(policy.NewForJob(rules))
	return c
}

// offer returns what the region offers by tick.
func (r *JobRegion) offer() optimum.Region {
	return optimum.Region{Available: r.Availability, Spot: r.Spot, OnDemand: []cloud.Price{r.OnDemand}}
}

// pool returns the region as a pool whose spot price follows the ticks, if it changes.
func (r *JobRegion) pool() market.Pool {
	pool := jobPool(r.Name, r.OnDemand, r.Spot[0], r.Gap)
	pool.Capacity = capacity(r.Availability, r.Gap)
	if len(r.Spot) == 1 {
		pool.Price.Model = "constant"
		return pool
	}
	pool.Price.Model = "trace"
	for tick, price := range r.Spot {
		if tick == 0 || price != r.Spot[tick-1] {
			at := clock.At(time.Duration(tick) * r.Gap)
			pool.Price.Changes = append(pool.Price.Changes, market.PriceChange{At: at, Price: price})
		}
	}
	return pool
}

// Collector returns a new collector of the numbers of a run of j.
func (j *MultiJob) Collector() *metrics.MultiJobCollector {
	c := &metrics.MultiJobCollector{JobCollector: metrics.JobCollector{Gap: j.gap()}}
	for _, r := range j.Regions {
		c.OnDemand = append(c.OnDemand, r.OnDemand)
	}
	return c
}

// Cost returns what a run of j cost by its billing.
func (j *MultiJob) Cost(s metrics.MultiJobSummary) cloud.Money {
	if j.Billing == PeerBilling {
		return s.PeerCost
	}
	return s.Cost
}

// Optimum returns the least that any plan with the whole future known costs, each tick
// billed where it ran.
func (j *MultiJob) Optimum() (cloud.Money, error) {
	o := optimum.Job{
		Tick: j.gap(), Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline,
		Egress: j.Egress, Transfer: j.Transfer,
	}
	for _, r := range j.Regions {
		o.Regions = append(o.Regions, r.offer())
	}
	plan, err := o.Solve()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", j.Name, err)
	}
	return plan.Cost, nil
}

package scenario

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

var system = actors.NewSystem(zap.NewNop())

// plan is a policy that follows a list of decisions, one a tick, and then does nothing.
type plan []optimum.Step

func (p *plan) Choose(*scheduler.Job) (scheduler.Mode, int) {
	if len(*p) == 0 {
		return scheduler.Idle, 0
	}
	step := (*p)[0]
	*p = (*p)[1:]
	switch {
	case !step.Runs:
		return scheduler.Idle, step.Region
	case step.Purchase == cloud.Spot:
		return scheduler.OnSpot, step.Region
	default:
		return scheduler.OnDemand, step.Region
	}
}

// spec returns p as a policy that users could choose.
func spec(p scheduler.JobPolicy) scheduler.Spec {
	return scheduler.Spec{Entry: scheduler.Entry{
		Name: "test", New: func(scheduler.Args) (any, error) { return p, nil },
	}}
}

// run runs a policy on s, which it checks, and returns its numbers.
func run(t rapid.TB, s *Scenario, policy scheduler.Spec) *metrics.Collector {
	t.Helper()
	registered := policy
	if policy.Entry.Name == "test" {
		registered = parsed(t, "ondemand")
	}
	s.SetPolicies([]scheduler.Spec{registered})
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	numbers, err := s.Simulate(context.Background(), system, policy, s.Tasks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return numbers
}

func parsed(t rapid.TB, policy string) scheduler.Spec {
	t.Helper()
	spec, err := scheduler.Parse(policy)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// region is a pool of a job as tests know it: by tick.
type region struct {
	name      string
	tick      time.Duration
	available []bool
	spot      []cloud.Price // one, or one a tick
	onDemand  cloud.Price
}

func (r *region) pool() market.Pool {
	pool := JobPool(cloud.Pool{Zone: r.name}, r.onDemand, r.spot[0], r.tick)
	for tick, has := range r.available {
		if tick == 0 || has != r.available[tick-1] {
			change := market.CapacityChange{At: clock.At(time.Duration(tick) * r.tick)}
			if has {
				change.Count = market.Unlimited
			}
			pool.Capacity = append(pool.Capacity, change)
		}
	}
	if len(r.spot) == 1 {
		return pool
	}
	var changes []market.PriceChange
	for tick, price := range r.spot {
		if tick == 0 || price != r.spot[tick-1] {
			changes = append(changes, market.PriceChange{At: clock.At(time.Duration(tick) * r.tick), Price: price})
		}
	}
	pool.Price = market.RecordedPrice(changes, r.spot[0])
	return pool
}

// inRegions is a job in regions that are known for equally many ticks.
type inRegions struct {
	*Scenario
	regions []region
}

func jobIn(j Job, regions []region) *inRegions {
	j.Tick = regions[0].tick
	var pools []market.Pool
	for n := range regions {
		pools = append(pools, regions[n].pool())
	}
	return &inRegions{OfJob("job", j, pools, time.Duration(len(regions[0].available))*j.Tick), regions}
}

// twoRegions is a job of 3 h with starts of half an hour in ticks of an hour. There is
// always spot in both regions: in a at $1/h, in b at $2/h and from the third hour on at
// $4/h. On-demand is $10/h. From a to b a move takes an hour more and $100, and back $200.
func twoRegions() *inRegions {
	always := make([]bool, 10)
	for tick := range always {
		always[tick] = true
	}
	prices := func(dollars ...float64) (p []cloud.Price) {
		for _, x := range dollars {
			p = append(p, cloud.PerHour(x))
		}
		return p
	}
	return jobIn(Job{
		Work: 3 * time.Hour, Deadline: 10 * time.Hour, Overhead: 30 * time.Minute,
		Transfer:  [][]time.Duration{{0, time.Hour}, {0, 0}},
		Egress:    [][]cloud.Money{{0, 100 * cloud.Dollar}, {200 * cloud.Dollar, 0}},
		Guarantee: scheduler.Strict, Billing: OwnBilling,
	}, []region{
		{"a", time.Hour, always, prices(1), cloud.PerHour(10)},
		{"b", time.Hour, always, prices(2, 2, 4, 4, 4, 4, 4, 4, 4, 4), cloud.PerHour(10)},
	})
}

func TestMovesOfAJob(t *testing.T) {
	idle := optimum.Step{}
	a := optimum.Step{Runs: true, Purchase: cloud.Spot}
	b := optimum.Step{Runs: true, Purchase: cloud.Spot, Region: 1}
	tests := []struct {
		name     string
		billing  JobBilling
		plan     plan
		finish   float64 // h
		cost     float64 // $
		switches int
		final    int
	}{
		// Half an hour of overhead and 3 h of work, 4 ticks at $1.
		{"it stays", OwnBilling, plan{a, a, a, a}, 3.5, 4, 0, 0},
		// It has nothing to move: 2 ticks at $2 and 2 at $4.
		{"it begins elsewhere", OwnBilling, plan{b, b, b, b}, 3.5, 12, 0, 1},
		// The same a tick later: $2 and three times $4.
		{"it begins elsewhere after idleness", OwnBilling, plan{idle, b, b, b, b}, 4.5, 14, 1, 1},
		// 1.5 h done in a for $2; the move takes 1.5 h and the rest 1.5 h: 3 ticks at $4, and egress.
		{"it moves", OwnBilling, plan{a, a, b, b, b}, 5, 114, 1, 1},
		// Half an hour done in a, $1. The move to b is broken off after a tick at $2: its
		// egress is lost, and in a again there is nothing to bring back. Half an hour of
		// overhead and 2.5 h of work are 3 ticks at $1.
		{"it breaks a move off", OwnBilling, plan{a, b, a, a, a}, 5, 106, 2, 0},
		// Half an hour done in a; moved by 2.5 h, after half an hour more of work moved back
		// for $200: $1 + $2 + $4 + $100; 2 h left and half an hour of overhead, $3.
		{"it moves there and back", OwnBilling, plan{a, b, b, a, a, a}, 5.5, 310, 2, 0},
		// As if it stayed, and the whole billed at the first price of b.
		{"the published simulator moves for free", PeerBilling, plan{a, a, b, b}, 3.5, 8, 1, 1},
		// But what is left of an overhead goes with it: nothing is done until 0.5 h.
		{"and loses no overhead", PeerBilling, plan{a, b, a, b}, 3.5, 8, 3, 1},
		// From idleness it pays the overhead, but neither transfer nor egress is asked for
		// here: 0.5 h done, then 0.5 h of overhead and 2.5 h in a.
		{"after idleness it pays", PeerBilling, plan{a, idle, a, a, a}, 5, 4, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			j := twoRegions()
			j.Job.Billing = test.billing
			got := run(t, j.Scenario, spec(&test.plan)).Summary()
			if *got.Finish != test.finish || got.TotalCost != test.cost {
				t.Errorf("finished at %v h for $%v, want %v h and $%v", *got.Finish, got.TotalCost, test.finish, test.cost)
			}
			if *got.Switches != test.switches || *got.FinalRegion != test.final {
				t.Errorf("%d switches to region %d", *got.Switches, *got.FinalRegion)
			}
		})
	}
}

// whim chooses at random, and mostly what it chose before.
type whim struct {
	r      *rand.Rand
	mode   scheduler.Mode
	region int
}

func (w *whim) Choose(j *scheduler.Job) (scheduler.Mode, int) {
	if w.r.IntN(3) == 0 {
		w.mode, w.region = scheduler.Mode(w.r.IntN(3)), w.r.IntN(len(j.Regions))
	}
	return w.mode, w.region
}

// TestWhimsUnderTheStrictGuarantee lets a policy without sense run random jobs: it misses no
// deadline, and pays no less than the optimum, which costs in the run what it says.
func TestWhimsUnderTheStrictGuarantee(t *testing.T) {
	optimal := parsed(t, "optimal")
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		j := randomJob(r)
		j.LowerBound = true
		plan := solve(t, j)
		for _, policy := range []scheduler.Spec{optimal, spec(&whim{r: r})} {
			c := run(t, j.Scenario, policy)
			got := c.Summary()
			if got.Finish == nil || *got.Finish > j.Job.Deadline.Hours() || got.MissedDeadlines != 0 {
				t.Errorf("seed %d: %s finishes at %v h, deadline %v", seed, policy.Entry.Name, got.Finish, j.Job.Deadline)
			}
			off := (c.TotalCost() - plan).Dollars() // every bill is rounded
			if off < -1e-6 || policy.Entry.Name == "optimal" && off > 1e-6 {
				t.Errorf("seed %d: %s costs %v, the optimal plan %v", seed, policy.Entry.Name, c.TotalCost(), plan)
			}
			if *got.Bound != plan.Dollars() || *got.Regret != max(off, 0) {
				t.Errorf("seed %d: lower bound $%v and regret $%v, want %v and $%v", seed, *got.Bound, *got.Regret, plan, off)
			}
		}
	}
}

// solve returns the cost of the optimum, of what the regions are by tick.
func solve(t *testing.T, j *inRegions) cloud.Money {
	t.Helper()
	o := optimum.Job{
		Tick: j.Job.Tick, Work: j.Job.Work, Overhead: j.Job.Overhead, Deadline: j.Job.Deadline, Transfer: j.Job.Transfer, Egress: j.Job.Egress,
	}
	for _, r := range j.regions {
		o.Regions = append(o.Regions, optimum.Region{Available: r.available, Spot: r.spot, OnDemand: []cloud.Price{r.onDemand}})
	}
	p, err := o.Solve()
	if err != nil {
		t.Fatal(err)
	}
	return p.Cost
}

func randomJob(r *rand.Rand) *inRegions {
	minutes := func(most int) time.Duration { return time.Duration(r.IntN(most+1)) * time.Minute }
	j := Job{
		Work: time.Hour + minutes(600), Overhead: minutes(40),
		Guarantee: scheduler.Strict, Billing: OwnBilling,
	}
	j.Deadline = j.Work + j.Overhead + minutes(300)
	gap := time.Minute + minutes(20)
	ticks := int(j.Deadline/gap) + 1
	n := 1 + r.IntN(3)
	var regions []region
	for name := range n {
		g := region{name: string(rune('a' + name)), tick: gap, onDemand: cloud.PerHour(1 + r.Float64())}
		has := false
		for range ticks {
			if r.IntN(5) == 0 {
				has = !has
			}
			g.available = append(g.available, has)
			g.spot = append(g.spot, cloud.PerHour(0.1+r.Float64()))
		}
		regions = append(regions, g)
	}
	if r.IntN(3) == 0 {
		return jobIn(j, regions)
	}
	for a := range n {
		j.Transfer = append(j.Transfer, make([]time.Duration, n))
		j.Egress = append(j.Egress, make([]cloud.Money, n))
		for b := range n {
			if a != b {
				j.Transfer[a][b], j.Egress[a][b] = minutes(90), cloud.Money(r.Int64N(1e9))
			}
		}
	}
	return jobIn(j, regions)
}

func TestCheckOfAJobTellsAllThatIsWrong(t *testing.T) {
	j := twoRegions()
	j.Pools[1].Name.Zone = "a"
	j.Pools[1].OnDemand = 0
	j.Pools[1].Price.Changes[1].Price = -1
	j.Pools[1].Provisioning.Mean = time.Minute
	j.Job.Work, j.Job.Egress, j.Job.Guarantee, j.Job.Billing = 0, nil, "none", "theirs"
	j.Job.Overhead, j.Job.Tick, j.Job.Transfer = -1, 0, j.Job.Transfer[:1]
	j.Duration = 8 * time.Hour
	j.Workload.Tasks = 1
	j.Service = &Service{Service: workload.DefaultService(), Rules: scheduler.ServiceRules{Every: time.Minute}}
	j.SetPolicies([]scheduler.Spec{parsed(t, "fallback")})
	want := []string{
		"pools[1].name: a/ is there already",
		"pools[1].on_demand: $0/h must be in (0, $10000/h]",
		"pools[1].price: changes[1]: -$0.000000001/h must be in [0, $10000/h]",
		"job.work: 0s must be positive and at most 87600h0m0s",
		"job.restart_overhead: -1ns must be >= 0",
		"job.deadline: 10h0m0s must be within the run, whose capacity is known for 8h0m0s",
		"job.tick: 0s must be positive",
		"job.moves: transfer: 1 rows must be 2, one for each pool",
		`job.guarantee: "none" must be one of [strict peer]`,
		`job.billing: "theirs" must be one of [own peer]`,
		"job: makes no sense beside a service: run one, then the other",
		"workload.tasks: make no sense beside a job: run one, then the other",
		"pools[1].provisioning.mean: 1m0s must be 0s for a job, whose instances are ready at once: say it with job.restart_overhead",
		"policies: policy fallback is not for one job with a deadline (such are: greedy, next-spot-oracle, ondemand, optimal, spot-only, time-sliced, uniform-progress, uniform-progress-home, uniform-progress-no-hysteresis, uniform-progress-plain)",
	}
	if err := j.Check(); err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v", err)
	}
	j = twoRegions()
	j.Job.Deadline = 3 * time.Hour
	if err := j.Check(); err == nil || !strings.HasPrefix(err.Error(), "job.deadline: 3h0m0s must be at least 3h30m0s, work and restart overhead\n") {
		t.Error(err)
	}
}

// A job whose optimum would take too much memory runs without a lower bound, but not under the
// policy that needs it.
func TestAJobTooLongForItsOptimum(t *testing.T) {
	pool := JobPool(cloud.Pool{Zone: "a"}, cloud.PerHour(10), cloud.PerHour(1), 10*time.Minute)
	s := OfJob("long", Job{
		Work: 8000 * time.Hour, Deadline: 8760 * time.Hour, Overhead: 12 * time.Minute, Tick: 10 * time.Minute,
		Guarantee: scheduler.Strict, Billing: OwnBilling,
	}, []market.Pool{pool}, 8760*time.Hour)
	s.LowerBound = true
	// 8,000 h and 12 minutes are 48,002 ticks of 10 minutes at $1 an hour.
	if got := run(t, s, parsed(t, "greedy")).Summary(); got.Bound != nil || *got.SpotTicks != 48002 || got.TotalCost != 8000.333333333 {
		t.Errorf("%v ticks, $%v, bound %v", *got.SpotTicks, got.TotalCost, got.Bound)
	}
	var none *NoBoundError
	if _, err := s.Bound(0); !errors.As(err, &none) || !strings.Contains(err.Error(), "no lower bound: long: optimum: 3612542040 bytes must be <= 1073741824") {
		t.Error(err)
	}
	if _, err := s.Simulate(t.Context(), system, parsed(t, "optimal"), s.Tasks(), nil); err == nil || !strings.Contains(err.Error(), "bytes must be <=") {
		t.Error(err)
	}
}

// A mode or a region that does not exist fails the run, and is not taken for another.
func TestAChoiceThatDoesNotExistFailsTheRun(t *testing.T) {
	for want, step := range map[string]choice{
		"action 1 of 2 is illegal: job: mode 3 is none of idle, spot and on-demand": {3, 0},
		"action 1 of 2 is illegal: job: region 2 is not in [0, 2)":                  {scheduler.OnSpot, 2},
	} {
		j := twoRegions()
		_, err := j.Simulate(t.Context(), system, spec(step), j.Tasks(), nil)
		var failed *actors.PolicyError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// choice is a policy that always chooses the same.
type choice struct {
	mode   scheduler.Mode
	region int
}

func (c choice) Choose(*scheduler.Job) (scheduler.Mode, int) { return c.mode, c.region }

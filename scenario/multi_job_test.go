package scenario

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/optimum"
	"github.com/bobby-math/tessera/scheduler"
)

var system = actors.NewSystem(zap.NewNop())

// plan is a policy that does what it is told, tick by tick, and then nothing.
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

func runMulti(t *testing.T, j *MultiJob, policy scheduler.Spec) metrics.MultiJobSummary {
	t.Helper()
	if err := j.Check(); err != nil {
		t.Fatal(err)
	}
	numbers := j.Collector()
	if err := system.Run(t.Context(), j.Run(policy, numbers)); err != nil {
		t.Fatal(err)
	}
	return numbers.Summary()
}

// twoRegions is a job of 3 h with starts of half an hour in ticks of an hour. There is
// always spot in both regions: in a at $1/h, in b at $2/h and from the third hour on at
// $4/h. On-demand is $10/h. From a to b a move takes an hour more and $100, and back $200.
func twoRegions() *MultiJob {
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
	return &MultiJob{
		Name: "two regions",
		Regions: []JobRegion{
			{Name: "a", Gap: time.Hour, Availability: always, Spot: prices(1), OnDemand: cloud.PerHour(10)},
			{Name: "b", Gap: time.Hour, Availability: always, Spot: prices(2, 2, 4, 4, 4, 4, 4, 4, 4, 4), OnDemand: cloud.PerHour(10)},
		},
		Work: 3 * time.Hour, Deadline: 10 * time.Hour, Overhead: 30 * time.Minute,
		Transfer:  [][]time.Duration{{0, time.Hour}, {0, 0}},
		Egress:    [][]cloud.Money{{0, 100 * cloud.Dollar}, {200 * cloud.Dollar, 0}},
		Guarantee: scheduler.Strict, Billing: OwnBilling,
	}
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
		final    cloud.PoolID
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
			j.Billing = test.billing
			got := runMulti(t, j, spec(&test.plan))
			if got.Finish.Hours() != test.finish || j.Cost(got).Dollars() != test.cost {
				t.Errorf("finished at %v for %v, want %v h and $%v", got.Finish, j.Cost(got), test.finish, test.cost)
			}
			if got.Switches != test.switches || got.FinalRegion != test.final {
				t.Errorf("%d switches to region %d", got.Switches, got.FinalRegion)
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
	optimal, err := scheduler.Parse("optimal")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		j := randomMultiJob(r)
		best := runMulti(t, j, optimal)
		if best.Finish > j.Deadline || !best.Done {
			t.Errorf("seed %d: the optimum finishes at %v, deadline %v", seed, best.Finish, j.Deadline)
		}
		if off := (best.Cost - solve(t, j)).Dollars(); off < -1e-6 || off > 1e-6 {
			t.Errorf("seed %d: the optimum costs %v, its plan %v", seed, best.Cost, solve(t, j))
		}
		got := runMulti(t, j, spec(&whim{r: r}))
		if got.Finish > j.Deadline || !got.Done {
			t.Errorf("seed %d: finished at %v, deadline %v", seed, got.Finish, j.Deadline)
		}
		if off := (best.Cost - got.Cost).Dollars(); off > 1e-6 { // every bill is rounded
			t.Errorf("seed %d: cost %v, the optimum %v", seed, got.Cost, best.Cost)
		}
	}
}

func solve(t *testing.T, j *MultiJob) cloud.Money {
	t.Helper()
	o := optimum.Job{
		Tick: j.gap(), Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline, Transfer: j.Transfer, Egress: j.Egress,
	}
	for _, r := range j.Regions {
		o.Regions = append(o.Regions, optimum.Region{Available: r.Availability, Spot: r.Spot, OnDemand: []cloud.Price{r.OnDemand}})
	}
	p, err := o.Solve()
	if err != nil {
		t.Fatal(err)
	}
	return p.Cost
}

func randomMultiJob(r *rand.Rand) *MultiJob {
	minutes := func(most int) time.Duration { return time.Duration(r.IntN(most+1)) * time.Minute }
	j := &MultiJob{
		Name: "random", Work: time.Hour + minutes(600), Overhead: minutes(40),
		Guarantee: scheduler.Strict, Billing: OwnBilling,
	}
	j.Deadline = j.Work + j.Overhead + minutes(300)
	gap := time.Minute + minutes(20)
	ticks := int(j.Deadline/gap) + 1
	n := 1 + r.IntN(3)
	for region := range n {
		g := JobRegion{Name: string(rune('a' + region)), Gap: gap, OnDemand: cloud.PerHour(1 + r.Float64())}
		has := false
		for range ticks {
			if r.IntN(5) == 0 {
				has = !has
			}
			g.Availability = append(g.Availability, has)
			g.Spot = append(g.Spot, cloud.PerHour(0.1+r.Float64()))
		}
		j.Regions = append(j.Regions, g)
	}
	if r.IntN(3) == 0 {
		return j
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
	return j
}

func TestMultiJobTellsAllThatIsWrong(t *testing.T) {
	j := twoRegions()
	j.Regions[1].Name = "a"
	j.Regions[1].Gap = 2 * time.Hour
	j.Regions[1].Availability = j.Regions[1].Availability[:4]
	j.Regions[1].Spot[3] = 0
	j.Regions[1].OnDemand = 0
	j.Work, j.Egress, j.Guarantee, j.Billing = 0, nil, "none", "theirs"
	j.Transfer = j.Transfer[:1]
	want := []string{
		"two regions: work: 0s must be positive",
		"two regions: regions[1]: a: gap: 2h0m0s, but 1h0m0s in a",
		"two regions: regions[1]: a: availability: 4 ticks, but 10 in a",
		"two regions: regions[1]: a: availability: 4 ticks of 2h0m0s are 8h0m0s and must be at least the deadline, 10h0m0s",
		"two regions: regions[1]: a: spot prices: 10 must be 1 or 4, one for each tick",
		"two regions: regions[1]: a: spot prices: $0/h in tick 3 must be positive",
		"two regions: regions[1]: a: on-demand price: $0/h must be positive",
		"two regions: regions[1]: a: name: regions[0] is called a too",
		"two regions: moves: transfer: 1 rows must be 2, one for each pool",
		`two regions: guarantee: "none" must be one of [strict peer]`,
		`two regions: billing: "theirs" must be one of [own peer]`,
	}
	if err := j.Check(); err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v", err)
	}
}

// A mode or a region that does not exist fails the run, and is not taken for another.
func TestAChoiceThatDoesNotExistFailsTheRun(t *testing.T) {
	for want, step := range map[string]choice{
		"action 1 of 2 is illegal: job: mode 3 is none of idle, spot and on-demand": {3, 0},
		"action 1 of 2 is illegal: job: region 2 is not in [0, 2)":                  {scheduler.OnSpot, 2},
	} {
		j := twoRegions()
		err := system.Run(t.Context(), j.Run(spec(step), j.Collector()))
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

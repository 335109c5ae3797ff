package suite

import (
	"context"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/sweep"
)

// drawJob draws a job that can meet its deadline, on random availability: overheads longer
// than a tick and deadlines that are no whole number of ticks among them.
func drawJob(t *rapid.T) *scenario.Scenario {
	minutes := func(name string, least, most int) time.Duration {
		return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Minute
	}
	tick := minutes("gap", 2, 10)
	j := scenario.Job{
		Tick: tick, Work: minutes("work", 1, 200), Overhead: minutes("overhead", 0, 25), Guarantee: scheduler.Strict, Billing: scenario.OwnBilling,
	}
	// A cent a minute and multiples, so that no bill is rounded.
	onDemand := cloud.PerHour(0.60 * float64(rapid.IntRange(2, 5).Draw(t, "ratio")))
	j.Deadline = j.Work + j.Overhead + minutes("slack", 0, 120)
	// On-demand alone must be done by the deadline; a tick that is cut by it is no help,
	// since what runs is decided for whole ticks.
	j.Deadline = max(j.Deadline, (j.Work + j.Overhead + tick - 1).Truncate(tick))
	var available []bool
	has := rapid.Bool().Draw(t, "at first")
	for ticks := int(j.Deadline/tick) + 2; len(available) < ticks; {
		for range rapid.IntRange(1, 12).Draw(t, "run") {
			available = append(available, has)
		}
		has = !has
	}
	series := seriesOf(tick, available)
	if rapid.Bool().Draw(t, "prices by tick") {
		for n := range available {
			series.Prices = append(series.Prices, traces.TimedPrice{At: time.Duration(n) * tick, Price: cloud.PerHour(0.60 * float64(rapid.IntRange(1, 3).Draw(t, "price")))})
		}
	}
	return ofSeries(j, onDemand, cloud.PerHour(0.60), series)
}

// seriesOf returns the availability by tick as a series.
func seriesOf(tick time.Duration, available []bool) traces.CapacitySeries {
	s := traces.CapacitySeries{Gap: tick, End: time.Duration(len(available)) * tick}
	for n, has := range available {
		point := traces.CapacityPoint{At: time.Duration(n) * tick}
		if has {
			point.Available = traces.Unlimited
		}
		s.Points = append(s.Points, point)
	}
	return s
}

// ofSeries returns the scenario of a job in one pool.
func ofSeries(j scenario.Job, onDemand, spot cloud.Price, series traces.CapacitySeries) *scenario.Scenario {
	pool := scenario.JobPool(cloud.Pool{Region: "r", Zone: "z", InstanceType: "m"}, onDemand, spot, series.Gap)
	scenario.UseSeries(&pool, series, 0, series.End)
	return scenario.OfJob("random", j, []market.Pool{pool}, series.End)
}

// jobPolicies returns the policies that the evaluation runs.
func jobPolicies(t testing.TB) []scheduler.Spec {
	t.Helper()
	policies, err := scheduler.ParseList(scenario.DefaultJobPolicies(1), scheduler.KindJob)
	if err != nil {
		t.Fatal(err)
	}
	return policies
}

// With the strict guarantee no policy misses a deadline that can be met, whatever the
// availability, and none is cheaper than the optimum; the optimal policy costs just that.
func TestStrictMissesNothingAndTheOptimumIsOne(t *testing.T) {
	policies := jobPolicies(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawJob(t)
		s.SetPolicies(policies)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		best, err := s.Bound(0)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range policies {
			numbers, err := s.Simulate(context.Background(), system, p, s.Tasks(), nil)
			if err != nil {
				t.Fatal(err)
			}
			summary := numbers.Summary()
			if !met(&summary) {
				t.Errorf("%s misses the deadline %v: done at %v", p, s.Job.Deadline, summary.Finish)
			}
			if cost := numbers.TotalCost(); cost < best || p.String() == "optimal" && cost != best {
				t.Errorf("%s costs %v, the optimum %v", p, cost, best)
			}
		}
	})
}

// The peer guarantee loses a tick: spot that is preempted when there is no slack left is
// asked for once more, in vain.
func TestPeerMissesByATick(t *testing.T) {
	// Work of 5 ticks, an overhead of one, deadline 7 ticks. On spot from tick 0, which the
	// overhead takes, the slack is used up; at tick 3, with 2 ticks done and 3 left, spot
	// goes. Strict: on-demand from tick 3 takes 1 + 3 ticks, done at the deadline. Peer: idle
	// at tick 3, so on-demand from tick 4, done a tick late.
	run := func(g scheduler.Guarantee) row {
		j := scenario.Job{
			Tick: 10 * time.Minute, Work: 50 * time.Minute, Overhead: 10 * time.Minute, Deadline: 70 * time.Minute,
			Guarantee: g, Billing: scenario.OwnBilling,
		}
		policies, err := scheduler.ParseList([]string{"spot-only"}, scheduler.KindJob)
		if err != nil {
			t.Fatal(err)
		}
		series := seriesOf(j.Tick, []bool{true, true, true, false, false, false, false, false})
		make := func() *scenario.Scenario { return ofSeries(j, cloud.PerHour(3), cloud.PerHour(1), series) }
		return ran(t, sweepOf(t, &sweep.Cases{Cases: []sweep.Case{{Policies: policies, Make: make}}}), 1)[0]
	}
	strict, peer := run(scheduler.Strict), run(scheduler.Peer)
	if !met(&strict.Summary) || *strict.Summary.Finish != (70*time.Minute).Hours() {
		t.Errorf("strict: finished at %v", *strict.Summary.Finish)
	}
	if met(&peer.Summary) || *peer.Summary.Finish != (80*time.Minute).Hours() || *peer.Summary.IdleTicks != 1 {
		t.Errorf("peer: finished at %v after %d idle ticks", *peer.Summary.Finish, *peer.Summary.IdleTicks)
	}
}

// The costs of two policies on two jobs: the late job of greedy costs $3 more to be in time,
// that of ondemand $1 less.
func TestGuaranteesAreComparedJobByJob(t *testing.T) {
	var runs []*results.Run
	add := func(guarantee, job, policy string, cost float64, met int) {
		runs = append(runs, &results.Run{
			Status: results.OK, Policy: policy, Axes: []results.Axis{{Key: "trace_id", Value: job}, {Key: "guarantee", Value: guarantee}},
			Summary: metrics.Summary{TotalCost: cost, CompletedTasks: 1, DeadlineTasks: 1, MissedDeadlines: 1 - met},
		})
	}
	add("peer", "a", "greedy", 10, 1)
	add("peer", "a", "ondemand", 5, 1)
	add("peer", "b", "greedy", 20, 0)
	add("peer", "b", "ondemand", 6, 0)
	add("strict", "a", "greedy", 10, 1)
	add("strict", "a", "ondemand", 5, 1)
	add("strict", "b", "greedy", 23, 1)
	add("strict", "b", "ondemand", 5, 1)
	// Half the width of a 95 % interval of two numbers 3 and 1 apart: 12.7062 times half of it.
	const want = `Policy        Peer $  Missed  Strict $  Missed  Strict costs more $       +-  Jobs that differ
Greedy         15.00     1/2     16.50     0/2               1.5000  19.0593                 1
OnDemandOnly    5.50     1/2      5.00     0/2              -0.5000   6.3531                 1
`
	for name, runs := range map[string][]*results.Run{"grid": runs, "another order": {runs[0], runs[4], runs[1], runs[7], runs[5], runs[6], runs[2], runs[3]}} {
		var b strings.Builder
		if err := guaranteeTable(&b, runs); err != nil || b.String() != want {
			t.Errorf("%s: %v\n%swant\n%s", name, err, b.String(), want)
		}
	}
	// A run that failed has no numbers, and its job is not compared.
	var b strings.Builder
	runs[6] = &results.Run{Status: results.Failed, Policy: "greedy", Axes: runs[6].Axes}
	if err := guaranteeTable(&b, runs); err != nil || !strings.Contains(b.String(), "1 runs failed and are left out") || !strings.Contains(b.String(), "0/1") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

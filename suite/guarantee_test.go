package suite

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// drawJob draws a job that can meet its deadline, on random availability: overheads longer
// than a tick and deadlines that are no whole number of ticks among them.
func drawJob(t *rapid.T) *scenario.Job {
	minutes := func(name string, least, most int) time.Duration {
		return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Minute
	}
	j := &scenario.Job{
		Name: "random", Gap: minutes("gap", 2, 10),
		Work: minutes("work", 1, 200), Overhead: minutes("overhead", 0, 25),
		// A cent a minute and multiples, so that no bill is rounded.
		Spot: []cloud.Price{cloud.PerHour(0.60)}, OnDemand: cloud.PerHour(0.60 * float64(rapid.IntRange(2, 5).Draw(t, "ratio"))),
		Guarantee: scheduler.Strict,
	}
	j.Deadline = j.Work + j.Overhead + minutes("slack", 0, 120)
	// On-demand alone must be done by the deadline; a tick that is cut by it is no help,
	// since what runs is decided for whole ticks.
	j.Deadline = max(j.Deadline, (j.Work + j.Overhead + j.Gap - 1).Truncate(j.Gap))
	ticks := int(j.Deadline/j.Gap) + 2
	has := rapid.Bool().Draw(t, "at first")
	for len(j.Availability) < ticks {
		for range rapid.IntRange(1, 12).Draw(t, "run") {
			j.Availability = append(j.Availability, has)
		}
		has = !has
	}
	if rapid.Bool().Draw(t, "prices by tick") {
		j.Spot = nil
		for range j.Availability {
			j.Spot = append(j.Spot, cloud.PerHour(0.60*float64(rapid.IntRange(1, 3).Draw(t, "price"))))
		}
	}
	return j
}

// With the strict guarantee no policy misses a deadline that can be met, whatever the
// availability, and none is cheaper than the optimum; the optimal policy costs just that.
func TestStrictMissesNothingAndTheOptimumIsOne(t *testing.T) {
	policies := allPolicies(t)
	rapid.Check(t, func(t *rapid.T) {
		j := drawJob(t)
		if err := j.Check(); err != nil {
			t.Fatal(err)
		}
		best, err := j.Optimum()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range policies {
			numbers := metrics.JobCollector{Gap: j.Gap}
			if err := system.Run(context.Background(), j.Run(p, &numbers)); err != nil {
				t.Fatal(err)
			}
			row := Row{Case{Job: j, Policy: p}, numbers.Summary()}
			if !row.Met() {
				t.Errorf("%s misses the deadline %v: done %v at %v", p, j.Deadline, row.Done, row.Finish)
			}
			if row.Cost < best || p.String() == optimalName && row.Cost != best {
				t.Errorf("%s costs %v, the optimum %v", p, row.Cost, best)
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
	run := func(g scheduler.Guarantee) Row {
		j := &scenario.Job{
			Name: "tight", Gap: 10 * time.Minute, Work: 50 * time.Minute, Overhead: 10 * time.Minute, Deadline: 70 * time.Minute,
			Availability: []bool{true, true, true, false, false, false, false, false},
			Spot:         []cloud.Price{cloud.PerHour(1)}, OnDemand: cloud.PerHour(3), Guarantee: g,
		}
		policies, err := JobPolicies([]string{"spot-only"})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := Run(context.Background(), system, []Case{{Job: j, Policy: policies[0]}}, Workers{Count: 1})
		if err != nil {
			t.Fatal(err)
		}
		return rows[0]
	}
	strict, peer := run(scheduler.Strict), run(scheduler.Peer)
	if !strict.Met() || strict.Finish != 70*time.Minute {
		t.Errorf("strict: finished at %v", strict.Finish)
	}
	if peer.Met() || peer.Finish != 80*time.Minute || peer.IdleTicks != 1 {
		t.Errorf("peer: finished at %v after %d idle ticks", peer.Finish, peer.IdleTicks)
	}
}

package suite

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/sweep"
)

// TestPublishedMultiRuns runs every row of the published simulator over several regions as a
// case and compares its cost within 1e-6 $, and where, how long and on what it ran exactly.
// The rows tell also what the same runs cost if each tick is billed where it ran: at that
// region's first price, and at the price of the tick.
func TestPublishedMultiRuns(t *testing.T) {
	want := readGolden(t, "cant-be-late/multi.csv")
	settings := onRealData(t, "cases", golden+"cant-be-late/multi.csv", "billing", "peer", "guarantee", "peer")
	s := loaded(t, cantBeLateMulti, settings)
	rows := ran(t, s, 2)
	if len(rows) != len(want) {
		t.Fatalf("%d runs of %d rows", len(rows), len(want))
	}
	for i, got := range rows {
		regions := strings.Split(want[i]["regions"], "|")
		if !slices.ContainsFunc(regionSets, func(ours regionSet) bool {
			return ours.name == want[i]["scenario"] && slices.Equal(ours.regions, regions)
		}) {
			t.Fatalf("%s is not of the regions %v here", want[i]["scenario"], regions)
		}
		want[i].compare(t, cantBeLateMulti, got, map[string]string{
			"scenario": "scenario", "regions": "regions", "trace_idx": "trace_idx", "cost_usd": "cost_usd", "spot_ticks": "spot_ticks",
			"ondemand_ticks": "od_ticks", "idle_ticks": "none_ticks", "finish_tick": "finish_tick", "deadline_met": "deadline_met",
			"region_switches": "region_switches", "final_region": "final_region",
		})
		compareBills(t, s, got, want[i])
	}
	t.Logf("%d rows compared", len(rows))
}

// compareBills runs a row again, and compares what it costs if each tick is billed where it ran.
func compareBills(t *testing.T, s *sweep.Sweep, r row, want goldenRow) {
	t.Helper()
	again, err := s.Rerun(r.Run)
	if err != nil {
		t.Fatal(err)
	}
	var bills metrics.Collector
	var log journal.Log
	if err := again.Run(t.Context(), system, journal.Tee(&bills, &log)); err != nil {
		t.Fatal(err)
	}
	for column, cost := range map[string]float64{
		"cost_if_each_tick_billed_at_tick_price":        bills.TotalCost().Dollars(),
		"cost_if_each_tick_billed_at_own_region_price0": costAtFirstPrices(again.Scenario, log.Entries),
	} {
		if math.Abs(cost-want.float(t, column)) > 1e-6 {
			t.Errorf("%v: %s is %v", want, column, cost)
		}
	}
}

// costAtFirstPrices bills every instance, in whole ticks, at the first price of its region.
func costAtFirstPrices(s *scenario.Scenario, entries []journal.Entry) (cost float64) {
	for _, e := range entries {
		switch e.Kind {
		case journal.Preempt, journal.Terminate, journal.Close:
			pool := s.Pools[e.Pool]
			price := pool.OnDemand
			if e.Purchase == cloud.Spot {
				price = pool.Price.Changes[0].Price
			}
			ticks := math.Ceil(float64(e.Span) / float64(s.Job.Tick))
			cost += ticks * s.Job.Tick.Hours() * price.Dollars()
		}
	}
	return cost
}

// TestOptimalMultiPolicy runs the evaluation under the strict guarantee, billed where it
// ran: with free moves, and the first window of every scenario with moves that take their
// time and price. No deadline is missed, and no policy is cheaper than the optimum.
func TestOptimalMultiPolicy(t *testing.T) {
	if testing.Short() {
		t.Skip("the optima over several regions take minutes under the race detector; they run without -short")
	}
	for _, name := range []string{"free moves", "expensive moves"} {
		t.Run(name, func(t *testing.T) {
			cases, err := cantBeLateMulti.cases(onRealData(t))
			if err != nil {
				t.Fatal(err)
			}
			if name == "expensive moves" {
				cases.Cases = slices.DeleteFunc(cases.Cases, func(c sweep.Case) bool { return c.Values[2] != "0" })
				for i := range cases.Cases {
					cases.Cases[i].Make = withMoves(cases.Cases[i].Make, 30*time.Minute, cloud.Dollar)
				}
			}
			rows := ran(t, sweepOf(t, cases), 2)
			optima := map[string]float64{}
			for _, r := range rows {
				if r.Policy == "optimal" {
					optima[r.job("")] = r.Summary.TotalCost
				}
			}
			for _, r := range rows {
				if !met(&r.Summary) {
					t.Errorf("%s %s missed", r.Point(), r.Policy)
				}
				if r.Summary.TotalCost < optima[r.job("")] {
					t.Errorf("%s %s costs %v, the optimum %v", r.Point(), r.Policy, r.Summary.TotalCost, optima[r.job("")])
				}
			}
			if len(optima) == 0 || len(rows) != len(optima)*len(cases.Cases[0].Policies) {
				t.Errorf("%d runs of %d jobs", len(rows), len(optima))
			}
		})
	}
}

// withMoves gives a scenario moves that take a time and a price between any two pools.
func withMoves(make func() *scenario.Scenario, transfer time.Duration, egress cloud.Money) func() *scenario.Scenario {
	return func() *scenario.Scenario {
		s := make()
		job := *s.Job
		for from := range s.Pools {
			var times []time.Duration
			var costs []cloud.Money
			for to := range s.Pools {
				if from == to {
					times, costs = append(times, 0), append(costs, 0)
				} else {
					times, costs = append(times, transfer), append(costs, egress)
				}
			}
			job.Transfer, job.Egress = append(job.Transfer, times), append(job.Egress, costs)
		}
		s.Job = &job
		return s
	}
}

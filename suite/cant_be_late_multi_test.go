package suite

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

func openMulti(t testing.TB) *CantBeLateMulti {
	t.Helper()
	c, err := OpenCantBeLateMulti(os.DirFS(realData))
	if err != nil {
		if _, missing := os.Stat(realData); errors.Is(missing, fs.ErrNotExist) {
			t.Skip("the data of the published evaluation is not here")
		}
		t.Fatal(err)
	}
	return c
}

// multiRun is a run whose stints are kept.
type multiRun struct {
	MultiRow
	stints []metrics.Stint
}

// TestPublishedMultiRuns runs every row of the published simulator over several regions and
// compares its cost within 1e-6 $, and where, how long and on what it ran exactly. The
// rows tell also what the same runs cost if each tick is billed where it ran: at that
// region's first price, and at the price of the tick.
func TestPublishedMultiRuns(t *testing.T) {
	c := openMulti(t)
	want := readGolden(t, "multi.csv")
	var cases []MultiCase
	for _, row := range want {
		policies, err := MultiJobPolicies([]string{row["strategy"]})
		if err != nil {
			t.Fatal(err)
		}
		s := MultiScenario{Name: row["scenario"], Regions: strings.Split(row["regions"], "|")}
		if !slices.ContainsFunc(c.Scenarios, func(ours MultiScenario) bool {
			return ours.Name == s.Name && slices.Equal(ours.Regions, s.Regions)
		}) {
			t.Fatalf("%s is not of the regions %v here", s.Name, s.Regions)
		}
		job := c.job(s, row.int(t, "trace_idx"), MultiRules{Guarantee: scheduler.Peer, Billing: scenario.PeerBilling})
		job.Work, job.Deadline, job.Overhead = row.hours(t, "task_h"), row.hours(t, "deadline_h"), row.hours(t, "restart_overhead_h")
		cases = append(cases, MultiCase{s, row.int(t, "trace_idx"), job, policies[0]})
	}
	if err := CheckMulti(cases); err != nil {
		t.Fatal(err)
	}
	runs, err := RunEach(context.Background(), cases, Workers{Count: 2}, func(ctx context.Context, c MultiCase) (multiRun, error) {
		numbers := c.Job.Collector()
		err := system.Run(ctx, c.Job.Run(c.Policy, numbers))
		return multiRun{MultiRow{c, numbers.Summary()}, numbers.Stints}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	equal := 0
	for i, got := range runs {
		if got.sameAs(t, want[i]) {
			equal++
		}
	}
	t.Logf("%d of %d rows equal", equal, len(want))
}

// sameAs compares a run with a golden row.
func (r multiRun) sameAs(t *testing.T, row goldenRow) bool {
	same := true
	for column, cost := range map[string]float64{
		"cost_usd":                                      r.Job.Cost(r.MultiJobSummary).Dollars(),
		"cost_if_each_tick_billed_at_tick_price":        r.Cost.Dollars(),
		"cost_if_each_tick_billed_at_own_region_price0": r.costAtFirstPrices(),
	} {
		if math.Abs(cost-row.float(t, column)) > 1e-6 {
			t.Errorf("%v: %s is %v", row, column, cost)
			same = false
		}
	}
	met := 0
	if r.Met() {
		met = 1
	}
	for column, n := range map[string]int{
		"spot_ticks": r.SpotTicks, "od_ticks": r.OnDemandTicks, "none_ticks": r.IdleTicks,
		"finish_tick": r.FinishTick, "deadline_met": met, "region_switches": r.Switches,
	} {
		if n != row.int(t, column) {
			t.Errorf("%v: %s is %d", row, column, n)
			same = false
		}
	}
	if region := r.Job.Regions[r.FinalRegion].Name; region != row["final_region"] {
		t.Errorf("%v: final region is %s", row, region)
		same = false
	}
	return same
}

// costAtFirstPrices bills every stint, in whole ticks, at the first price of its region.
func (r multiRun) costAtFirstPrices() (cost float64) {
	for _, s := range r.stints {
		region := r.Job.Regions[s.Pool]
		price := region.OnDemand
		if s.Purchase == cloud.Spot {
			price = region.Spot[0]
		}
		ticks := math.Ceil(float64(s.To.Sub(s.From)) / float64(region.Gap))
		cost += ticks * region.Gap.Hours() * price.Dollars()
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
	own := MultiRules{Guarantee: scheduler.Strict, Billing: scenario.OwnBilling}
	dear := own
	dear.Transfer = func(_, _ string) time.Duration { return 30 * time.Minute }
	dear.Egress = func(_, _ string) cloud.Money { return cloud.Dollar }
	policies, err := MultiJobPolicies(nil)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		rules   MultiRules
		windows int
	}{{"free moves", own, 8}, {"dear moves", dear, 1}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := openMulti(t)
			c.Scenarios = slices.Clone(c.Scenarios)
			for i := range c.Scenarios {
				c.Scenarios[i].Windows = min(c.Scenarios[i].Windows, test.windows)
			}
			rows, err := RunMulti(context.Background(), system, c.Cases(policies, test.rules), Workers{Count: 2})
			if err != nil {
				t.Fatal(err)
			}
			optima := map[*scenario.MultiJob]cloud.Money{}
			for _, r := range rows {
				if r.Policy.String() == optimalName {
					optima[r.Job] = r.Cost
				}
			}
			for _, r := range rows {
				if !r.Met() {
					t.Errorf("%v missed", r.Values())
				}
				if r.Cost < optima[r.Job] {
					t.Errorf("%v: the optimum costs %v", r.Values(), optima[r.Job])
				}
			}
			t.Logf("%d runs of %d jobs", len(rows), len(optima))
		})
	}
}

package scenario

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// TestNoPolicyCostsLessThanTheBoundAtItsAvailability, whatever warnings and provisioning
// there are, gangs and prices that are no whole nano-dollars a tick: in made-up zones, over
// windows of about six hours.
func TestNoPolicyCostsLessThanTheBoundAtItsAvailability(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of plans take a minute under the race detector; it runs without -short")
	}
	histories, err := traces.ReadCapacityFS("AWS1", os.DirFS("../examples/skyserve/AWS1"), traces.CapacityOptions{Polarity: traces.Available})
	if err != nil {
		t.Fatal(err)
	}
	always, short := 0, 0
	for start := range 7 {
		for _, lead := range []time.Duration{0, 2 * time.Minute, 10 * time.Minute} {
			for _, provisioning := range []time.Duration{0, time.Minute} {
				pool := model()
				pool.Notice, pool.Provisioning.Mean = market.Notice{Lead: lead, Probability: 1}, provisioning
				rules := scheduler.ServiceRules{Every: 20 * time.Second, OnWarning: scheduler.HeedNotices}
				s := OfService("bound", workload.DefaultService(), rules, []market.Pool{pool}, 6*time.Hour)
				s.LowerBound = true
				s.Service.Load = rng.Duration{Shape: rng.Constant, Mean: 2*time.Minute - provisioning}
				if start%2 == 1 { // nothing comes out even
					s.Service.Gang, s.Pools[0].OnDemand = 2, cloud.PerHour(1.7)
					s.Pools[0].Price = pool.Price.With("mean", cloud.PerHour(0.7))
					s.Duration -= 100 * time.Second
				}
				offset := time.Duration(start) * 6 * time.Hour
				if _, err := s.putZones(0, histories, ZoneFiles{Offset: &offset}, Start{}); err != nil {
					t.Fatal(err)
				}
				a, b := compareWithBound(t, s, fmt.Sprintf("start %d, lead %v, provisioning %v", start, lead, provisioning))
				always, short = always+a, short+b
			}
		}
	}
	if always < 40 || short < 100 {
		t.Errorf("only %d runs were always available, %d were not: nothing is shown", always, short)
	}
	t.Logf("%d runs always available, %d not", always, short)
}

// compareWithBound runs every policy on s and returns how many were always available, and
// how many not.
func compareWithBound(t *testing.T, s *Scenario, name string) (always, short int) {
	t.Helper()
	for _, e := range scheduler.All() {
		if !e.For(scheduler.KindService) {
			continue
		}
		for _, s.Service.Rules.Extra = range []int{0, 1, 2} {
			numbers := run(t, s, parsed(t, e.Name))
			missing := numbers.Service.Measured - numbers.Service.Available
			best, err := s.Bound(missing)
			if err != nil || *numbers.Bound != best {
				t.Fatalf("%v with %v missing (%v), beside the run %v", best, missing, err, numbers.Bound)
			}
			if missing == 0 {
				always++
			} else {
				short++
			}
			if cost := numbers.TotalCost(); cost < best {
				t.Errorf("%s: %s with %d extra costs %v, below the bound %v with %v missing", name, e.Name, s.Service.Rules.Extra, cost, best, missing)
			}
		}
	}
	return always, short
}

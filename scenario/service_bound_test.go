package scenario

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// TestNoPolicyCostsLessThanTheOptimumAtItsAvailability, whatever warnings and provisioning
// there are, gangs and prices that are no whole nano-dollars a tick: in made-up zones, over
// windows of about six hours.
func TestNoPolicyCostsLessThanTheOptimumAtItsAvailability(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of plans take a minute under the race detector; it runs without -short")
	}
	histories, err := traces.ReadCapacityFS("AWS1", os.DirFS("../examples/skyserve/AWS1"), traces.CapacityOptions{Polarity: traces.Available})
	if err != nil {
		t.Fatal(err)
	}
	system := actors.NewSystem(zap.NewNop())
	always, short := 0, 0
	for start := range 7 {
		for _, lead := range []time.Duration{0, 2 * time.Minute, 10 * time.Minute} {
			for _, provisioning := range []time.Duration{0, time.Minute} {
				pool := model()
				pool.Notice, pool.Provisioning.Mean = market.Notice{Lead: lead, Probability: 1}, provisioning
				s := &Service{Name: "bound", Seed: 1, Window: 6 * time.Hour, Service: workload.DefaultService()}
				s.Rules = scheduler.ServiceRules{Every: 20 * time.Second, OnWarning: scheduler.HeedNotices}
				s.Service.Load = rng.Duration{Shape: rng.Constant, Mean: 2*time.Minute - provisioning}
				if start%2 == 1 { // nothing comes out even
					s.Service.Gang, pool.OnDemand, pool.Price.Mean = 2, cloud.PerHour(1.7), cloud.PerHour(0.7)
					s.Window -= 100 * time.Second
				}
				if _, err := s.UseCapacity(histories, pool, time.Duration(start)*6*time.Hour); err != nil {
					t.Fatal(err)
				}
				a, b := compareWithOptimum(t, system, s, fmt.Sprintf("start %d, lead %v, provisioning %v", start, lead, provisioning))
				always, short = always+a, short+b
			}
		}
	}
	if always < 40 || short < 100 {
		t.Errorf("only %d runs were always available, %d were not: nothing is shown", always, short)
	}
	t.Logf("%d runs always available, %d not", always, short)
}

// compareWithOptimum runs every policy on s and returns how many were always available, and
// how many not.
func compareWithOptimum(t *testing.T, system *actors.System, s *Service, name string) (always, short int) {
	t.Helper()
	for _, e := range scheduler.All() {
		if !e.For(scheduler.KindService) {
			continue
		}
		for _, s.Rules.Extra = range []int{0, 1, 2} {
			policy, err := scheduler.Parse(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			numbers := metrics.ServiceCollector{From: clock.At(s.ColdStart())}
			if err := system.Run(t.Context(), s.Run(policy, &numbers)); err != nil {
				t.Fatal(err)
			}
			got := numbers.Summary()
			missing := got.Measured - got.Available
			best, err := s.Optimum(missing)
			if err != nil {
				t.Fatal(err)
			}
			if missing == 0 {
				always++
			} else {
				short++
			}
			if got.Cost() < best {
				t.Errorf("%s: %s with %d extra costs %v, below the optimum %v with %v missing", name, policy, s.Rules.Extra, got.Cost(), best, missing)
			}
		}
	}
	return always, short
}

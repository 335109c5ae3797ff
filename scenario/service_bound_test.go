package scenario

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// TestNoPolicyThatIsAlwaysAvailableCostsLessThanTheOptimum, whatever warnings and
// provisioning there are: in made-up zones, over windows of six hours.
func TestNoPolicyThatIsAlwaysAvailableCostsLessThanTheOptimum(t *testing.T) {
	histories, err := traces.ReadCapacityFS("AWS1", os.DirFS("../examples/skyserve/AWS1"), traces.CapacityOptions{Polarity: traces.Available})
	if err != nil {
		t.Fatal(err)
	}
	system := actors.NewSystem(zap.NewNop())
	compared := 0
	for start := range 7 {
		for _, lead := range []time.Duration{0, 2 * time.Minute, 10 * time.Minute} {
			for _, provisioning := range []time.Duration{0, time.Minute} {
				pool := model()
				pool.Notice, pool.Provisioning.Mean = market.Notice{Lead: lead, Probability: 1}, provisioning
				s := &Service{Name: "bound", Seed: 1, Window: 6 * time.Hour, Service: workload.DefaultService()}
				s.Rules = scheduler.ServiceRules{Every: 20 * time.Second, OnWarning: scheduler.HeedNotices}
				s.Service.Load = rng.Duration{Shape: rng.Constant, Mean: 2*time.Minute - provisioning}
				if _, err := s.UseCapacity(histories, pool, time.Duration(start)*6*time.Hour); err != nil {
					t.Fatal(err)
				}
				compared += compareWithOptimum(t, system, s, fmt.Sprintf("start %d, lead %v, provisioning %v", start, lead, provisioning))
			}
		}
	}
	if compared < 10 {
		t.Errorf("only %d runs were always available: nothing is shown", compared)
	}
	t.Logf("%d runs compared", compared)
}

// compareWithOptimum runs every policy on s and returns how many were always available.
func compareWithOptimum(t *testing.T, system *actors.System, s *Service, name string) (compared int) {
	t.Helper()
	best, err := s.Optimum()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range scheduler.All() {
		if e.NewService == nil || e.Name == "ondemand" {
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
			if got.Available < got.Measured {
				continue
			}
			compared++
			if got.Cost() < best {
				t.Errorf("%s: %s with %d extra costs %v, below the optimum %v", name, policy, s.Rules.Extra, got.Cost(), best)
			}
		}
	}
	return compared
}

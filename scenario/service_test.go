package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

func TestServiceCheckNamesEveryMistakeInTheRules(t *testing.T) {
	s := OfService("", workload.DefaultService(), scheduler.ServiceRules{Every: time.Minute},
		[]market.Pool{market.NewPool(cloud.Pool{Zone: "a"}, cloud.PerHour(1), cloud.PerHour(0.3))}, time.Hour)
	s.SetPolicies([]scheduler.Spec{parsed(t, "spothedge")})
	if err := s.Check(); err != nil {
		t.Fatalf("with no rule but the first: %v", err)
	}
	s.Service.Rules = scheduler.ServiceRules{Extra: -1, OnWarning: "notices"}
	s.Service.Requests = &workload.Requests{Process: "poisson", Rate: 1e6} // 3.6e9 in an hour
	err := s.Check()
	for _, want := range []string{"service.every: 0s must be positive", "service.extra: -1 must be in [0, ", `service.on_warning: "notices" must be one of [ignore notice rebalance]`, "service.requests.rate: 1e+06 a second over 1h0m0s are more than 2e+09 requests"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want in it %s", err, want)
		}
	}
}

// A run that could fill the memory, or would never end, is refused.
func TestServiceCheckBoundsTheLoad(t *testing.T) {
	for want, change := range map[string]func(*Scenario){
		// 100 s are 2e7 times 5 us and 1.67e7 times 6 us: 6e7 and 5e7 launches of three replicas.
		"every: 5µs lets 3 instances be asked for 20000000 times in 1m40s, and at most 5e+07": func(s *Scenario) { s.Service.Rules.Every = 5000 },
		// 1e8 control intervals are 1e8 microseconds or 100 s of one every microsecond.
		"sync: 999ns makes more than 1e+08 control intervals in 1m40s": func(s *Scenario) { s.Service.Sync = 999 },
		"autoscaler.every: 999ns makes more than 1e+08":                func(s *Scenario) { s.Service.Autoscaler = &workload.Autoscaler{Every: 999} },
		// 1e7 requests in the 10 s of the timeout are 1e6 a second, in the 100 s of the run 1e5.
		"lets 1.1e+07 requests come within 10s": func(s *Scenario) { s.Service.Requests.Rate, s.Service.Timeout = 1.1e6, 10*time.Second },
		"lets 1.1e+07 requests come within 1m40s, the shorter of timeout and duration, and at most 1e+07 may be in flight": func(s *Scenario) {
			s.Service.Requests.Rate, s.Service.Timeout = 1.1e5, 0
		},
		"": func(s *Scenario) {
			s.Service.Rules.Every, s.Service.Sync, s.Service.Requests.Rate, s.Service.Timeout = 6000, 1000, 1e5, 0
		},
		"requests.rate: 2.1e+07 a second over 1m40s are more than 2e+09 requests": func(s *Scenario) { s.Service.Requests.Rate, s.Service.Timeout = 2.1e7, 1 },
	} {
		s := OfService("", workload.DefaultService(), scheduler.ServiceRules{Every: time.Second}, nil, 100*time.Second)
		s.Service.Requests = &workload.Requests{Process: "poisson", Rate: 1}
		change(s)
		errs := s.CheckLoad()
		if want == "" && errs != nil || want != "" && (len(errs) != 1 || !strings.Contains(errs[0].Error(), want)) {
			t.Errorf("%v, want %q", errs, want)
		}
	}
}

// Recorded prices become a pool for every series, or those of the zones whose capacity is
// recorded, by their names.
func TestPricesOfAService(t *testing.T) {
	all := []traces.PriceSeries{series("a", "m", "Linux/UNIX", 1, 0.1, 3, 0.3), series("b", "m", "Linux/UNIX", 2, 0.2), series("b", "n", "Linux/UNIX", 0, 9)}
	recordings := func() []Recording {
		return []Recording{{Files: []string{"f"}, Selection: Selection{InstanceType: "m"}, series: all}}
	}
	s := &Scenario{Duration: 2 * time.Hour, Pools: []market.Pool{model()}}
	warnings, err := s.UsePrices(recordings(), Start{})
	// All are known from 2 o'clock on; b is last known there, a at 3, and the run ends at 4.
	if err != nil || s.start != at(2) || len(warnings) != 1 || s.Pools[0].Name.InstanceType != "m" {
		t.Errorf("%v, %q, %v; %+v", s.start, warnings, err, s.Pools)
	}
	// An hour at 0.1 and one at 0.3.
	if len(s.Pools) != 2 || s.Pools[0].Name.Zone != "a" || s.Pools[0].Price.Mean() != cloud.PerHour(0.2) || s.Pools[1].Price.Mean() != cloud.PerHour(0.2) {
		t.Errorf("%+v", s.Pools)
	}
	s.Pools = []market.Pool{model()}
	if _, err := s.UsePrices(recordings(), Start{Instant: at(1)}); err == nil || !strings.HasPrefix(err.Error(), "start: 2030-01-01T01:00:00Z must be in") {
		t.Errorf("%v", err)
	}
	s, _, err = zones(2*time.Hour, model(), 0, history("b.json", "b", time.Hour, 1, 1, 2), history("a.json", "a", time.Hour, 1, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UsePrices(recordings(), Start{Instant: at(3)}); err != nil || len(s.Pools) != 2 || s.Pools[0].Name.Zone != "b" ||
		s.Pools[0].Price.Mean() != cloud.PerHour(0.2) || s.Pools[1].Price.Mean() != cloud.PerHour(0.3) {
		t.Errorf("%v, %+v", err, s.Pools)
	}
	s, _, err = zones(2*time.Hour, model(), 0, history("bb.json", "bb", time.Hour, 1, 1, 2))
	if err != nil {
		t.Fatal(err)
	}
	const want = `pools[0].price.files: f: no prices of zone "bb" (there are: a, b)`
	if _, err := s.UsePrices(recordings(), Start{}); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

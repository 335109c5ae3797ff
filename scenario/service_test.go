package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

func TestServiceCheckNamesEveryMistakeInTheRules(t *testing.T) {
	s := Service{
		Window: time.Hour, Service: workload.DefaultService(),
		Pools: []market.Pool{market.NewPool(cloud.Pool{Zone: "a"}, cloud.PerHour(1), cloud.PerHour(0.3))},
		Rules: scheduler.ServiceRules{Every: time.Minute},
	}
	if err := s.Check(); err != nil {
		t.Fatalf("with no rule but the first: %v", err)
	}
	s.Rules = scheduler.ServiceRules{Extra: -1, OnWarning: "notices"}
	s.Service.Requests = &workload.Requests{Process: "poisson", Rate: 1e6} // 3.6e9 in an hour
	err := s.Check()
	for _, want := range []string{"every: 0s must be positive", "extra: -1 must be in [0, ", `warnings: "notices" must be one of [ignore notice rebalance]`, "service.requests: 3.6e+09 requests over 1h0m0s are more than 2e+09"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want in it %s", err, want)
		}
	}
}

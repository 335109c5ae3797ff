package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Serving is a service as part of a scenario, and the policy of the tasks beside it.
type Serving struct {
	workload.Service
	Rules scheduler.ServiceRules `json:"rules"`
	// Batch is the policy of the tasks, if there are any.
	Batch       scheduler.Spec `json:"-"`
	BatchPolicy string         `json:"batch_policy"`
}

// service returns the service of s, which has one, with tasks beside it.
func (s *Scenario) service(tasks []workload.Task) *Service {
	v := &Service{
		Name: s.Name, Seed: s.Seed, Window: s.Duration, Pools: s.Pools,
		Service: s.Serving.Service, Rules: s.Serving.Rules, Tasks: tasks,
	}
	if len(tasks) > 0 {
		v.Batch = &s.Serving.Batch
	}
	return v
}

// ExpectedRequests returns about how many requests a run of s has, 0 without a service.
func (s *Scenario) ExpectedRequests() float64 {
	if s.Serving == nil || s.Serving.Requests == nil {
		return 0
	}
	return s.Serving.Requests.Most(s.Duration)
}

// Doubts says where the requests of a file and a run of so long do not go together.
func (v *Serving) Doubts(duration time.Duration) []string {
	return (&Service{Window: duration, Service: v.Service}).Doubts()
}

// checkServing returns everything that is wrong with the service, with places below service.
func (s *Scenario) checkServing() (errs []error) {
	v := s.service(nil)
	v.Service.RoundTrip = nil // of the pools, and looked at there
	for _, err := range slices.Concat(v.checkRules(), v.Service.Check(len(s.Pools)), v.CheckLoad()) {
		errs = append(errs, fmt.Errorf("service.%s", strings.TrimPrefix(err.Error(), "service.")))
	}
	recommends := slices.ContainsFunc(s.Pools, func(p market.Pool) bool { return p.Notice.Rebalance > 0 })
	if s.Serving.Rules.OnWarning == scheduler.HeedRebalance && !recommends {
		errs = append(errs, errors.New("service.on_warning: rebalance needs a recommendation: say the notice.rebalance of the pools"))
	}
	if cold := v.ColdStart(); s.Duration > 0 && s.Duration <= cold {
		errs = append(errs, fmt.Errorf("duration: %v must be longer than the cold start of the service, %v", s.Duration, cold))
	}
	for _, p := range s.Policies {
		if !p.Entry.For(scheduler.KindService) {
			errs = append(errs, fmt.Errorf("policies: %s is not for services", p))
		}
	}
	return errs
}

// Collector returns what gathers the numbers of a run of s.
func (s *Scenario) Collector() *metrics.Collector {
	c := &metrics.Collector{}
	if s.Serving != nil {
		c.Service = &metrics.ServiceCollector{From: clock.At(s.service(nil).ColdStart()), Requests: s.Serving.Requests != nil}
	}
	return c
}

package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Service is a service of replicas on the pools, and the policy of the tasks beside it.
type Service struct {
	workload.Service
	Rules scheduler.ServiceRules `json:"rules"`
	// Batch is the policy of the tasks, if there are any.
	Batch       scheduler.Spec `json:"-"`
	BatchPolicy string         `json:"batch_policy"`
}

// OfService returns the scenario of a service alone.
func OfService(name string, service workload.Service, rules scheduler.ServiceRules, pools []market.Pool, duration time.Duration) *Scenario {
	return &Scenario{
		Name: name, Seed: DefaultSeed, Duration: duration, Pools: pools,
		Service: &Service{Service: service, Rules: rules},
	}
}

// ColdStart returns the mean time from a launch until the replica answers, the longest of
// all pools.
func (s *Scenario) ColdStart() time.Duration {
	longest := time.Duration(0)
	for i := range s.Pools {
		longest = max(longest, s.Pools[i].Provisioning.Mean)
	}
	return longest + s.Service.Load.Mean
}

// ExpectedRequests returns about how many requests a run of s has, 0 without a service.
func (s *Scenario) ExpectedRequests() float64 {
	if s.Service == nil || s.Service.Requests == nil {
		return 0
	}
	return s.Service.Requests.Most(s.Duration)
}

// checkService returns everything that is wrong with the service, with places below service.
func (s *Scenario) checkService() (errs []error) {
	input.Below(&errs, "service.", slices.Concat(s.Service.checkRules(), s.Service.Check(len(s.Pools)), s.CheckLoad())...)
	recommends := slices.ContainsFunc(s.Pools, func(p market.Pool) bool { return p.Notice.Rebalance > 0 })
	if s.Service.Rules.OnWarning == scheduler.HeedRebalance && !recommends {
		errs = append(errs, errors.New("service.on_warning: rebalance needs a recommendation: say the notice.rebalance of the pools"))
	}
	if cold := s.ColdStart(); s.Duration > 0 && s.Duration <= cold {
		errs = append(errs, fmt.Errorf("duration: %v must be longer than the cold start of the service, %v", s.Duration, cold))
	}
	return errs
}

func (v *Service) checkRules() (errs []error) {
	input.Positive(&errs, "every", v.Rules.Every)
	input.Within(&errs, "extra", v.Rules.Extra, 0, workload.MaxReplicas)
	if w := v.Rules.OnWarning; w != "" {
		input.OneOf(&errs, "on_warning", w, scheduler.Warnings)
	}
	return errs
}

// The most that a run may take.
const (
	// maxRequests is the most requests that a run can number.
	maxRequests = 2e9
	// maxInFlight is the most requests that may be in flight at once: some 3 GB of them.
	maxInFlight = 1e7
	// maxSyncs is the most control intervals of a balancer or an autoscaler.
	maxSyncs = 1e8
	// maxAsked is the most instances that a policy may ask for and be refused, in every control
	// interval all that it wants: each is remembered, in some 200 bytes.
	maxAsked = 5e7
)

// CheckLoad returns what of the service would take memory or time without bound, each with
// its place: control intervals too short, or requests too many. It is part of Check, and
// useful before the pools are known. What is wrong in another way it lets pass.
func (s *Scenario) CheckLoad() (errs []error) {
	v := s.Service
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	intervals := func(place string, every time.Duration) {
		if every > 0 && s.Duration/every > maxSyncs {
			wrong("%s: %v makes more than %v control intervals in %v", place, every, float64(maxSyncs), s.Duration)
		}
	}
	wanted := v.Replicas
	if a := v.Autoscaler; a != nil {
		wanted = max(wanted, a.Max)
	}
	if every := v.Rules.Every; every > 0 && s.Duration > 0 {
		each := (wanted + v.Rules.Extra) * v.Gang
		if asked := float64(each) * float64(s.Duration/every); asked > maxAsked {
			wrong("every: %v lets %d instances be asked for %d times in %v, and at most %v in all may be refused: choose a longer control interval", every, each, s.Duration/every, s.Duration, float64(maxAsked))
		}
	}
	q := v.Requests
	if q == nil || s.Duration <= 0 {
		return errs
	}
	if !v.KnowsAtOnce() {
		intervals("sync", v.Sync)
	}
	if a := v.Autoscaler; a != nil {
		intervals("autoscaler.every", a.Every)
	}
	if n := q.Most(s.Duration); n > maxRequests {
		wrong("requests.rate: %v a second over %v are more than %v requests", n/s.Duration.Seconds(), s.Duration, float64(maxRequests))
	}
	if q.Opens >= s.Duration {
		wrong("requests.opens: %v must be within the run, of %v", q.Opens, s.Duration)
	}
	life := s.Duration
	if v.Timeout > 0 {
		life = min(life, v.Timeout)
	}
	if n := q.Most(life); n > maxInFlight {
		wrong("requests: %v lets %.3g requests come within %v, the shorter of timeout and duration, and at most %v may be in flight", q, n, life, float64(maxInFlight))
	}
	return errs
}

// RequestWarnings says where the requests of a file and the duration do not go together.
// That answers come for a timeout after the last request is no reason for a warning.
func (s *Scenario) RequestWarnings() []string {
	if s.Service == nil || s.Service.Requests == nil || s.Service.Requests.Total() == 0 {
		return nil
	}
	r := s.Service.Requests
	switch come, last := r.Within(s.Duration); {
	case come < r.Total():
		return []string{fmt.Sprintf("%v: %d of %d requests come after the end of the run, %v, and are left out", r, r.Total()-come, r.Total(), s.Duration)}
	case s.Duration-last > s.Service.Timeout:
		return []string{fmt.Sprintf("%v: the last request comes at %v, and the service runs on without any until %v", r, last.Round(time.Second), s.Duration)}
	}
	return nil
}

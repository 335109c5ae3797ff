package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Service is a service on spot capacity, alone or beside a batch of tasks.
type Service struct {
	Name string
	Seed uint64
	// Window is how long the run lasts.
	Window time.Duration
	// Pools are the zones, at least one, with distinct names.
	Pools   []market.Pool
	Service workload.Service
	Rules   scheduler.ServiceRules
	// Tasks run beside the service, with the policy Batch; nil for none.
	Tasks []workload.Task
	Batch *scheduler.Spec
}

// ColdStart returns the mean time from a launch until the replica answers, the longest of
// all pools.
func (s *Service) ColdStart() time.Duration {
	longest := time.Duration(0)
	for _, p := range s.Pools {
		longest = max(longest, p.Provisioning.Mean)
	}
	return longest + s.Service.Load.Mean
}

// Check returns everything that is wrong with s, each with its place, or nil.
func (s *Service) Check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if s.Window <= 0 || s.Window > MaxDuration {
		wrong("window: %v must be positive and at most %v", s.Window, MaxDuration)
	}
	errs = append(errs, s.checkRules()...)
	errs = append(errs, checkPools(s.Pools)...)
	for _, err := range s.Service.Check(len(s.Pools)) {
		wrong("service.%w", err)
	}
	return errors.Join(append(errs, s.CheckLoad()...)...)
}

func (s *Service) checkRules() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if s.Rules.Every <= 0 {
		wrong("every: %v must be positive", s.Rules.Every)
	}
	if s.Rules.Extra < 0 || s.Rules.Extra > workload.MaxReplicas {
		wrong("extra: %d must be in [0, %d]", s.Rules.Extra, workload.MaxReplicas)
	}
	if w := s.Rules.OnWarning; w != "" && !slices.Contains(scheduler.Warnings, w) {
		wrong("warnings: %q must be one of %v", w, scheduler.Warnings)
	}
	return errs
}

// What a run may take at most.
const (
	// maxRequests is the most requests that a run can number.
	maxRequests = 2e9
	// maxInFlight is the most requests that may be in flight at once: some 3 GB of them.
	maxInFlight = 1e7
	// maxLooks is the most looks of a balancer or an autoscaler.
	maxLooks = 1e8
	// maxAsked is the most instances that a policy may ask for in vain, at every look all that
	// it wants: each is remembered, in some 200 bytes.
	maxAsked = 5e7
)

// CheckLoad returns what of s would take memory or time without measure, each with its
// place: looks too often, or requests too many. It is part of Check, and useful before the
// pools are known. What is wrong in another way it lets pass.
func (s *Service) CheckLoad() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	looks := func(place string, every time.Duration) {
		if every > 0 && s.Window/every > maxLooks {
			wrong("%s: %v makes more than %v looks in %v", place, every, float64(maxLooks), s.Window)
		}
	}
	wanted := s.Service.Replicas
	if a := s.Service.Autoscaler; a != nil {
		wanted = max(wanted, a.Max)
	}
	if every := s.Rules.Every; every > 0 && s.Window > 0 {
		asked := float64(wanted+s.Rules.Extra) * float64(s.Service.Gang) * float64(s.Window/every)
		if asked > maxAsked {
			wrong("every: %v lets %d instances be asked for %d times in %v, and at most %v in all may be refused: look less often", every, (wanted+s.Rules.Extra)*s.Service.Gang, s.Window/every, s.Window, float64(maxAsked))
		}
	}
	q := s.Service.Requests
	if q == nil || s.Window <= 0 {
		return errs
	}
	if !s.Service.KnowsAtOnce() {
		looks("service.sync", s.Service.Sync)
	}
	if a := s.Service.Autoscaler; a != nil {
		looks("service.autoscaler.every", a.Every)
	}
	if n := q.Most(s.Window); n > maxRequests {
		wrong("service.requests.rate: %v a second over %v are more than %v requests", n/s.Window.Seconds(), s.Window, float64(maxRequests))
	}
	if q.Opens >= s.Window {
		wrong("service.requests.opens: %v must be within the run, of %v", q.Opens, s.Window)
	}
	life := s.Window
	if s.Service.Timeout > 0 {
		life = min(life, s.Service.Timeout)
	}
	if n := q.Most(life); n > maxInFlight {
		wrong("service.requests: %v lets %.3g requests come within %v, the shorter of timeout and window, and at most %v may be in flight", q, n, life, float64(maxInFlight))
	}
	return errs
}

// Doubts says where the requests of a file and the window do not go together. That answers
// come for a timeout after the last request is no doubt.
func (s *Service) Doubts() []string {
	r := s.Service.Requests
	if r == nil || r.Total() == 0 {
		return nil
	}
	switch come, last := r.Within(s.Window); {
	case come < r.Total():
		return []string{fmt.Sprintf("%v: %d of %d requests come after the end of the window, %v, and are left out", r, r.Total()-come, r.Total(), s.Window)}
	case s.Window-last > s.Service.Timeout:
		return []string{fmt.Sprintf("%v: the last request comes at %v, and the service runs on without any until %v", r, last.Round(time.Second), s.Window)}
	}
	return nil
}

// Run returns the run of a policy for services. s must pass Check.
func (s *Service) Run(policy scheduler.Spec, w journal.Writer) actors.Config {
	c := actors.Config{
		Name:       s.Name,
		Seed:       s.Seed,
		Horizon:    s.Window,
		Pools:      s.Pools,
		Service:    &s.Service,
		Tasks:      s.Tasks,
		PolicyName: policy.String(),
		Policy:     must(policy.NewForService(s.Rules)),
		Journal:    w,
	}
	if s.Batch != nil {
		c.Policy = scheduler.Both(must(s.Batch.NewForTasks()), c.Policy)
		c.PolicyName = s.Batch.String() + "+" + c.PolicyName
	}
	return c
}

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
	for _, err := range s.checkService() {
		wrong("service.%w", err)
	}
	return errors.Join(errs...)
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

func (s *Service) checkService() (errs []error) {
	errs = s.Service.Check(len(s.Pools))
	if q := s.Service.Requests; q != nil && q.Expected(s.Window) > maxRequests {
		errs = append(errs, fmt.Errorf("requests: %.3g requests over %v are more than %v", q.Expected(s.Window), s.Window, float64(maxRequests)))
	}
	return errs
}

// maxRequests is the most requests that a run can number.
const maxRequests = 2e9

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
		Policy:     policy.NewService(s.Rules),
		Journal:    w,
	}
	if s.Batch != nil {
		c.Policy = scheduler.Both(s.Batch.New(), c.Policy)
		c.PolicyName = s.Batch.String() + "+" + c.PolicyName
	}
	return c
}

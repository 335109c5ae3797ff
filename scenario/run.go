package scenario

import (
	"context"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Tasks returns the tasks to do: the job, those of the file, or made up. All runs of a
// scenario under one seed may share them.
func (s *Scenario) Tasks() []workload.Task {
	switch {
	case s.Job != nil:
		return []workload.Task{s.Job.task()}
	case s.fromFile != nil:
		return s.fromFile
	}
	return s.Workload.Generate(s.Seed)
}

// Run returns the run of one policy on tasks, which Tasks made: the one place at which a
// scenario becomes a run of the actors. s must pass Check.
func (s *Scenario) Run(policy scheduler.Spec, tasks []workload.Task, w journal.Writer) (actors.Config, error) {
	made, err := s.policy(policy, tasks)
	c := actors.Config{
		Name:         s.Name,
		Seed:         s.Seed,
		Horizon:      s.Duration,
		Drain:        s.Drain || s.Job != nil,
		MaxInstances: s.MaxInstances,
		Pools:        s.Pools,
		Tasks:        tasks,
		PolicyName:   policy.String(),
		Policy:       made,
		Journal:      w,
	}
	if s.Service != nil {
		c.Service = &s.Service.Service
		if len(tasks) > 0 {
			c.PolicyName = s.Service.Batch.String() + "+" + c.PolicyName
		}
	}
	return c, err
}

// policy makes the policy of a run for the work of s.
func (s *Scenario) policy(policy scheduler.Spec, tasks []workload.Task) (scheduler.Policy, error) {
	switch {
	case s.Job != nil:
		return s.jobPolicy(policy)
	case s.Service == nil:
		return policy.NewForTasks()
	}
	service, err := policy.NewForService(s.Service.Rules)
	if err != nil || len(tasks) == 0 {
		return service, err
	}
	batch, err := s.Service.Batch.NewForTasks()
	return scheduler.Both(batch, service), err
}

// Collector returns what gathers the numbers of a run of s.
func (s *Scenario) Collector() *metrics.Collector {
	c := &metrics.Collector{}
	if s.Job != nil {
		c.Job = s.jobMetrics()
	}
	if s.Service != nil {
		c.Service = &metrics.Service{From: clock.At(s.ColdStart()), HasRequests: s.Service.Requests != nil}
	}
	return c
}

// Simulate runs a policy on tasks to its end and returns its numbers. The journal goes to
// also as well, unless that is nil. The error is an *actors.RunError, or one of making the
// policy, or of ctx.
func (s *Scenario) Simulate(ctx context.Context, system *actors.System, policy scheduler.Spec, tasks []workload.Task, also journal.Writer) (*metrics.Collector, error) {
	numbers := s.Collector()
	var entries journal.Writer = numbers
	if also != nil {
		entries = journal.Tee(numbers, also)
	}
	config, err := s.Run(policy, tasks, entries)
	if err != nil {
		return numbers, &actors.RunError{Scenario: s.Name, Policy: policy.String(), Seed: s.Seed, Err: &actors.PolicyError{Policy: policy.String(), Err: err}}
	}
	if err := system.Run(ctx, config); err != nil {
		return numbers, err
	}
	return numbers, s.setBound(numbers)
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/suite"
	"github.com/bobby-math/tessera/workload"
)

// serviceRun is the flags of service.
type serviceRun struct {
	market serviceMarket
	load   serviceLoad

	replicas, extra, gang countValue
	cold, provisioning    time.Duration
	window                hoursValue
	policies              []string
	every                 time.Duration
	onWarning             *choiceValue
	taskFile, batchPolicy string
	seed                  uint64
	jobs                  int
	format                *choiceValue
	progress              progressFlags
}

func newServiceCommand() *cobra.Command {
	s := &serviceRun{
		market: newServiceMarket(), load: newServiceLoad(),
		replicas: 3, extra: 1, gang: 1, window: hoursValue(24 * time.Hour),
		onWarning: choice(string(scheduler.IgnoreWarnings), words(scheduler.Warnings)...),
		format:    choice("table", "table", "csv", "json"),
	}
	cmd := &cobra.Command{
		Use:   "service",
		Short: "Run a replicated service on spot zones and serve its requests",
		Long: `Runs a service of replicas on zones with real or made-up spot capacity, under each policy:
how much of the time enough replicas were ready, what it cost against on-demand only, and
with requests how long they took and how many failed. docs/service.md says what is modelled.`,
		Example: `  tessera service --capacity DIR --replicas 3 --extra 1 --cold-start 120s --window 24h
  tessera service --capacity DIR --requests poisson:rate=0.15/s --policies spothedge,round-robin
  tessera service --capacity DIR --window 1h --requests azure:FILE --service-time tokens:output=20ms`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	s.market.add(f)
	s.add(f)
	s.load.add(f)
	f.StringVar(&s.taskFile, "tasks", "", "run the tasks of this CSV or JSONL `file` beside the service (id, arrival, work, deadline)")
	f.StringVar(&s.batchPolicy, "batch-policy", "greedy", "the policy of --tasks")
	f.Uint64Var(&s.seed, "seed", scenario.DefaultSeed, "seed of all randomness")
	f.IntVarP(&s.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time")
	f.Var(s.format, "format", "what to print")
	s.progress.add(f)
	return cmd
}

// add adds the flags about replicas and policies.
func (s *serviceRun) add(f *pflag.FlagSet) {
	f.Var(&s.replicas, "replicas", "how many replicas are wanted ready")
	f.Var(&s.extra, "extra", "how many spot replicas more are held in reserve")
	f.DurationVar(&s.cold, "cold-start", 2*time.Minute, "from a launch until the replica answers")
	f.DurationVar(&s.provisioning, "provisioning", 0, "the first part of --cold-start, until the instances run; it is not billed")
	f.Var(&s.gang, "gang", "how many instances, all in one zone, make one replica")
	f.Var(&s.window, "window", "how long to run")
	f.StringSliceVarP(&s.policies, "policies", "p", nil, "policies to compare, with parameters as in spothedge:variant=artifact (default all for services)")
	f.DurationVar(&s.every, "every", 20*time.Second, "time between two looks of a policy at its fleet")
	f.Var(s.onWarning, "on-warning", "what is done with a replica the provider warns of: nothing, or launch another at the notice, or at the rebalance recommendation")
}

func words[W ~string](list []W) (all []string) {
	for _, w := range list {
		all = append(all, string(w))
	}
	return all
}

func (s *serviceRun) run(cmd *cobra.Command) error {
	policies, err := s.check(cmd)
	if err != nil {
		return err
	}
	service := &scenario.Service{
		Name: "service", Seed: s.seed, Window: time.Duration(s.window), Service: s.load.service,
		Rules: scheduler.ServiceRules{Every: s.every, Extra: int(s.extra), OnWarning: scheduler.Warning(s.onWarning.value)},
	}
	if err := s.readFiles(cmd, service); err != nil {
		return err
	}
	workers, done := s.progress.workers(cmd.ErrOrStderr(), s.jobs, len(policies))
	best, err := boundOf(service, 0)
	if err != nil {
		return err
	}
	results, err := runServices(cmd.Context(), actors.NewSystem(newLogger(cmd)), service, policies, best, workers)
	done()
	if err != nil {
		return err
	}
	return s.print(cmd.OutOrStdout(), service, results, best)
}

// check returns the policies, or everything that is wrong with the flags.
func (s *serviceRun) check(cmd *cobra.Command) ([]scheduler.Spec, error) {
	policies, err := servicePolicies(s.policies)
	var errs []error
	if err != nil {
		errs = append(errs, fmt.Errorf("--policies: %w", err))
	}
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if s.replicas < 1 || s.replicas > workload.MaxReplicas {
		wrong("--replicas %d: must be in [1, %d]", s.replicas, workload.MaxReplicas)
	}
	if s.extra < 0 || s.extra > workload.MaxReplicas {
		wrong("--extra %d: must be in [0, %d]", s.extra, workload.MaxReplicas)
	}
	if s.gang < 1 || s.gang > 1000 {
		wrong("--gang %d: must be in [1, 1000]", s.gang)
	}
	if s.provisioning < 0 || s.cold < s.provisioning {
		wrong("--cold-start %v: must be at least --provisioning %v, its first part, and that at least 0", s.cold, s.provisioning)
	}
	if w := time.Duration(s.window); w <= s.cold || w > scenario.MaxDuration {
		wrong("--window %v h: must be longer than --cold-start %v, and at most %.0f hours", &s.window, s.cold, scenario.MaxDuration.Hours())
	}
	if s.every <= 0 {
		wrong("--every %v: must be positive", s.every)
	}
	if s.onWarning.value == string(scheduler.HeedRebalance) && s.market.notice.Rebalance == 0 {
		wrong("--on-warning rebalance: needs --rebalance, or no recommendation comes; notice heeds the notices alone")
	}
	if s.taskFile == "" && cmd.Flags().Changed("batch-policy") {
		wrong("--batch-policy: needs --tasks")
	}
	if _, err := batchPolicy(s.batchPolicy); err != nil {
		errs = append(errs, err)
	}
	if s.jobs < 1 {
		wrong("--jobs %d: must be at least 1", s.jobs)
	}
	errs = append(errs, s.market.check(cmd)...)
	errs = append(errs, s.load.check(cmd, s.cold, s.window)...)
	bare := scenario.Service{Window: time.Duration(s.window), Service: s.load.service, Rules: scheduler.ServiceRules{Every: s.every, Extra: int(s.extra)}}
	bare.Service.Replicas, bare.Service.Gang = int(s.replicas), int(s.gang)
	if load := bare.CheckLoad(); load != nil {
		errs = append(errs, flagErrors(load))
	}
	if errs != nil {
		return nil, usageError{errors.Join(errs...)}
	}
	return policies, nil
}

// servicePolicies returns the policies for services that texts name, all of them without
// texts, and on-demand only as the last if it is not among them: it is the yardstick.
func servicePolicies(texts []string) ([]scheduler.Spec, error) {
	if len(texts) == 0 {
		texts = scheduler.Names(scheduler.KindService)
	}
	specs, err := scheduler.ParseList(texts, scheduler.KindService)
	if err == nil && !slices.ContainsFunc(specs, isOnDemandOnly) {
		return scheduler.ParseList(append(slices.Clone(texts), "ondemand"), scheduler.KindService)
	}
	return specs, err
}

func isOnDemandOnly(p scheduler.Spec) bool { return p.Entry.Name == "ondemand" }

func batchPolicy(text string) (scheduler.Spec, error) {
	specs, err := scheduler.ParseList([]string{text}, scheduler.KindTasks)
	if err != nil {
		return scheduler.Spec{}, fmt.Errorf("--batch-policy: %w", err)
	}
	return specs[0], nil
}

// serviceResult is what one policy came to.
type serviceResult struct {
	policy scheduler.Spec
	metrics.ServiceSummary
	// least is what nobody can cost less than who is as available.
	least bound
	// batch and batchCost are of the tasks beside the service.
	batch     metrics.Summary
	batchCost cloud.Money
}

// runServices runs the policies, workers at a time, and returns what they came to in their
// order. best is the bound for who is always available.
func runServices(ctx context.Context, system *actors.System, service *scenario.Service, policies []scheduler.Spec, best bound, workers suite.Workers) ([]serviceResult, error) {
	return suite.RunEach(ctx, policies, workers, func(ctx context.Context, p scheduler.Spec) (serviceResult, error) {
		numbers := &metrics.ServiceCollector{From: clock.At(service.ColdStart())}
		var batch metrics.Collector
		if err := system.Run(ctx, service.Run(p, &metrics.Split{Service: numbers, Batch: &batch})); err != nil {
			return serviceResult{}, err
		}
		r := serviceResult{policy: p, ServiceSummary: numbers.Summary(), batch: batch.Summary(), batchCost: batch.TotalCost()}
		if r.least = best; r.Available == r.Measured {
			return r, nil
		}
		var err error
		r.least, err = boundOf(service, r.Measured-r.Available)
		return r, err
	})
}

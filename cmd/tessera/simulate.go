package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// simulation is the command's flags.
type simulation struct {
	duration     hoursValue
	policies     []string
	tasks        countValue
	taskFile     string
	output       string
	spot         dollarsValue
	onDemand     dollarsValue
	bid          dollarsValue
	seed         uint64
	prices       []string
	selection    scenario.Selection
	start        string
	maxInstances countValue
	drain, quiet bool
	events       *choiceValue
	format       *choiceValue
	priceModel   *choiceValue
	preemption   *choiceValue
	correlation  *choiceValue
}

func newSimulateCommand() *cobra.Command {
	s := &simulation{
		duration:    hoursValue(scenario.DefaultDuration),
		spot:        dollarsValue(cloud.PerHour(0.30)),
		onDemand:    dollarsValue(cloud.PerHour(1.00)),
		tasks:       scenario.DefaultTasks,
		events:      choice("", "all", "none"),
		format:      choice("table", "table", "json"),
		priceModel:  choice("ou", syntheticPrices()...),
		preemption:  choice("hazard", preemptions()...),
		correlation: choice("inverse", "inverse", "direct"),
	}
	cmd := &cobra.Command{
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.VarP(&s.duration, "duration", "d", "how long to simulate, a number of hours or a duration like 90m")
	f.StringSliceVarP(&s.policies, "policies", "p", []string{"greedy", "fallback", "ondemand"}, "policies to compare, with parameters as in fallback:after=3 (see tessera policies)")
	f.VarP(&s.tasks, "tasks", "t", "how many tasks arrive over the duration")
	f.StringVar(&s.taskFile, "task-file", "", "take the tasks from this CSV or JSONL `file` instead (id, arrival, work, deadline)")
	f.StringVarP(&s.output, "output", "o", "simulation_results.json", "`file` for the JSON results; empty for none")
	f.Var(&s.spot, "spot-price", "what the spot price reverts to")
	f.Var(&s.onDemand, "ondemand-price", "the on-demand price")
	f.Uint64Var(&s.seed, "seed", scenario.DefaultSeed, "seed of all randomness")
	f.StringSliceVar(&s.prices, "prices", nil, "real spot prices: JSON of aws ec2 describe-spot-price-history, or CSV; several `files` make one history")
	f.StringVar(&s.selection.InstanceType, "instance-type", "", "the instance type in --prices, if there are several")
	f.StringVar(&s.selection.Zone, "zone", "", "the one zone of --prices to use; every zone is a pool without it")
	f.StringVar(&s.selection.Product, "product", "", "the product in --prices, if there are several (default Linux/UNIX)")
	f.StringVar(&s.start, "start", "", "the `instant` of --prices at which to begin, RFC 3339 (default the first at which all prices are known)")
	f.Var(&s.maxInstances, "max-instances", "most instances a policy may hold at a time; 0 is no limit")
	f.BoolVar(&s.drain, "drain", false, "run on until every task is done")
	f.Var(s.priceModel, "price-model", "how synthetic spot prices move")
	f.Var(s.preemption, "preemption", "how spot instances are preempted")
	f.Var(s.correlation, "correlation", "hazard: are cheap (inverse) or dear (direct) hours the dangerous ones")
	f.Var(&s.bid, "bid", "bid: the most you pay for spot (default the on-demand price)")
	f.Var(s.events, "events", fmt.Sprintf("which events to write to the JSON results (default all; none above %d tasks)", manyTasks))
	f.Var(s.format, "format", "what to print")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "print the table only")
	return cmd
}

func syntheticPrices() (names []string) {
	for _, m := range market.PriceModels() {
		if m.Name != "trace" {
			names = append(names, m.Name)
		}
	}
	return names
}

func preemptions() (names []string) {
	for _, m := range market.PreemptionModels() {
		names = append(names, m.Name)
	}
	return names
}

func (s *simulation) run(cmd *cobra.Command) error {
	begun := time.Now()
	world, warnings, err := s.resolve(cmd)
	if err != nil {
		return err
	}
	log := newLogger(cmd)
	for _, w := range warnings {
		log.Warn(w)
	}
	out, err := openResults(s.output, s.keepEvents(world))
	if err != nil {
		return err
	}
	defer out.discard()
	talk := io.Discard
	if s.format.value == "table" && !s.quiet {
		talk = cmd.OutOrStdout()
	}
	s.announce(talk, world)
	if err := s.runAll(cmd.Context(), talk, log, world, out); err != nil {
		return err
	}
	manifest := newManifest(world, warnings, begun)
	return s.deliver(cmd, talk, out, manifest, world)
}

// manyTasks is where events are left out unless they are asked for: 100,000 tasks write
// half a gigabyte of them.
const manyTasks = 100_000

func (s *simulation) keepEvents(world *scenario.Scenario) bool {
	if s.events.value == "" {
		return world.Workload.Tasks <= manyTasks
	}
	return s.events.value == "all"
}

// runAll runs every policy, one after the other, on the same tasks and the same market.
func (s *simulation) runAll(ctx context.Context, talk io.Writer, log *zap.Logger, world *scenario.Scenario, out *resultFile) error {
	system := actors.NewSystem(log)
	tasks := world.Tasks()
	names := report.Names{Pools: world.Pools, Tasks: taskNames(tasks)}
	for _, policy := range world.Policies {
		fmt.Fprintf(talk, "\nRunning simulation with %s policy...\n", report.Title(policy))
		var numbers metrics.Collector
		events, err := out.newEvents(names)
		if err != nil {
			return err
		}
		if err := system.Run(ctx, world.Run(policy, tasks, journal.Tee(&numbers, events))); err != nil {
			return err
		}
		result := report.NewResult(policy, names, &numbers)
		if err := out.add(result, events); err != nil {
			return err
		}
		if err := report.Brief(talk, result); err != nil {
			return err
		}
		if result.Stall != "" {
			log.Warn(result.PolicyName + ": " + result.Stall)
		}
	}
	return nil
}

// deliver writes the file and prints what --format asks for.
func (s *simulation) deliver(cmd *cobra.Command, talk io.Writer, out *resultFile, manifest report.Manifest, world *scenario.Scenario) error {
	if err := out.save(manifest); err != nil {
		return err
	}
	if s.format.value == "json" {
		return out.document(manifest).WriteJSON(cmd.OutOrStdout())
	}
	if s.output != "" {
		fmt.Fprintf(talk, "\nResults saved to %s\n", s.output)
	}
	fmt.Fprintf(talk, "\n")
	fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n", caption(world))
	return report.Table(cmd.OutOrStdout(), out.list(), "ondemand")
}

// announce says what is about to be simulated.
func (s *simulation) announce(w io.Writer, world *scenario.Scenario) {
	if s.taskFile != "" {
		fmt.Fprintf(w, "Reading %d tasks from %s...\n", world.Workload.Tasks, s.taskFile)
	} else {
		fmt.Fprintf(w, "Generating %d tasks over %v hours...\n", world.Workload.Tasks, &s.duration)
	}
	if len(s.prices) > 0 {
		fmt.Fprintf(w, "Reading spot price data (%s)...\n", strings.Join(s.prices, ", "))
		return
	}
	model, _ := market.FindPriceModel(s.priceModel.value)
	fmt.Fprintf(w, "Generating spot price data (%s)...\n", model.Title)
}

// caption says in one line what the table is about.
func caption(world *scenario.Scenario) string {
	pools := world.Pools[0].Name.String()
	if n := len(world.Pools); n > 1 {
		pools = fmt.Sprintf("%d pools of %s", n, world.Pools[0].Name.InstanceType)
	}
	return fmt.Sprintf("Seed %d: %d tasks, %v hours, %s at %v on demand",
		world.Seed, world.Workload.Tasks, (*hoursValue)(&world.Duration), pools, world.Pools[0].OnDemand)
}

func taskNames(tasks []workload.Task) []string {
	if len(tasks) == 0 || tasks[0].Name == "" {
		return nil
	}
	names := make([]string, len(tasks))
	for i, t := range tasks {
		names[i] = t.Name
	}
	return names
}

// resolve makes the scenario the flags describe, and checks it.
func (s *simulation) resolve(cmd *cobra.Command) (*scenario.Scenario, []string, error) {
	world := scenario.Default()
	if err := s.checkFlags(cmd); err != nil {
		return nil, nil, err
	}
	specs, err := parsePolicies(s.policies)
	if err != nil {
		return nil, nil, err
	}
	world.SetPolicies(specs)
	world.Seed, world.Duration, world.Drain, world.MaxInstances = s.seed, time.Duration(s.duration), s.drain, int(s.maxInstances)
	world.Workload.Tasks, world.Workload.Over = int(s.tasks), time.Duration(s.duration)

	pool := market.NewPool(world.Pools[0].Name, cloud.Price(s.onDemand), cloud.Price(s.spot))
	pool.Price.Model = s.priceModel.value
	pool.Preemption.Model = s.preemption.value
	pool.Preemption.Correlation = market.Correlation(s.correlation.value)
	pool.Preemption.Bid = cloud.Price(s.bid)
	if !cmd.Flags().Changed("bid") {
		pool.Preemption.Bid = pool.OnDemand
	}
	world.Pools[0] = pool
	if err := world.Check(); err != nil {
		return nil, nil, usageError{err}
	}
	warnings, err := s.readFiles(&world)
	if err != nil {
		return nil, nil, err
	}
	if len(s.prices) > 0 && !cmd.Flags().Changed("ondemand-price") {
		warnings = append(warnings, fmt.Sprintf("no --ondemand-price: %v is assumed, which a price history does not say", pool.OnDemand))
	}
	if err := world.Check(); err != nil {
		return nil, nil, inputError{err}
	}
	return &world, warnings, nil
}

// checkFlags returns what is wrong with the flags that no single flag can see.
func (s *simulation) checkFlags(cmd *cobra.Command) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if d := time.Duration(s.duration); d <= 0 || d > scenario.MaxDuration {
		wrong("--duration %v: must be in (0, %.0f] hours", &s.duration, scenario.MaxDuration.Hours())
	}
	if s.tasks < 0 || s.tasks > workload.MaxTasks {
		wrong("--tasks %d: must be in [0, %d]", s.tasks, workload.MaxTasks)
	}
	if s.maxInstances < 0 {
		wrong("--max-instances %d: must be >= 0", s.maxInstances)
	}
	if len(s.prices) == 0 {
		if s.priceModel.value != "constant" && s.spot > s.onDemand {
			wrong("--spot-price %v: must not be above --ondemand-price %v", &s.spot, &s.onDemand)
		}
		for _, name := range []string{"instance-type", "zone", "product", "start"} {
			if cmd.Flags().Changed(name) {
				wrong("--%s: needs --prices", name)
			}
		}
	} else {
		for _, name := range []string{"spot-price", "price-model"} {
			if cmd.Flags().Changed(name) {
				wrong("--%s: makes no sense with --prices", name)
			}
		}
	}
	if s.start != "" {
		start, err := time.Parse(time.RFC3339, s.start)
		if err != nil {
			wrong("--start %q: must be an RFC 3339 instant like 2023-02-20T00:00:00Z", s.start)
		}
		s.selection.Start = start.UTC()
	}
	if s.taskFile != "" && cmd.Flags().Changed("tasks") {
		wrong("--tasks: makes no sense with --task-file")
	}
	if err := errors.Join(errs...); err != nil {
		return usageError{err}
	}
	return nil
}

func parsePolicies(texts []string) ([]scheduler.Spec, error) {
	var specs []scheduler.Spec
	var errs []error
	seen := map[string]bool{}
	for _, text := range texts {
		spec, err := scheduler.Parse(strings.TrimSpace(text))
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("--policies: %w", err))
		case spec.Entry.New == nil:
			errs = append(errs, fmt.Errorf("--policies: %s is for one job with a deadline: use tessera job", spec.Entry.Name))
		case seen[spec.String()]:
			errs = append(errs, fmt.Errorf("--policies: %s is there twice", spec))
		}
		seen[spec.String()] = true
		specs = append(specs, spec)
	}
	if len(specs) == 0 {
		errs = append(errs, errors.New("--policies: there must be at least one"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, usageError{err}
	}
	return specs, nil
}

// readFiles reads the files the flags name into the scenario.
func (s *simulation) readFiles(world *scenario.Scenario) (warnings []string, err error) {
	if s.taskFile != "" {
		if err := world.ReadTasks(s.taskFile); err != nil {
			return nil, inputError{err}
		}
	}
	if len(s.prices) > 0 {
		if warnings, err = world.ReadPrices(s.prices, s.selection); err != nil {
			return nil, inputError{err}
		}
	}
	return warnings, nil
}

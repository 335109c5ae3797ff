package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/workload"
)

// simulation is a command that runs one scenario: its flags.
type simulation struct {
	scenarioFlags
	output   string
	timeline string
	quiet    bool
	events   *choiceValue
	format   *choiceValue
}

func newSimulation() *simulation {
	return &simulation{
		scenarioFlags: newScenarioFlags(),
		events:        choice("", "all", "none"),
		format:        choice("table", "table", "json"),
	}
}

func newSimulateCommand() *cobra.Command {
	s := newSimulation()
	cmd := &cobra.Command{
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd, "") },
	}
	s.add(cmd.Flags())
	return cmd
}

func newRunCommand() *cobra.Command {
	s := newSimulation()
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run the scenario of a file",
		Long: `Runs the scenario of a YAML or JSON file (- is standard input) and prints what tessera
prints. Flags, and TESSERA_* in the environment, override the file.`,
		Example: `  tessera init > scenario.yaml
  tessera run scenario.yaml --seed 7`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0]) },
	}
	s.add(cmd.Flags())
	return cmd
}

func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError{fmt.Errorf("%s: name one FILE (see %s --help)", cmd.Name(), cmd.CommandPath())}
	}
	return nil
}

func (s *simulation) add(f *pflag.FlagSet) {
	f.SortFlags = false
	s.scenarioFlags.add(f)
	f.StringVarP(&s.output, "output", "o", "simulation_results.json", "`file` for the JSON results; empty for none")
	f.Var(s.events, "events", fmt.Sprintf("which events to write to the JSON results (default all; none above %d tasks and requests)", manyTasks))
	f.StringVar(&s.timeline, "timeline", "", "`file` for a timeline of the runs, which ui.perfetto.dev opens; none without")
	f.Var(s.format, "format", "what to print")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "print the table only")
}

// run runs the scenario of a file, or without one that of the flags alone.
func (s *simulation) run(cmd *cobra.Command, file string) error {
	begun := time.Now()
	resolved, err := s.resolve(cmd, file)
	if err != nil {
		return err
	}
	world, log := resolved.Scenario, newLogger(cmd)
	for _, w := range resolved.Warnings {
		log.Warn(w)
	}
	out, err := openResults(s.output, s.keepEvents(world))
	if err != nil {
		return err
	}
	defer out.discard()
	timeline, err := openTimeline(s.timeline)
	if err != nil {
		return err
	}
	defer timeline.file.discard()
	talk := io.Discard
	if s.format.value == "table" && !s.quiet {
		talk = cmd.OutOrStdout()
	}
	announce(talk, resolved)
	if err := s.runAll(cmd.Context(), talk, log, world, out, timeline); err != nil {
		return err
	}
	if err := timeline.save(); err != nil {
		return err
	}
	manifest := newManifest(world, resolved.Warnings, begun)
	return s.deliver(cmd, talk, out, manifest, world)
}

// manyTasks, requests counted in, is where events are left out unless they are asked for: 100,000 tasks write
// half a gigabyte of them.
const manyTasks = 100_000

func (s *simulation) keepEvents(world *scenario.Scenario) bool {
	if s.events.value == "" {
		return float64(world.Workload.Tasks)+world.ExpectedRequests() <= manyTasks
	}
	return s.events.value == "all"
}

// runAll runs every policy, one after the other, on the same tasks and the same market.
func (s *simulation) runAll(ctx context.Context, talk io.Writer, log *zap.Logger, world *scenario.Scenario, out *resultFile, timeline timelineFile) error {
	system := actors.NewSystem(log)
	tasks := world.Tasks()
	names := report.Names{Pools: world.Pools, Tasks: taskNames(tasks)}
	for _, policy := range world.Policies {
		fmt.Fprintf(talk, "\nRunning simulation with %s policy...\n", report.Title(policy))
		numbers := world.Collector()
		events, err := out.newEvents(names)
		if err != nil {
			return err
		}
		entries := timeline.run(report.Title(policy), names, journal.Tee(numbers, events))
		if err := system.Run(ctx, world.Run(policy, tasks, entries)); err != nil {
			return err
		}
		result := report.NewResult(policy, names, numbers)
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
func announce(w io.Writer, r *spec.Resolved) {
	switch file, serving := r.File.Workload.File, r.Scenario.Serving; {
	case file != nil:
		fmt.Fprintf(w, "Reading %d tasks from %s...\n", r.Scenario.Workload.Tasks, *file)
	case serving == nil || r.Scenario.Workload.Tasks > 0:
		fmt.Fprintf(w, "Generating %d tasks over %v hours...\n", r.Scenario.Workload.Tasks, (*hoursValue)(r.File.Workload.Over))
	}
	var lines []string
	for _, p := range r.File.Market.Pools {
		model, _ := market.FindPriceModel(*p.Price.Model)
		line := fmt.Sprintf("Generating spot price data (%s)...\n", model.Title)
		if p.Price.Files != nil {
			line = fmt.Sprintf("Reading spot price data (%s)...\n", joinPaths(p.Price.Files))
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	fmt.Fprint(w, strings.Join(lines, ""))
}

func joinPaths(paths []spec.Path) string {
	var names []string
	for _, p := range paths {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// caption says in one line what the table is about.
func caption(world *scenario.Scenario) string {
	return fmt.Sprintf("Seed %d: %s, %v hours, %s at %s on demand",
		world.Seed, workInWords(world), (*hoursValue)(&world.Duration), poolsInWords(world.Pools), onDemandInWords(world.Pools))
}

// workInWords says what is to be done: tasks, or a service and perhaps tasks beside it.
func workInWords(world *scenario.Scenario) string {
	tasks, v := fmt.Sprintf("%d tasks", world.Workload.Tasks), world.Serving
	if v == nil {
		return tasks
	}
	text := fmt.Sprintf("%d replicas wanted and %d extra", v.Replicas, v.Rules.Extra)
	if v.Requests != nil {
		text += fmt.Sprintf(", requests %v", v.Requests)
	}
	if world.Workload.Tasks > 0 {
		text += ", " + tasks
	}
	return text
}

// poolsInWords names the one pool, or says how many of what there are.
func poolsInWords(pools []market.Pool) string {
	types := map[string]bool{}
	for _, p := range pools {
		types[p.Name.InstanceType] = true
	}
	switch {
	case len(pools) == 1:
		return pools[0].Name.String()
	case len(types) == 1:
		return fmt.Sprintf("%d pools of %s", len(pools), pools[0].Name.InstanceType)
	}
	return fmt.Sprintf("%d pools of %d instance types", len(pools), len(types))
}

// onDemandInWords returns the on-demand price, or the lowest and the highest.
func onDemandInWords(pools []market.Pool) string {
	byPrice := func(a, b market.Pool) int { return cmp.Compare(a.OnDemand, b.OnDemand) }
	low, high := slices.MinFunc(pools, byPrice).OnDemand, slices.MaxFunc(pools, byPrice).OnDemand
	if low == high {
		return low.String()
	}
	return fmt.Sprintf("%v to %v", low, high)
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

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/sweep"
	"github.com/bobby-math/tessera/workload"
)

// simulation is a command that runs a scenario: its flags.
type simulation struct {
	scenarioFlags
	progressFlags
	output        string
	seeds         string
	jobs          int
	timeline      string
	printTimeline bool
	events        *choiceValue
	format        *formatValue
}

// simulateCommands are the commands that run a scenario. They differ in the scenario that they
// run by default: none, or a preset of their name.
var simulateCommands = map[string]cobra.Command{
	"": {},
	"job": {
		Use:   "job",
		Short: "Run one long job with a deadline, in one zone or several",
		Long: `Runs one long job with a deadline on recorded spot capacity, under each policy, and compares
them with the exact optimum: cost, finish, what it ran on. It decides at the ticks of the
series and is billed whole ticks. With several series it can run in any of their zones, and
begins in the first; --transfer and --egress make a move between regions slower and more
expensive. docs/jobs.md says what is modelled.`,
		Example: `  tessera job --capacity us-west-2b_v100_1.json --polarity unavailable --work 48h --deadline 52h
  tessera job --capacity A.json,B.json --transfer 10m
  tessera job --capacity A.json -p uniform-progress,greedy,optimal -o out; tessera report out`,
	},
	"service": {
		Use:   "service",
		Short: "Run a replicated service on spot zones and serve its requests",
		Long: `Runs a service of replicas on zones with recorded or made-up spot capacity, under each policy:
how much of the time enough replicas were ready, what it cost, and with requests how long
they took and how many failed. docs/service.md says what is modelled.`,
		Example: `  tessera service --capacity DIR --requests poisson:rate=0.15/s -p spothedge,round-robin
  tessera service --capacity DIR --replicas 3 --extra 1 --cold-start 120s --duration 24h
  tessera service -p spothedge,ondemand --seeds 1..20 -o out; tessera compare out`,
	},
}

// newSimulateCommand returns the command of that name; tessera itself has none.
func newSimulateCommand(name string) *cobra.Command {
	cmd := simulateCommands[name]
	cmd.Args = noArguments
	s := newSimulation(&cmd, name)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return s.run(cmd, name) }
	return &cmd
}

func newRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Run the scenario of a file",
		Long: `Runs the scenario of a YAML or JSON file (- is standard input) and prints what tessera
prints. Flags, and TESSERA_* in the environment, override the file. Instead of a file, job
and service are what the commands of that name run.`,
		Example: `  tessera init > scenario.yaml; tessera run scenario.yaml --seed 7`,
		Args:    oneFile,
	}
	s := newSimulation(cmd, "")
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0]) }
	return cmd
}

func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError{fmt.Errorf("%s: name one FILE (see %s --help)", cmd.Name(), cmd.CommandPath())}
	}
	return nil
}

// newSimulation adds the flags to a command, whose defaults are those of a preset.
func newSimulation(cmd *cobra.Command, preset string) *simulation {
	s := &simulation{events: choice("", "all", "none"), format: newFormat("table", "json", "csv", "jsonl", "md")}
	output := "simulation_results.json"
	if preset != "" {
		output = ""
	}
	f := cmd.Flags()
	f.SortFlags = false
	s.scenarioFlags.add(f)
	f.StringVarP(&s.output, "output", "o", output, "`path` of the results: a JSON document if it ends in .json, else a folder as tessera sweep makes it; empty for none")
	f.StringVar(&s.seeds, "seeds", "", "run under several seeds, as in 1..20, into the folder of --output (default out)")
	s.format.add(f)
	f.Var(s.events, "events", fmt.Sprintf("which events to write with the results (default all in a JSON document; none above %d tasks and requests, or in a folder)", manyTasks))
	f.StringVar(&s.timeline, "timeline", "", "`file` for a timeline of the runs, which ui.perfetto.dev opens; none without")
	f.BoolVar(&s.printTimeline, "print-timeline", false, "print what ran when")
	f.IntVarP(&s.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time, into a folder")
	s.progressFlags.add(f)
	twoHelps(cmd, preset)
	return s
}

// run runs the scenario of a file or preset, or without one that of the flags alone.
func (s *simulation) run(cmd *cobra.Command, file string) error {
	folder, err := s.check(cmd.Flags())
	if err != nil {
		_, more := s.resolve(cmd, file)
		return usageError{errors.Join(err, more)}
	}
	if folder {
		return s.intoFolder(cmd, file)
	}
	started := time.Now()
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
	r := &runner{simulation: s, log: log, talk: talk, world: world, out: out, timeline: timeline, resolved: resolved}
	if err := r.all(cmd); err != nil {
		return err
	}
	if err := timeline.save(); err != nil {
		return err
	}
	return r.deliver(cmd.OutOrStdout(), newManifest(world, resolved.Warnings, started), file)
}

// check returns whether the results go to a folder, or all that is wrong with the flags.
func (s *simulation) check(f *pflag.FlagSet) (folder bool, err error) {
	if _, err := readEnvironment(f); err != nil {
		return false, err
	}
	several := s.seeds != ""
	if said := f.Lookup("output"); several && !said.Changed && said.Annotations["set"] == nil {
		s.output = "out"
	}
	folder = several || s.output != "" && !isDocument(s.output)
	var errs []error
	wrong := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New(text))
		}
	}
	wrong(several && isDocument(s.output), "--seeds: needs a folder for --output, not a JSON document of one seed")
	wrong(several && f.Changed("seed"), "--seed: makes no sense beside --seeds")
	wrong(folder && s.timeline != "", "--timeline: shows the runs of one seed: leave out --seeds and the folder, or make it with tessera report")
	wrong(folder && s.printTimeline, "--print-timeline: prints the runs of one seed: leave out --seeds and the folder")
	wrong(s.jobs < 1, fmt.Sprintf("--jobs %d: must be at least 1", s.jobs))
	return folder, errors.Join(errs...)
}

// isDocument tells whether a path of results is for a JSON document: by its name, or because
// it is a device or pipe.
func isDocument(path string) bool {
	info, err := os.Stat(path)
	return strings.HasSuffix(path, ".json") || err == nil && !info.IsDir() && !info.Mode().IsRegular()
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

// runner runs the policies of a scenario.
type runner struct {
	*simulation
	log      *zap.Logger
	talk     io.Writer // for people
	world    *scenario.Scenario
	resolved *spec.Resolved
	out      *resultFile
	timeline timelineFile
	spans    []*report.Spans
}

// all runs every policy, one after the other, on the same tasks and the same market.
func (r *runner) all(cmd *cobra.Command) error {
	system := actors.NewSystem(r.log)
	tasks := r.world.Tasks()
	names := report.Names{Pools: r.world.Pools, Tasks: taskNames(tasks)}
	for _, policy := range r.world.Policies {
		fmt.Fprintf(r.talk, "\nRunning simulation with %s policy...\n", report.Title(policy))
		events, err := r.out.newEvents(names)
		if err != nil {
			return err
		}
		spans := &report.Spans{}
		entries := r.timeline.run(report.Title(policy), names, journal.Tee(spans, events))
		numbers, err := r.world.Simulate(cmd.Context(), system, policy, tasks, entries)
		if err != nil {
			return err
		}
		result := report.NewResult(policy, names, numbers)
		if err := r.out.add(result, events); err != nil {
			return err
		}
		r.spans = append(r.spans, spans)
		if err := report.Brief(r.talk, result); err != nil {
			return err
		}
		if result.Stall != "" {
			r.log.Warn(result.PolicyName + ": " + result.Stall)
		}
	}
	return nil
}

// deliver writes the file and prints what --format asks for.
func (r *runner) deliver(w io.Writer, manifest report.Manifest, file string) error {
	if err := r.out.save(manifest); err != nil {
		return err
	}
	switch r.format.value {
	case "json":
		return r.out.document(manifest).WriteJSON(w)
	case "table":
	default:
		return printRuns(w, r.format.value, nil, r.rows())
	}
	if r.output != "" {
		fmt.Fprintf(r.talk, "\nResults saved to %s\n", r.output)
	}
	fmt.Fprintf(r.talk, "\n")
	if err := printResults(w, r.world, r.out.list(), file); err != nil || !r.printTimeline {
		return err
	}
	for i, result := range r.out.list() {
		if err := r.spans[i].Print(w, result.Label(), r.world.Pools); err != nil {
			return err
		}
	}
	return nil
}

// rows returns the results as rows of runs.csv.
func (r *runner) rows() (rows []*results.Run) {
	plan := sweep.One(r.resolved, engineVersion())
	for i, result := range r.out.list() {
		rows = append(rows, plan.Row(i, r.world.Seed, &result.Summary))
	}
	return rows
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

// intoFolder runs the scenario as a sweep with no axes, into a folder, and prints a table: of
// the runs under one seed, or of the comparison under several.
func (s *simulation) intoFolder(cmd *cobra.Command, file string) error {
	started := time.Now()
	overrides, err := s.overrides(cmd.Flags())
	seeds := sweep.Seeds{0}
	if err == nil && s.seeds != "" {
		if seeds, err = sweep.ParseSeeds(s.seeds); err != nil {
			err = fmt.Errorf("--seeds: %w", err)
		}
	}
	if err != nil {
		return usageError{err}
	}
	world, err := sweep.Load(file, cmd.InOrStdin(), sweep.Options{Engine: engineVersion(), Overrides: overrides, Seeds: seeds})
	if err != nil {
		return loadError(err)
	}
	first, err := world.Scenario(0)
	if err != nil {
		return loadError(err)
	}
	if err := unused(cmd.Flags(), first, file); err != nil {
		return usageError{err}
	}
	if s.seeds == "" {
		world.Seeds = sweep.Seeds{first.Seed}
	}
	first.Seed = world.Seeds[0]
	f := folderRun{progressFlags: s.progressFlags, output: s.output, jobs: s.jobs, events: s.events.value == "all"}
	out, runErr := f.run(cmd, world, started)
	var failed failedError
	if runErr != nil && !errors.As(runErr, &failed) {
		return runErr
	}
	folder, err := openFolder(cmd, s.output)
	if err != nil {
		return err
	}
	if s.format.value == "table" {
		f.say(cmd, out)
	}
	return errors.Join(s.printFolder(cmd.OutOrStdout(), folder, first, len(world.Seeds), file), runErr)
}

// printFolder prints what the runs of a folder resulted in.
func (s *simulation) printFolder(w io.Writer, folder *results.Folder, world *scenario.Scenario, seeds int, file string) error {
	rows, err := collect(folder.Runs())
	switch {
	case err != nil:
		return err
	case s.format.value == "csv" || s.format.value == "jsonl" || s.format.value == "md" && seeds == 1:
		return printRuns(w, s.format.value, nil, rows)
	case seeds > 1 || s.format.value == "json":
		c := &comparison{format: s.format}
		return c.policies(w, folder, nil, nil)
	}
	var list []report.Result
	for i, r := range rows {
		if r.Status == results.OK {
			list = append(list, report.OfRun(world.Policies[i], r.Summary))
		}
	}
	if list == nil {
		return nil
	}
	return printResults(w, world, list, file)
}

// collect gathers the rows of a sequence.
func collect(runs func(func(*results.Run, error) bool)) (rows []*results.Run, err error) {
	for r, err := range runs {
		if err != nil {
			return nil, err
		}
		own := *r
		rows = append(rows, &own)
	}
	return rows, nil
}

// presetOf returns the name of the preset that a file is, empty if it is none.
func presetOf(file string) string {
	if spec.PresetText(file) != "" {
		return file
	}
	return ""
}

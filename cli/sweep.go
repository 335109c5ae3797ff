package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/sweep"
)

const sweepHelp = `Runs every policy under every seed at every combination of values of the axes of a sweep
file, or of a scenario file, which has none, and writes a row a run (docs/sweeps.md). Flags,
and TESSERA_* in the environment, override the scenario.

A finished run is kept at once. The same command after an interruption, of whatever kind,
goes on where it was. With --shard a process does its share of the runs, and tessera merge
makes one sweep of the shares. The results are the same, to the byte.`

// sweeping is a command that runs a sweep: its flags.
type sweeping struct {
	scenarioFlags
	progressFlags
	output   string
	seeds    string
	until    string
	maxSeeds countValue
	jobs     int
	shard    string
	dryRun   bool
	resume   bool
	events   bool
}

func newSweepCommand() *cobra.Command {
	s := &sweeping{scenarioFlags: newScenarioFlags()}
	cmd := &cobra.Command{
		Use:   "sweep FILE",
		Short: "Run a scenario many times: axes, seeds, policies",
		Long:  sweepHelp,
		Example: `  tessera sweep sweep.yaml -o out
  tessera sweep scenario.yaml --seeds 1..200 -o out
  tessera sweep sweep.yaml --shard 2/3 -o out; tessera merge out/shard-* -o out`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0]) },
	}
	s.add(cmd.Flags())
	return cmd
}

func (s *sweeping) add(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVarP(&s.output, "output", "o", "out", "the `folder` for the results; a shard has its own in it")
	f.StringVar(&s.seeds, "seeds", "", "the seeds, as in 1..200 or 1,2,9 (default 1..20)")
	f.StringVar(&s.until, "until", "", "add seeds until every policy's 95 % interval is narrow enough, by a `rule` as ci(cost)<1%")
	f.Var(&s.maxSeeds, "max-seeds", "most seeds that --until adds up to (default 200)")
	f.IntVarP(&s.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time")
	f.StringVar(&s.shard, "shard", "", "do only this share of the runs, as in 2/3")
	f.BoolVar(&s.dryRun, "dry-run", false, "run nothing; print how many runs there are, and about how long they take")
	f.BoolVar(&s.resume, "resume", false, "use a folder of another sweep and reuse the runs that are the same")
	f.BoolVar(&s.events, "events", false, "write what happened in every run too, to events.parquet; takes the time of the runs once more")
	s.progressFlags.add(f)
	s.scenarioFlags.add(f)
	f.Lookup("seed").Hidden = true // --seeds
}

// run carries the sweep out.
func (s *sweeping) run(cmd *cobra.Command, file string) error {
	begun := time.Now()
	options, shard, err := s.check(cmd)
	if err != nil {
		return usageError{err}
	}
	world, err := sweep.Load(file, cmd.InOrStdin(), options)
	if err != nil {
		return loadError(err)
	}
	log := newLogger(cmd)
	for _, w := range world.Warnings {
		log.Warn(w)
	}
	if s.dryRun {
		return s.estimate(cmd, world)
	}
	folder, err := sweep.OpenFolder(filepath.Join(s.output, shard.Folder()), &world.Plan, s.resume)
	if err != nil {
		return err
	}
	for _, w := range folder.Warnings {
		log.Warn(w)
	}
	manifest, err := sweepManifest(world, begun)
	if err == nil {
		manifest.Warnings = append(manifest.Warnings, folder.Warnings...)
		err = s.sweep(cmd, world, folder, shard, manifest)
	}
	return errors.Join(err, folder.Close())
}

// check returns what the flags say, or all that is wrong with them.
func (s *sweeping) check(cmd *cobra.Command) (o sweep.Options, shard sweep.Shard, err error) {
	var errs []error
	wrong := func(flag string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("--%s: %w", flag, err))
		}
	}
	variables, err := readEnvironment(cmd.Flags())
	errs = append(errs, err)
	if cmd.Flags().Changed("seed") {
		wrong("seed", errors.New("a sweep has several: say --seeds"))
	}
	delete(variables, "seed")
	o.Overrides, err = s.overrides(cmd.Flags(), variables)
	errs = append(errs, err)
	if s.seeds != "" {
		o.Seeds, err = sweep.ParseSeeds(s.seeds)
		wrong("seeds", err)
	}
	if s.shard != "" {
		shard, err = sweep.ParseShard(s.shard)
		wrong("shard", err)
	}
	if s.events && s.shard != "" {
		wrong("events", errors.New("is for a whole sweep: leave it out here, and sweep the merged folder with it"))
	}
	if s.jobs < 1 {
		wrong("jobs", fmt.Errorf("%d must be at least 1", s.jobs))
	}
	if s.maxSeeds < 0 || cmd.Flags().Changed("max-seeds") && s.maxSeeds == 0 {
		wrong("max-seeds", fmt.Errorf("%d must be at least 1", s.maxSeeds))
	}
	o.Until, o.MaxSeeds, o.Engine = s.until, int(s.maxSeeds), engineVersion()
	return o, shard, errors.Join(errs...)
}

// loadError tells mistakes on the command line from those in files.
func loadError(err error) error {
	var problems spec.Problems
	var usage sweep.UsageError
	if errors.As(err, &problems) && problems.Usage() || errors.As(err, &usage) {
		return usageError{err}
	}
	return inputError{err}
}

// sweep runs what is to be run, with a manifest that says so at any time.
func (s *sweeping) sweep(cmd *cobra.Command, world *sweep.Sweep, folder *sweep.Folder, shard sweep.Shard, manifest *results.Manifest) error {
	if err := results.WriteManifest(folder.Dir, manifest); err != nil {
		return err
	}
	defer collectSeldom()()
	line := s.begin(cmd.ErrOrStderr(), 0)
	out, err := world.Run(cmd.Context(), folder, sweep.RunOptions{
		Jobs: s.jobs, Shard: shard, Events: s.events, Log: newLogger(cmd), Expect: line.expect, Add: line.Add, Fail: line.Fail,
	})
	line.Done()
	if err := errors.Join(err, finishManifest(folder.Dir, manifest, out, err)); err != nil {
		return interruption(err, out)
	}
	if !s.quiet {
		fmt.Fprintf(cmd.OutOrStdout(), "%d runs in %s\n", out.Finished, folder.Dir)
	}
	return failedRuns(folder.Dir, out)
}

// collectSeldom has garbage collected when the heap has grown to five times what is live, not
// two, unless GOGC says otherwise: little of a sweep is live, so collections are many, and
// they take a tenth of the time of two workers. It returns what puts that back.
func collectSeldom() (back func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(400)
	return func() { debug.SetGCPercent(before) }
}

// interruption says how far a sweep that was interrupted got.
func interruption(err error, out sweep.Outcome) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	return interruptedError{fmt.Sprintf("interrupted: %d of %d runs are finished and kept; the same command goes on", out.Finished, out.Runs)}
}

// interruptedError is context.Canceled in words.
type interruptedError struct{ text string }

func (e interruptedError) Error() string        { return e.text }
func (e interruptedError) Is(target error) bool { return target == context.Canceled }

// failedError says that policies crashed or broke the rules.
type failedError struct{ error }

func failedRuns(dir string, out sweep.Outcome) error {
	if out.Failed == 0 {
		return nil
	}
	return failedError{fmt.Errorf("%d of %d runs failed: column error of %s says why", out.Failed, out.Runs, filepath.Join(dir, results.CSVName))}
}

// estimate prints what the sweep would do.
func (s *sweeping) estimate(cmd *cobra.Command, world *sweep.Sweep) error {
	each, timed, err := world.Estimate(cmd.Context(), newLogger(cmd))
	if err != nil {
		return err
	}
	atMost := ""
	if world.Until != "" {
		atMost = "at most "
	}
	jobs := min(s.jobs, runtime.GOMAXPROCS(0))
	left := time.Duration(math.Ceil(each.Seconds()*float64(world.Runs())/float64(jobs))) * time.Second
	return printEstimate(cmd.OutOrStdout(), world, atMost, left, jobs, timed)
}

func printEstimate(w io.Writer, world *sweep.Sweep, atMost string, left time.Duration, jobs, timed int) error {
	_, err := fmt.Fprintf(w, "%d points, %s%d seeds, %s%d runs\nabout %s%v with %d at a time: an estimate from %d runs that were timed here\n",
		len(world.Points), atMost, len(world.Seeds), atMost, world.Runs(), atMost, left, jobs, timed)
	return err
}

package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

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
	folderRun
	seeds    string
	until    string
	maxSeeds countValue
	dryRun   bool
}

func newSweepCommand() *cobra.Command {
	s := &sweeping{}
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
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.seeds, "seeds", "", "the seeds, as in 1..200 or 1,2,9 (default 1..20)")
	f.StringVar(&s.until, "until", "", "add seeds until every policy's 95 % interval is narrow enough, by a `rule` as ci(cost)<1%")
	f.Var(&s.maxSeeds, "max-seeds", "most seeds that --until adds up to (default 200)")
	f.BoolVar(&s.dryRun, "dry-run", false, "run nothing; print how many runs there are, and about how long they take")
	s.folderRun.add(f, "out")
	f.BoolVar(&s.events, "events", false, "write what happened in every run too, to events.parquet; takes the time of the runs once more")
	s.scenarioFlags.add(f)
	f.Lookup("seed").Hidden = true // --seeds
	twoHelps(cmd, "")
	return cmd
}

// run carries the sweep out.
func (s *sweeping) run(cmd *cobra.Command, file string) error {
	started := time.Now()
	options, err := s.check(cmd)
	if err != nil {
		return usageError{err}
	}
	points := s.begin(cmd.ErrOrStderr(), 0)
	options.Progress = points.points
	world, err := sweep.Load(file, cmd.InOrStdin(), options)
	points.Done()
	if err != nil {
		return loadError(err)
	}
	if s.dryRun {
		return s.estimate(cmd, world)
	}
	out, err := s.folderRun.run(cmd, world, started)
	if err == nil || errors.As(err, new(failedError)) {
		s.say(cmd, out)
	}
	return err
}

// check returns what the flags say, or all that is wrong with them.
func (s *sweeping) check(cmd *cobra.Command) (o sweep.Options, err error) {
	var errs []error
	wrong := func(flag string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("--%s: %w", flag, err))
		}
	}
	if cmd.Flags().Changed("seed") {
		wrong("seed", errors.New("a sweep has several: say --seeds"))
	}
	o.Overrides, err = s.overrides(cmd.Flags())
	o.Overrides = slices.DeleteFunc(o.Overrides, func(o spec.Override) bool { return o.Path == "seed" }) // of the environment
	errs = append(errs, err, s.folderRun.check(cmd.Flags()))
	if s.seeds != "" {
		o.Seeds, err = sweep.ParseSeeds(s.seeds)
		wrong("seeds", err)
	}
	if s.maxSeeds < 0 || cmd.Flags().Changed("max-seeds") && s.maxSeeds == 0 {
		wrong("max-seeds", fmt.Errorf("%d must be at least 1", s.maxSeeds))
	}
	o.Until, o.MaxSeeds, o.Engine = s.until, int(s.maxSeeds), engineVersion()
	return o, errors.Join(errs...)
}

// estimate prints what the sweep would do.
func (s *sweeping) estimate(cmd *cobra.Command, world *sweep.Sweep) error {
	log := newLogger(cmd)
	for _, w := range world.Warnings {
		log.Warn(w)
	}
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

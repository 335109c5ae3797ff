package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/sweep"
)

// folderRun carries a sweep out in a folder: what the flags say of that.
type folderRun struct {
	progressFlags
	output string
	jobs   int
	shard  string
	resume bool
	events bool
}

func (r *folderRun) add(f *pflag.FlagSet, output string) {
	f.StringVarP(&r.output, "output", "o", output, "the `folder` for the results; a shard has its own in it")
	f.IntVarP(&r.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time")
	f.StringVar(&r.shard, "shard", "", "do only this share of the runs, as in 2/3")
	f.BoolVar(&r.resume, "resume", false, "use a folder of another sweep and reuse the runs that are the same")
	r.progressFlags.add(f)
}

// check returns all that is wrong with the flags.
func (r *folderRun) check(f *pflag.FlagSet) error {
	var errs []error
	if _, err := sweep.ParseShard(r.shard); r.shard != "" && err != nil {
		errs = append(errs, fmt.Errorf("--shard: %w", err))
	}
	if r.events && r.shard != "" {
		errs = append(errs, errors.New("--events: is for a whole sweep: leave it out here, and sweep the merged folder with it"))
	}
	if r.jobs < 1 {
		errs = append(errs, fmt.Errorf("--jobs: %d must be at least 1", r.jobs))
	}
	if r.output == "" {
		for _, name := range []string{"shard", "resume"} {
			if f.Changed(name) {
				errs = append(errs, fmt.Errorf("--%s: needs -o, a folder for the results", name))
			}
		}
	}
	return errors.Join(errs...)
}

// run runs the sweep, with a manifest in the folder that says how far it is at any time.
func (r *folderRun) run(cmd *cobra.Command, world *sweep.Sweep, started time.Time) (out sweep.Outcome, err error) {
	var shard sweep.Shard
	if r.shard != "" {
		if shard, err = sweep.ParseShard(r.shard); err != nil {
			return out, usageError{err}
		}
	}
	log := newLogger(cmd)
	folder, err := sweep.OpenFolder(filepath.Join(r.output, shard.Folder()), &world.Plan, r.resume)
	if err != nil {
		return out, err
	}
	for _, w := range append(world.Warnings, folder.Warnings...) {
		log.Warn(w)
	}
	manifest, err := sweepManifest(world, started)
	if err == nil {
		manifest.Warnings = append(manifest.Warnings, folder.Warnings...)
		err = results.WriteManifest(folder.Dir, manifest)
	}
	if err == nil {
		out, err = r.execute(cmd, world, folder, shard)
		if err = errors.Join(err, finishManifest(folder.Dir, manifest, out, err)); err == nil {
			err = failedRuns(folder.Dir, out)
		}
	}
	return out, errors.Join(interruption(err, out), folder.Close())
}

// execute makes the runs, and says how far they are.
func (r *folderRun) execute(cmd *cobra.Command, world *sweep.Sweep, folder *sweep.Folder, shard sweep.Shard) (sweep.Outcome, error) {
	defer collectSeldom()()
	line := r.begin(cmd.ErrOrStderr(), 0)
	defer line.Done()
	o := r.options(cmd, line)
	o.Shard = shard
	return world.Run(cmd.Context(), folder, o)
}

func (r *folderRun) options(cmd *cobra.Command, line *progress) sweep.RunOptions {
	return sweep.RunOptions{
		Executor: sweep.Local{Jobs: r.jobs}, Events: r.events, Log: newLogger(cmd),
		Expect: line.expect, Add: line.Add, Fail: line.Fail,
	}
}

// say prints how many runs are where.
func (r *folderRun) say(cmd *cobra.Command, out sweep.Outcome) {
	if shard, _ := sweep.ParseShard(r.shard); !r.quiet {
		fmt.Fprintf(cmd.OutOrStdout(), "%d runs in %s\n", out.Finished, filepath.Join(r.output, shard.Folder()))
	}
}

// collectSeldom has garbage collected when the heap has grown to five times what is live, not
// two, unless GOGC says otherwise: little of a sweep is live, so collections are many, and
// they take a tenth of the time of two workers. It returns what puts that back.
func collectSeldom() (back func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(400)
	limit := debug.SetMemoryLimit(900 << 20) // where collections are to be frequent again
	return func() {
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(limit)
	}
}

// interruption says how far a sweep that was interrupted got.
func interruption(err error, out sweep.Outcome) error {
	if !errors.Is(err, context.Canceled) || errors.As(err, new(interruptedError)) {
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

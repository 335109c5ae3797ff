package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/replay"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/sweep"
)

// stored replays a run of the folder of a sweep, which says itself what was run.
func (r *replayCommand) stored(cmd *cobra.Command, dir string) error {
	if err := r.onlyStored(cmd.Flags()); err != nil {
		return usageError{err}
	}
	folder, err := openFolder(cmd, dir)
	if err != nil {
		return err
	}
	row, err := findRun(folder, r.run)
	if err != nil {
		return err
	}
	world, err := sweep.Reload(folder.Manifest, engineVersion())
	if err != nil {
		return inputError{fmt.Errorf("%s: %w", dir, err)}
	}
	run, err := world.Rerun(row)
	if err != nil {
		return inputError{fmt.Errorf("%s: %w", dir, err)}
	}
	state := replay.New(run.Scenario.Pools, clock.At(time.Duration(r.at)))
	if err := run.Run(cmd.Context(), actors.NewSystem(newLogger(cmd)), state); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Run %s, seed %d, %s: %s\n", row.ID, row.Seed, row.Point(), outcome(row))
	names := report.Names{Pools: run.Scenario.Pools, Tasks: taskNames(run.Scenario.Tasks())}
	return report.State(cmd.OutOrStdout(), report.Title(run.Policy), names, state)
}

// onlyStored refuses flags of the scenario, which the folder says.
func (r *replayCommand) onlyStored(flags *pflag.FlagSet) error {
	own := []string{"at", "run", "log-level", "help"}
	var errs []error
	flags.Visit(func(f *pflag.Flag) {
		if !slices.Contains(own, f.Name) {
			errs = append(errs, fmt.Errorf("--%s: makes no sense with a folder, which says what was run", f.Name))
		}
	})
	return errors.Join(errs...)
}

// findRun returns the run whose address begins so.
func findRun(folder *results.Folder, prefix string) (*results.Run, error) {
	var found []results.Run
	for run, err := range folder.Runs() {
		if err != nil {
			return nil, err
		}
		if run.ID == prefix {
			return run, nil
		}
		if strings.HasPrefix(run.ID, prefix) && len(found) < 3 {
			found = append(found, *run)
		}
	}
	switch len(found) {
	case 0:
		return nil, usageError{fmt.Errorf("--run: no run in %s has a run_id that begins with %q", folder.Dir, prefix)}
	case 1:
		return &found[0], nil
	}
	return nil, usageError{fmt.Errorf("--run: %q is the beginning of several: %s is one, %s another", prefix, found[0].ID, found[1].ID)}
}

// outcome says what the run resulted in, now as in the folder.
func outcome(r *results.Run) string {
	if r.Status == results.Failed {
		return "fails, as stored: " + r.Error
	}
	return fmt.Sprintf("cost $%.2f, as stored", r.Summary.TotalCost)
}

package cli

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/replay"
	"github.com/bobby-math/tessera/report"
)

// replayCommand is the flags of tessera replay.
type replayCommand struct {
	scenarioFlags
	at  hoursValue
	run string
}

const replayHelp = `Makes a run once more (a run is the same every time) and prints how everything stood at an
instant: prices, instances and what works on them, the bills, the decision the policy made
last and why, and what comes next.

Of the folder of a sweep it is the run with the given run_id, or the only one whose run_id
begins so; its result is checked against the stored one. Otherwise it is the scenario of a
file and flags, or of flags alone, under each policy.`

func newReplayCommand() *cobra.Command {
	r := &replayCommand{}
	cmd := &cobra.Command{
		Use:   "replay [DIR --run ID | FILE | job | service] --at HOURS",
		Short: "Say how the world stood at an instant of a run, and why the policy acted",
		Long:  replayHelp,
		Example: `  tessera replay out/ --run 873b679c --at 13h
  tessera replay --at 13h
  tessera replay scenario.yaml --at 13h --policies greedy --seed 7`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("replay: takes one DIR or FILE, not %d", len(args))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return r.replay(cmd, append(args, "")[0]) },
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().Var(&r.at, "at", "the instant, a number of hours since the run began or a duration like 90m")
	cmd.Flags().StringVar(&r.run, "run", "", "the `run_id` of a run in the folder DIR, or its beginning")
	r.add(cmd.Flags())
	twoHelps(cmd, "")
	return cmd
}

func (r *replayCommand) replay(cmd *cobra.Command, path string) error {
	if !cmd.Flags().Changed("at") || r.at < 0 {
		return usageError{fmt.Errorf("replay: --at must say an instant, at least 0 hours (see %s --help)", cmd.CommandPath())}
	}
	info, err := os.Stat(path)
	folder := err == nil && info.IsDir()
	switch {
	case folder && r.run == "":
		return usageError{fmt.Errorf("replay: %s is a folder: name a run in it with --run, by column run_id of its runs.csv", path)}
	case folder:
		return r.stored(cmd, path)
	case r.run != "":
		return usageError{fmt.Errorf("replay: --run needs the folder of a sweep, and %q is none", path)}
	}
	return r.scenario(cmd, path)
}

// scenario replays each policy of a scenario.
func (r *replayCommand) scenario(cmd *cobra.Command, file string) error {
	resolved, err := r.resolve(cmd, file)
	if err != nil {
		return err
	}
	world, log := resolved.Scenario, newLogger(cmd)
	for _, w := range resolved.Warnings {
		log.Warn(w)
	}
	system, tasks := actors.NewSystem(log), world.Tasks()
	names := report.Names{Pools: world.Pools, Tasks: taskNames(tasks)}
	for n, policy := range world.Policies {
		state := replay.New(world.Pools, clock.At(time.Duration(r.at)))
		if _, err := world.Simulate(cmd.Context(), system, policy, tasks, state); err != nil {
			return err
		}
		if n > 0 {
			fmt.Fprintln(cmd.OutOrStdout())
		}
		if err := report.State(cmd.OutOrStdout(), report.Title(policy), names, state); err != nil {
			return err
		}
	}
	return nil
}

package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/sweep"
)

func newMergeCommand() *cobra.Command {
	var output string
	var quiet bool
	cmd := &cobra.Command{
		Use:   "merge DIR...",
		Short: "Make one sweep of its shards",
		Long: `Takes the runs out of the folders of the shards of a sweep and writes the results that the
sweep in one piece would have written, to the byte.`,
		Example: `  tessera merge out/shard-* -o out`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("merge: name the folders of the shards (see tessera merge --help)")}
			}
			return merge(cmd, args, output, quiet)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "out", "the `folder` for the results")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "print nothing")
	return cmd
}

func merge(cmd *cobra.Command, dirs []string, output string, quiet bool) error {
	started := time.Now()
	plan, err := sweep.SamePlan(dirs)
	if err != nil {
		return err
	}
	manifest, err := mergedManifest(dirs, started)
	if err != nil {
		return err
	}
	folder, err := sweep.OpenFolder(output, plan, false)
	if err != nil {
		return err
	}
	defer folder.Close()
	out, warnings, err := sweep.Merge(plan, dirs, folder)
	for _, w := range append(folder.Warnings, warnings...) {
		newLogger(cmd).Warn(w)
	}
	manifest.Warnings = append(manifest.Warnings, warnings...)
	if err := errors.Join(err, finishManifest(output, manifest, out, err)); err != nil {
		return err
	}
	if !quiet {
		fmt.Fprintf(cmd.OutOrStdout(), "%d runs in %s\n", out.Finished, output)
	}
	return failedRuns(output, out)
}

// mergedManifest describes a merge: what was run, as the first shard says.
func mergedManifest(dirs []string, started time.Time) (*results.Manifest, error) {
	m := newSweepManifest(started)
	shard, err := results.ReadManifest(dirs[0])
	if shard != nil {
		m.Replicates = shard.Replicates
		m.Scenario, m.Inputs, m.Seeds, m.Warnings = shard.Scenario, shard.Inputs, shard.Seeds, shard.Warnings
	}
	return m, err
}

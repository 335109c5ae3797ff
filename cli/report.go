package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/report/html"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/sweep"
)

const reportHelp = `Makes a page of the results of a sweep (docs/report.md): the table of the policies, cost
against time, distributions, differences seed by seed, a timeline of a run of each policy,
what failed, what was not modelled, where it all comes from. It is one file that needs
nothing else and works from disk.

For the timeline it makes the first runs once more, from the manifest, and checks that they
have the same results. If they cannot be made, the page says why.`

// reporting is the flags of tessera report.
type reporting struct {
	output   string
	baseline string
}

func newReportCommand() *cobra.Command {
	r := &reporting{}
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Make a page of the results of a sweep, with charts",
		Long:  reportHelp,
		Example: `  tessera report out/
  tessera report out/ -o page.html --baseline greedy`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("report: name one folder of a sweep (see %s --help)", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0]) },
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVarP(&r.output, "output", "o", "", "the `file` for the page (default report.html in DIR)")
	cmd.Flags().StringVar(&r.baseline, "baseline", "", "the `policy` to compare with (default ondemand if it ran, else the first)")
	return cmd
}

func (r *reporting) run(cmd *cobra.Command, dir string) error {
	folder, err := openFolder(cmd, dir)
	if err != nil {
		return err
	}
	path := r.output
	if path == "" {
		path = filepath.Join(dir, "report.html")
	}
	out, err := openOutput("--output", path)
	if err != nil {
		return err
	}
	defer out.discard()
	page, err := r.page(cmd, folder)
	if err != nil {
		return err
	}
	if err := out.save(page.Write(out)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), path)
	return err
}

// page reads the runs of a folder and makes a page of them.
func (r *reporting) page(cmd *cobra.Command, folder *results.Folder) (*html.Page, error) {
	c := html.NewCollector(folder.Replicates())
	for run, err := range folder.Runs() {
		if err != nil {
			return nil, err
		}
		c.Add(run)
	}
	if _, err := c.Baseline(r.baseline); err != nil {
		return nil, usageError{fmt.Errorf("--baseline: %w", err)}
	}
	page, err := c.Page(r.baseline)
	if err != nil {
		return nil, inputError{fmt.Errorf("%s: %w", folder.Dir, err)}
	}
	page.Title = "Tessera: " + filepath.Base(absolute(folder.Dir))
	page.Manifest, page.Warnings = folder.Manifest, folder.Warnings
	timeline, err := makeTimeline(cmd.Context(), newLogger(cmd), folder.Manifest, c.First())
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		page.NoTimeline = err.Error()
	}
	page.Timeline = timeline
	return page, nil
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// makeTimeline makes the runs of rows again, as many as a timeline shows.
func makeTimeline(ctx context.Context, log *zap.Logger, manifest *results.Manifest, rows []*results.Run) (*html.Timeline, error) {
	world, err := sweep.Reload(manifest, engineVersion())
	if err != nil {
		return nil, err
	}
	system := actors.NewSystem(log)
	var made []*html.Recorder
	omitted := 0
	for _, row := range rows {
		if row.Status == results.Failed || len(made) == html.MaxRuns {
			omitted++
			continue
		}
		run, err := world.Rerun(row)
		if err != nil {
			return nil, err
		}
		recorder := html.NewRecorder(run.Scenario.Pools, row.Policy, row.Clairvoyant, row.ID)
		if err := run.Run(ctx, system, recorder); err != nil {
			return nil, err
		}
		made = append(made, recorder)
	}
	if len(made) == 0 {
		return nil, errors.New("no run at the first point under the first seed succeeded")
	}
	timeline := html.NewTimeline(rows[0].Seed, rows[0].Point(), made)
	timeline.Omitted = omitted
	return timeline, nil
}

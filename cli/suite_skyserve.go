package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/suite"
)

// skyServe is the flags of suite skyserve.
type skyServe struct {
	data    string
	traces  []string
	choice  suite.SkyServeChoice
	offsets []int
	windows countValue
	seed    uint64
	format  *choiceValue
	jobs    int

	progress progressFlags
}

func newSkyServeCommand() *cobra.Command {
	s := &skyServe{format: choice("table", "table", "csv", "json")}
	cmd := &cobra.Command{
		Use:   "skyserve --data DIR",
		Short: "Three replicas on spot for a day, 4 sets of zones (Mao et al., EuroSys 2025)",
		Long: `Re-runs the simulation of Mao et al., SkyServe (EuroSys 2025), as its artifact has it:
three replicas wanted over a day in ticks of 30 s, on four sets of zones with real spot
capacity, under each policy. Without further flags it runs the published windows and
settings, 255 runs; --windows runs random windows instead. DIR holds the data;
docs/skyserve.md says where to get it.`,
		Example: `  tessera suite skyserve --data DIR
  tessera suite skyserve --data DIR --windows 100 --extra 1 --cold-ticks 4
  tessera suite skyserve --data DIR --trace AWS1 --policies SpotHedge --offset 1234 --format csv`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.data, "data", "", "the `folder` with the data (required)")
	f.StringSliceVar(&s.traces, "trace", nil, "sets of zones to run, as 4-node or AWS1 (default all)")
	f.StringSliceVarP(&s.choice.Policies, "policies", "p", nil, "policies to run: published ones, as SpotHedge, SpotHedge:StaticSpotProvision or spothedge:fallback=none, or any for services, as asg-mixed or spothedge:variant=skypilot (default all published)")
	f.IntSliceVar(&s.choice.Extra, "extra", nil, "spot replicas beyond the target (default the published ones)")
	f.IntSliceVar(&s.choice.ColdTicks, "cold-ticks", nil, "ticks from a launch until a replica is ready (default the published ones)")
	f.IntSliceVar(&s.offsets, "offset", nil, "first ticks of the windows; past the end of the data it begins anew (default the published ones)")
	f.Var(&s.windows, "windows", "run as many random windows of each set of zones instead (default 0, none)")
	f.Uint64Var(&s.seed, "seed", scenario.DefaultSeed, "seed of --windows")
	f.Var(s.format, "format", "what to print")
	f.IntVarP(&s.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time")
	s.progress.add(f)
	return cmd
}

func (s *skyServe) run(cmd *cobra.Command) error {
	settings, err := s.check(cmd)
	if err != nil {
		return err
	}
	evaluation, err := suite.OpenSkyServe(os.DirFS(s.data))
	if err != nil {
		return inputError{fmt.Errorf("--data %s: %w", s.data, err)}
	}
	if err := s.choose(evaluation); err != nil {
		return usageError{err}
	}
	cases, err := evaluation.Cases(settings)
	if err != nil {
		return err
	}
	workers, done := s.progress.workers(cmd.ErrOrStderr(), s.jobs, len(cases))
	rows, err := suite.RunSkyServe(cmd.Context(), actors.NewSystem(newLogger(cmd)), cases, workers)
	done()
	if err != nil {
		return err
	}
	switch s.format.value {
	case "csv":
		return suite.WriteCSV(cmd.OutOrStdout(), suite.SkyServeColumns, rows)
	case "json":
		return writeRowsJSON(cmd.OutOrStdout(), suite.SkyServeColumns, rows)
	}
	optima, err := suite.SkyServeOptima(cmd.Context(), cases, suite.Workers{Count: s.jobs})
	if err != nil {
		return err
	}
	return s.print(cmd.OutOrStdout(), evaluation, rows, optima)
}

// check returns everything that is wrong with the flags by themselves, and the settings
// they choose.
func (s *skyServe) check(cmd *cobra.Command) ([]suite.SkyServeSetting, error) {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	settings, err := s.choice.Settings()
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			wrong("--%s", line)
		}
	}
	if s.data == "" {
		wrong("--data: name the folder with the data (see docs/skyserve.md)")
	}
	for _, offset := range s.offsets {
		if offset < 0 {
			wrong("--offset: %d must be >= 0", offset)
		}
	}
	const mostWindows = 1_000_000
	if s.windows < 0 || s.windows > mostWindows {
		wrong("--windows %d: must be in [0, %d]", s.windows, mostWindows)
	}
	if s.windows > 0 && s.offsets != nil {
		wrong("--offset and --windows: use one of them")
	}
	if s.windows == 0 && cmd.Flags().Changed("seed") {
		wrong("--seed: needs --windows; nothing else is drawn")
	}
	if s.jobs < 1 {
		wrong("--jobs %d: must be at least 1", s.jobs)
	}
	if errs != nil {
		return nil, usageError{errors.Join(errs...)}
	}
	return settings, nil
}

// choose keeps of the evaluation what the flags choose.
func (s *skyServe) choose(e *suite.SkyServe) error {
	var names []string
	for _, t := range e.Traces {
		names = append(names, t.Name, t.Folder)
	}
	var errs []error
	for _, name := range s.traces {
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("--trace: there is no %q%s in --data %s (there are: %s)",
				name, spelling.DidYouMean(name, names), s.data, strings.Join(names, ", ")))
		}
	}
	if s.traces != nil {
		e.Traces = slices.DeleteFunc(e.Traces, func(t suite.SkyServeTrace) bool {
			return !slices.Contains(s.traces, t.Name) && !slices.Contains(s.traces, t.Folder)
		})
	}
	for n := range e.Traces {
		if s.offsets != nil {
			e.Traces[n].Offsets = s.offsets
			errs = append(errs, sameWindows(s.offsets, &e.Traces[n])...)
		}
	}
	if s.windows > 0 {
		e.RandomWindows(int(s.windows), s.seed)
	}
	return errors.Join(errs...)
}

// sameWindows returns an error for every offset that gives a window of t again.
func sameWindows(offsets []int, t *suite.SkyServeTrace) (errs []error) {
	first := map[int]int{}
	for _, offset := range offsets {
		tick := offset % t.Length()
		if other, seen := first[tick]; seen {
			errs = append(errs, fmt.Errorf("--offset: %d and %d are one window of %s, whose data begins anew after %d ticks", other, offset, t.Folder, t.Length()))
			continue
		}
		first[tick] = offset
	}
	return errs
}

func (s *skyServe) print(w io.Writer, e *suite.SkyServe, rows []suite.SkyServeRow, optima map[suite.SkyServeWindow]int) error {
	windows := "published windows"
	switch {
	case s.windows > 0:
		windows = fmt.Sprintf("%d random windows each, seed %d", s.windows, s.seed)
	case s.offsets != nil:
		windows = "windows at ticks " + strings.Trim(fmt.Sprint(s.offsets), "[]")
	}
	fmt.Fprintf(w, "SkyServe: 3 replicas wanted over a day, ticks of 30 s, on-demand costs 3 times spot; %s\n", windows)
	for _, line := range e.Data() {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintf(w, "Means over the windows with half their 95 %% intervals, which take windows for independent: those that overlap are not.\n")
	fmt.Fprintf(w, "Counted from the end of the first cold start on. OD: on-demand only. Omniscient: the cheapest plan with all ready all the time, clairvoyant.\n\n")
	if err := report.Align(w, skyServeTable(suite.SummariseSkyServe(rows, optima))); err != nil {
		return err
	}
	leads := suite.RankSkyServe(rows)
	if leads == nil {
		return nil
	}
	fmt.Fprintf(w, "\nAvailability, window by window, in points with 95 %% intervals:\n")
	return report.Align(w, leadTable(leads))
}

func skyServeTable(summaries []suite.SkyServeSummary) [][]string {
	table := [][]string{{
		"Zones and policy", "Extra", "Cold s", "Windows", "Available %", "+-", "% of OD", "+-", "Omniscient %", "+-", "Preempted", "+-",
	}}
	percent := func(x float64) string { return cell(100 * x) }
	for _, s := range summaries {
		table = append(table, []string{
			s.Trace.Folder + " " + skyServeTitle(s.Setting), fmt.Sprint(s.Setting.Extra), fmt.Sprint(30 * s.Setting.ColdTicks), fmt.Sprint(s.Cost.N),
			percent(s.Availability.Value), halfPercent(s.Availability), percent(s.Cost.Value), halfPercent(s.Cost),
			percent(s.Optimum.Value), halfPercent(s.Optimum), cell(s.Decreases.Value), half(s.Decreases),
		})
	}
	return table
}

// skyServeTitle names a policy in prose.
func skyServeTitle(s suite.SkyServeSetting) string {
	switch {
	case s.Policy == "SpotHedge" && s.Fallback == "StaticSpotProvision":
		return "SpotHedge, no fallback"
	case s.Policy == "NaiveSpread":
		return "Even spread"
	case s.Policy == "RoundRobin":
		return "Round robin"
	case s.Policy == "OnDemand":
		return "On-demand only"
	}
	return s.Policy
}

func leadTable(leads []suite.SkyServeLead) [][]string {
	table := [][]string{{"Zones and policies", "Extra", "Windows", "Difference", "Low", "High", "Holds"}}
	for _, l := range leads {
		d := l.Difference
		low, high, verdict := fmt.Sprintf("%+.2f", 100*d.Low), fmt.Sprintf("%+.2f", 100*d.High), "not shown"
		switch {
		case d.N < 2: // of one window there is no interval
			low, high, verdict = "-", "-", "-"
		case l.Holds():
			verdict = "yes"
		}
		table = append(table, []string{
			fmt.Sprintf("%s %s > %s", l.Trace.Folder, skyServeTitle(l.Better), skyServeTitle(l.Worse)), fmt.Sprint(l.Better.Extra), fmt.Sprint(d.N),
			fmt.Sprintf("%+.2f", 100*d.Value), low, high, verdict,
		})
	}
	return table
}

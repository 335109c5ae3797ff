package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/suite"
)

// jobRun is the flags of job.
type jobRun struct {
	available   []string
	unavailable []string // as the published simulator has them
	polarity    string
	gap         hoursValue
	start       hoursValue
	work        hoursValue
	deadline    hoursValue
	overhead    hoursValue
	spot        dollarsValue
	onDemand    dollarsValue
	policies    []string
	guarantee   *choiceValue
	format      *choiceValue
	timeline    bool
}

// skySpotFlags are the names of the published simulator for our flags.
var skySpotFlags = map[string]string{
	"task-duration-hours":    "work",
	"deadline-hours":         "deadline",
	"restart-overhead-hours": "restart-overhead",
	"env-start-hours":        "start",
	"strategy":               "policies",
}

func newJobCommand() *cobra.Command {
	j := &jobRun{
		work:      hoursValue(48 * time.Hour),
		deadline:  hoursValue(52 * time.Hour),
		overhead:  hoursValue(12 * time.Minute),
		spot:      dollarsValue(scenario.PublishedSpot),
		onDemand:  dollarsValue(scenario.PublishedOnDemand),
		guarantee: choice(string(scheduler.Strict), string(scheduler.Strict), string(scheduler.Peer)),
		format:    choice("table", "table", "csv", "json"),
	}
	cmd := &cobra.Command{
		Use:   "job --availability FILE",
		Short: "Run one long job with a deadline on real spot availability, in one region or several",
		Long: `Runs one long job with a deadline on a real series of spot availability, under each
policy, and compares them with the optimum: what it cost, when it finished, what it ran on.
It decides at the ticks of the series and is billed whole ticks.`,
		Example: `  tessera job --availability us-west-2b_v100_1.json --work 48h --deadline 52h --restart-overhead 12m \
      --policies uniform-progress,greedy,ondemand,optimal`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return j.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if ours, ok := skySpotFlags[name]; ok {
			name = ours
		}
		return pflag.NormalizedName(name)
	})
	f.StringArrayVar(&j.available, "availability", nil, "a `file` of how many spot instances are available by tick, and prices if it has them; one for each region")
	f.StringArrayVar(&j.unavailable, "trace-file", nil, "a `file` of the same as the published simulator has it: 1 is unavailable")
	f.StringVar(&j.polarity, "polarity", "", "what the numbers mean: available, unavailable or a data set (default as the flag of the file says)")
	f.Var(&j.gap, "gap", "time between ticks in the place of the one the file declares (default 0, the file's)")
	f.Var(&j.start, "start", "where in the series to begin, in hours (default 0)")
	f.Var(&j.work, "work", "how long the job takes")
	f.Var(&j.deadline, "deadline", "by when it must be done")
	f.Var(&j.overhead, "restart-overhead", "time without progress at every start")
	f.Var(&j.spot, "spot-price", "the spot price")
	f.Var(&j.onDemand, "ondemand-price", "the on-demand price")
	f.StringSliceVarP(&j.policies, "policies", "p", nil, "policies to compare (default all)")
	f.Var(j.guarantee, "guarantee", "the engine's rule for the deadline: correct, or the published one with its defect")
	f.Var(j.format, "format", "what to print")
	f.BoolVar(&j.timeline, "timeline", false, "print what ran when")
	return cmd
}

func (j *jobRun) run(cmd *cobra.Command) error {
	regions, err := j.read()
	if err != nil {
		return err
	}
	title := fmt.Sprintf("%v of work by %v, overhead %v, guarantee %s, billed whole ticks where it ran\n",
		time.Duration(j.work), time.Duration(j.deadline), time.Duration(j.overhead), j.guarantee.value)
	for _, r := range regions {
		title += fmt.Sprintf("%s (sha256 %.12s, read as %s): %d ticks of %v, spot available %.1f%%\n",
			r.Name, r.hash, r.polarity, len(r.Availability), r.Gap, 100*available(r.Availability))
	}
	if len(regions) > 1 || len(regions[0].Spot) > 1 {
		return j.runMulti(cmd, title, regions)
	}
	return j.runSingle(cmd, title, regions[0])
}

// region is a region, the hash of its file and what its numbers were taken to mean.
type region struct {
	scenario.JobRegion
	hash     string
	polarity traces.Polarity
}

// read reads the regions of the files the flags name.
func (j *jobRun) read() ([]region, error) {
	files, polarity := j.available, traces.Available
	switch {
	case j.available != nil && j.unavailable != nil:
		return nil, usageError{errors.New("--availability and --trace-file: use one of them")}
	case j.available == nil && j.unavailable == nil:
		return nil, usageError{errors.New("--availability: name a file")}
	case j.unavailable != nil:
		files, polarity = j.unavailable, traces.Unavailable
	}
	if j.gap < 0 || j.start < 0 {
		return nil, usageError{fmt.Errorf("--gap %v, --start %v: must be >= 0", &j.gap, &j.start)}
	}
	if j.polarity != "" {
		var err error
		if polarity, err = traces.ParsePolarity(j.polarity); err != nil {
			return nil, usageError{fmt.Errorf("--polarity: %w", err)}
		}
	}
	var regions []region
	var errs []error
	for _, file := range files {
		r, err := j.readRegion(file, polarity)
		regions, errs = append(regions, r), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, inputError{err}
	}
	return regions, nil
}

func (j *jobRun) readRegion(file string, polarity traces.Polarity) (region, error) {
	f, err := os.Open(file)
	if err != nil {
		return region{}, err
	}
	defer f.Close()
	histories, err := traces.ReadCapacity(file, f, traces.CapacityOptions{Polarity: polarity, Gap: time.Duration(j.gap)})
	if err != nil {
		return region{}, err
	}
	if len(histories) != 1 || len(histories[0].Series) != 1 || histories[0].Series[0].Gap == 0 {
		return region{}, fmt.Errorf("%s: must hold one series with a fixed time between ticks", file)
	}
	series := histories[0].Series[0]
	r := region{hash: histories[0].SHA256, polarity: histories[0].Polarity, JobRegion: scenario.JobRegion{
		Name: strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)),
		Gap:  series.Gap, OnDemand: cloud.Price(j.onDemand),
	}}
	first := min(int(time.Duration(j.start)/series.Gap), len(series.Points))
	for _, p := range series.Points[first:] {
		r.Availability = append(r.Availability, p.Available > 0)
	}
	for _, p := range series.Prices[min(first, len(series.Prices)):] {
		r.Spot = append(r.Spot, p.Price)
	}
	if r.Spot == nil {
		r.Spot = []cloud.Price{cloud.Price(j.spot)}
	}
	return r, nil
}

func (j *jobRun) runSingle(cmd *cobra.Command, title string, r region) error {
	policies, err := suite.JobPolicies(j.policies)
	if err != nil {
		return usageError{fmt.Errorf("--policies: %w", err)}
	}
	job := &scenario.Job{
		Name: r.Name, Gap: r.Gap, Availability: r.Availability,
		Work: time.Duration(j.work), Deadline: time.Duration(j.deadline), Overhead: time.Duration(j.overhead),
		Spot: r.Spot[0], OnDemand: r.OnDemand, Guarantee: scheduler.Guarantee(j.guarantee.value),
	}
	if err := job.Check(); err != nil {
		return inputError{err}
	}
	best, err := job.Optimum()
	if err != nil {
		return inputError{err}
	}
	system := actors.NewSystem(newLogger(cmd))
	var rows []suite.Row
	var results []jobResult
	for _, p := range policies {
		numbers := metrics.JobCollector{Gap: job.Gap}
		if err := system.Run(cmd.Context(), job.Run(p, &numbers)); err != nil {
			return err
		}
		window := suite.Window{Start: int(time.Duration(j.start) / job.Gap)}
		row := suite.Row{Case: suite.Case{Env: job.Name, Window: window, Job: job, Policy: p}, JobSummary: numbers.Summary()}
		rows = append(rows, row)
		results = append(results, jobResult{policy: p, cost: row.Cost, JobSummary: row.JobSummary, stints: numbers.Stints})
	}
	return printJob(cmd.OutOrStdout(), j, title, suite.Columns, rows, []region{r}, best, results)
}

func (j *jobRun) runMulti(cmd *cobra.Command, title string, regions []region) error {
	policies, err := suite.MultiJobPolicies(j.policies)
	if err != nil {
		return usageError{fmt.Errorf("--policies: %w", err)}
	}
	job := &scenario.MultiJob{
		Name: "job", Work: time.Duration(j.work), Deadline: time.Duration(j.deadline), Overhead: time.Duration(j.overhead),
		Guarantee: scheduler.Guarantee(j.guarantee.value), Billing: scenario.OwnBilling,
	}
	place := suite.MultiScenario{Name: "job"}
	for _, r := range regions {
		job.Regions = append(job.Regions, r.JobRegion)
		place.Regions = append(place.Regions, r.Name)
	}
	if err := job.Check(); err != nil {
		return inputError{err}
	}
	best, err := job.Optimum()
	if err != nil {
		return inputError{err}
	}
	system := actors.NewSystem(newLogger(cmd))
	var rows []suite.MultiRow
	var results []jobResult
	for _, p := range policies {
		numbers := job.Collector()
		if err := system.Run(cmd.Context(), job.Run(p, numbers)); err != nil {
			return err
		}
		row := suite.MultiRow{MultiCase: suite.MultiCase{Scenario: place, Job: job, Policy: p}, MultiJobSummary: numbers.Summary()}
		rows = append(rows, row)
		results = append(results, jobResult{policy: p, cost: job.Cost(row.MultiJobSummary), JobSummary: row.JobSummary, stints: numbers.Stints})
	}
	return printJob(cmd.OutOrStdout(), j, title, suite.MultiColumns, rows, regions, best, results)
}

// jobResult is what one policy came to.
type jobResult struct {
	policy scheduler.Spec
	cost   cloud.Money
	metrics.JobSummary
	stints []metrics.Stint
}

func printJob[R suite.Valued](w io.Writer, j *jobRun, title string, columns []string, rows []R, regions []region, best cloud.Money, results []jobResult) error {
	switch j.format.value {
	case "csv":
		return suite.WriteCSV(w, columns, rows)
	case "json":
		return writeRowsJSON(w, columns, rows)
	}
	fmt.Fprintf(w, "%s\n", title)
	if err := report.Align(w, j.table(regions[0], best, results)); err != nil {
		return err
	}
	if j.timeline {
		for _, r := range results {
			timeline(w, regions, r)
		}
	}
	return nil
}

func available(ticks []bool) float64 {
	n := 0
	for _, has := range ticks {
		if has {
			n++
		}
	}
	return float64(n) / float64(len(ticks))
}

// table has a row for each policy. On-demand only is what the job costs without spot, in the
// first region.
func (j *jobRun) table(first region, best cloud.Money, results []jobResult) [][]string {
	deadline := time.Duration(j.deadline)
	ticks := (time.Duration(j.work+j.overhead) + first.Gap - 1) / first.Gap
	base := first.OnDemand.Over(ticks * first.Gap).Round()
	table := [][]string{{
		"Policy", "Cost", "% of on-demand", "Above optimum", "Finish h", "Slack h", "Deadline",
		"Preemptions", "Spot", "On-demand", "Spot h", "On-demand h", "Idle h",
	}}
	for _, r := range results {
		verdict := "met"
		if !r.Done || r.Finish > deadline {
			verdict = "MISSED"
		}
		hours := func(ticks int) string { return cell((time.Duration(ticks) * first.Gap).Hours()) }
		table = append(table, []string{
			clairvoyantTitle(r.policy), r.cost.String(), fmt.Sprintf("%.1f%%", 100*r.cost.Dollars()/base.Dollars()), (r.cost - best).String(),
			cell(r.Finish.Hours()), cell((deadline - r.Finish).Hours()), verdict,
			fmt.Sprint(r.Preemptions), fmt.Sprint(r.SpotLaunches), fmt.Sprint(r.OnDemandLaunches),
			hours(r.SpotTicks), hours(r.OnDemandTicks), hours(r.IdleTicks),
		})
	}
	return table
}

// timeline writes what ran when, a line for each instance, and where if there is a choice.
func timeline(w io.Writer, regions []region, r jobResult) {
	fmt.Fprintf(w, "\n%s\n", clairvoyantTitle(r.policy))
	slices.SortFunc(r.stints, func(a, b metrics.Stint) int { return int(a.From - b.From) })
	for _, s := range r.stints {
		how := s.Purchase.String()
		if len(regions) > 1 {
			how += " in " + regions[s.Pool].Name
		}
		if s.Preempted {
			how += "  preempted"
		}
		fmt.Fprintf(w, "  %7.2f h  to %7.2f h  %s\n", s.From.Hours(), s.To.Hours(), how)
	}
	fmt.Fprintf(w, "  %7.2f h  done\n", r.Finish.Hours())
}

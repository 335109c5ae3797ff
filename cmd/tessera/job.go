package main

import (
	"context"
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
	availability string
	polarity     string
	gap          hoursValue
	start        hoursValue
	work         hoursValue
	deadline     hoursValue
	overhead     hoursValue
	spot         dollarsValue
	onDemand     dollarsValue
	policies     []string
	guarantee    *choiceValue
	format       *choiceValue
	timeline     bool
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
		Short: "Run one long job with a deadline on real spot availability",
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
	f.StringVar(&j.availability, "availability", "", "a `file` of how many spot instances are available by tick")
	f.StringVar(&j.availability, "trace-file", "", "the same as the published simulator has it: 1 is unavailable")
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
	policies, err := suite.JobPolicies(j.policies)
	if err != nil {
		return usageError{fmt.Errorf("--policies: %w", err)}
	}
	job, hash, err := j.read(cmd)
	if err != nil {
		return err
	}
	if err := job.Check(); err != nil {
		return inputError{err}
	}
	best, err := job.Optimum()
	if err != nil {
		return inputError{err}
	}
	cases := make([]suite.Case, len(policies))
	for i, p := range policies {
		cases[i] = suite.Case{Env: job.Name, Window: suite.Window{Start: j.startTick(job)}, Job: job, Policy: p}
	}
	runs, err := j.runAll(cmd.Context(), actors.NewSystem(newLogger(cmd)), cases)
	if err != nil {
		return err
	}
	return j.print(cmd.OutOrStdout(), job, hash, best, runs)
}

func (j *jobRun) startTick(job *scenario.Job) int { return int(time.Duration(j.start) / job.Gap) }

// policyRun is a row and what ran when.
type policyRun struct {
	suite.Row
	stints []metrics.Stint
}

func (j *jobRun) runAll(ctx context.Context, system *actors.System, cases []suite.Case) ([]policyRun, error) {
	var runs []policyRun
	for _, c := range cases {
		numbers := metrics.JobCollector{Gap: c.Job.Gap}
		if err := system.Run(ctx, c.Job.Run(c.Policy, &numbers)); err != nil {
			return nil, err
		}
		runs = append(runs, policyRun{suite.Row{Case: c, JobSummary: numbers.Summary()}, numbers.Stints})
	}
	return runs, nil
}

// read makes the job of the flags and the series they name, and returns the hash of that.
func (j *jobRun) read(cmd *cobra.Command) (*scenario.Job, string, error) {
	if j.availability == "" {
		return nil, "", usageError{errors.New("--availability: name a file")}
	}
	if j.gap < 0 || j.start < 0 {
		return nil, "", usageError{fmt.Errorf("--gap %v, --start %v: must be >= 0", &j.gap, &j.start)}
	}
	polarity := traces.Available // --availability says so
	if cmd.Flags().Changed("trace-file") {
		polarity = traces.Unavailable
	}
	if j.polarity != "" {
		var err error
		if polarity, err = traces.ParsePolarity(j.polarity); err != nil {
			return nil, "", usageError{fmt.Errorf("--polarity: %w", err)}
		}
	}
	f, err := os.Open(j.availability)
	if err != nil {
		return nil, "", inputError{err}
	}
	defer f.Close()
	histories, err := traces.ReadCapacity(j.availability, f, traces.CapacityOptions{Polarity: polarity, Gap: time.Duration(j.gap)})
	if err != nil {
		return nil, "", inputError{err}
	}
	if len(histories) != 1 || len(histories[0].Series) != 1 || histories[0].Series[0].Gap == 0 {
		return nil, "", inputError{fmt.Errorf("%s: must hold one series with a fixed time between ticks", j.availability)}
	}
	series := histories[0].Series[0]
	job := &scenario.Job{
		Name: strings.TrimSuffix(filepath.Base(j.availability), filepath.Ext(j.availability)),
		Gap:  series.Gap, Work: time.Duration(j.work), Deadline: time.Duration(j.deadline), Overhead: time.Duration(j.overhead),
		Spot: cloud.Price(j.spot), OnDemand: cloud.Price(j.onDemand), Guarantee: scheduler.Guarantee(j.guarantee.value),
	}
	first := int(time.Duration(j.start) / series.Gap)
	for _, p := range series.Points[min(first, len(series.Points)):] {
		job.Availability = append(job.Availability, p.Available > 0)
	}
	return job, histories[0].SHA256, nil
}

func (j *jobRun) print(w io.Writer, job *scenario.Job, hash string, best cloud.Money, runs []policyRun) error {
	rows := make([]suite.Row, len(runs))
	for i, r := range runs {
		rows[i] = r.Row
	}
	switch j.format.value {
	case "csv":
		return suite.WriteCSV(w, suite.Columns, rows)
	case "json":
		return writeRowsJSON(w, suite.Columns, rows)
	}
	fmt.Fprintf(w, "%s (sha256 %.12s): %d ticks of %v, spot available %.1f%%; %v of work by %v, overhead %v, guarantee %s, billed whole ticks\n\n",
		job.Name, hash, len(job.Availability), job.Gap, 100*available(job.Availability), job.Work, job.Deadline, job.Overhead, job.Guarantee)
	if err := report.Align(w, jobTable(job, best, rows)); err != nil {
		return err
	}
	if j.timeline {
		for _, r := range runs {
			timeline(w, r)
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

// jobTable has a row for each policy. On-demand only is what the job costs without spot.
func jobTable(job *scenario.Job, best cloud.Money, rows []suite.Row) [][]string {
	ticks := (job.Work + job.Overhead + job.Gap - 1) / job.Gap
	base := job.OnDemand.Over(ticks * job.Gap).Round()
	table := [][]string{{
		"Policy", "Cost", "% of on-demand", "Above optimum", "Finish h", "Slack h", "Deadline",
		"Preemptions", "Spot", "On-demand", "Spot h", "On-demand h", "Idle h",
	}}
	for _, r := range rows {
		deadline := "met"
		if !r.Met() {
			deadline = "MISSED"
		}
		hours := func(ticks int) string { return cell((time.Duration(ticks) * job.Gap).Hours()) }
		table = append(table, []string{
			clairvoyantTitle(r.Policy), r.Cost.String(), fmt.Sprintf("%.1f%%", 100*r.Cost.Dollars()/base.Dollars()), (r.Cost - best).String(),
			cell(r.Finish.Hours()), cell((job.Deadline - r.Finish).Hours()), deadline,
			fmt.Sprint(r.Preemptions), fmt.Sprint(r.SpotLaunches), fmt.Sprint(r.OnDemandLaunches),
			hours(r.SpotTicks), hours(r.OnDemandTicks), hours(r.IdleTicks),
		})
	}
	return table
}

// timeline writes what ran when, a line for each instance.
func timeline(w io.Writer, r policyRun) {
	fmt.Fprintf(w, "\n%s\n", clairvoyantTitle(r.Policy))
	slices.SortFunc(r.stints, func(a, b metrics.Stint) int { return int(a.From - b.From) })
	for _, s := range r.stints {
		how := ""
		if s.Preempted {
			how = "  preempted"
		}
		fmt.Fprintf(w, "  %7.2f h  to %7.2f h  %s%s\n", s.From.Hours(), s.To.Hours(), s.Purchase, how)
	}
	fmt.Fprintf(w, "  %7.2f h  done\n", r.Finish.Hours())
}

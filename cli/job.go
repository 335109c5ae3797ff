package cli

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/suite"
)

// jobRun is the flags of job.
type jobRun struct {
	jobData
	moves     moves
	work      hoursValue
	deadline  hoursValue
	overhead  hoursValue
	policies  []string
	guarantee *choiceValue
	format    *choiceValue
	timeline  bool
}

// skySpotFlags are the names of the published simulator for our flags.
var skySpotFlags = map[string]string{
	"task-duration-hours":    "work",
	"deadline-hours":         "deadline",
	"restart-overhead-hours": "restart-overhead",
	"env-start-hours":        "start",
	"checkpoint-size-gb":     "checkpoint-gb",
	"strategy":               "policies",
}

func newJobCommand() *cobra.Command {
	j := &jobRun{
		jobData:   jobData{spot: dollarsValue(scenario.PublishedSpot), onDemand: dollarsValue(scenario.PublishedOnDemand)},
		work:      hoursValue(48 * time.Hour),
		deadline:  hoursValue(52 * time.Hour),
		overhead:  hoursValue(12 * time.Minute),
		guarantee: choice(string(scheduler.Strict), string(scheduler.Strict), string(scheduler.Peer)),
		format:    choice("table", "table", "csv", "json"),
	}
	cmd := &cobra.Command{
		Use:   "job --availability FILE",
		Short: "Run one long job with a deadline on real spot availability, in one region or several",
		Long: `Runs one long job with a deadline on a real series of spot availability, under each
policy, and compares them with the optimum: what it cost, when it finished, what it ran on.
It decides at the ticks of the series and is billed whole ticks.

With several series it can run in any of them, and begins in the first. A move is a restart;
--transfer and --egress make one between regions slower and dearer. The region of a series
is that of the zone in the name of its file, as us-east-1 of us-east-1a_v100_1.json; a name
without a zone stands for a region of its own.`,
		Example: `  tessera job --availability us-west-2b_v100_1.json --work 48h --deadline 52h --restart-overhead 12m \
      --policies uniform-progress,greedy,ondemand,optimal
  tessera job --trace-file multi_real_traces.tar.gz --window 3 --zone us-west-2a,us-east-1a --work 24h --deadline 36h \
      --transfer 10m --egress aws_egress_pricing.csv --checkpoint-gb 100`,
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
	j.jobData.add(f)
	f.Var(&j.work, "work", "how long the job takes")
	f.Var(&j.deadline, "deadline", "by when it must be done")
	f.Var(&j.overhead, "restart-overhead", "time without progress at every start")
	j.moves.add(f)
	f.StringSliceVarP(&j.policies, "policies", "p", nil, "policies to compare (default all)")
	f.Var(j.guarantee, "guarantee", "the engine's rule for the deadline: correct, or the published one with its defect")
	f.Var(j.format, "format", "what to print")
	f.BoolVar(&j.timeline, "timeline", false, "print what ran when")
	return cmd
}

func (j *jobRun) run(cmd *cobra.Command) error {
	regions, warnings, err := j.jobData.read()
	if err != nil {
		return err
	}
	if err := j.moves.read(); err != nil {
		return err
	}
	log := newLogger(cmd)
	for _, w := range warnings {
		log.Warn(w)
	}
	if len(regions) > 1 {
		return j.runMulti(cmd, log, regions)
	}
	return j.runSingle(cmd, log, regions[0])
}

// title says by what rules the numbers came about, and on what data.
func (j *jobRun) title(regions []region) string {
	title := fmt.Sprintf("%v of work by %v, overhead %v, guarantee %s, billed whole ticks where it ran\n",
		time.Duration(j.work), time.Duration(j.deadline), time.Duration(j.overhead), j.guarantee.value)
	if len(regions) > 1 && j.moves.given() {
		title += j.moves.String() + "\n"
	}
	for _, r := range regions {
		title += fmt.Sprintf("%s (sha256 %.12s, read as %s): %d ticks of %v, spot available %.1f%%\n",
			r.Name, r.hash, r.polarity, len(r.Availability), r.Gap, 100*available(r.Availability))
	}
	return title
}

func (j *jobRun) runSingle(cmd *cobra.Command, log *zap.Logger, r region) error {
	policies, err := suite.JobPolicies(j.policies)
	if err != nil {
		return usageError{fmt.Errorf("--policies: %w", err)}
	}
	job := &scenario.Job{
		Name: r.Source, Gap: r.Gap, Availability: r.Availability,
		Work: time.Duration(j.work), Deadline: time.Duration(j.deadline), Overhead: time.Duration(j.overhead),
		Spot: r.Spot, OnDemand: r.OnDemand, Guarantee: scheduler.Guarantee(j.guarantee.value),
	}
	best, err := optimum(job)
	if err != nil {
		return err
	}
	system := actors.NewSystem(log)
	var rows []suite.Row
	var results []jobResult
	for _, p := range policies {
		numbers := metrics.JobCollector{Gap: job.Gap}
		if err := system.Run(cmd.Context(), job.Run(p, &numbers)); err != nil {
			return err
		}
		window := suite.Window{Start: int(time.Duration(j.start) / job.Gap)}
		row := suite.Row{Case: suite.Case{Env: r.Name, Window: window, Job: job, Policy: p}, JobSummary: numbers.Summary()}
		rows = append(rows, row)
		results = append(results, jobResult{policy: p, cost: row.Cost, JobSummary: row.JobSummary, stints: numbers.Stints})
	}
	return printJob(cmd.OutOrStdout(), j, suite.Columns, rows, []region{r}, best, results)
}

func (j *jobRun) runMulti(cmd *cobra.Command, log *zap.Logger, regions []region) error {
	policies, err := suite.MultiJobPolicies(j.policies)
	if err != nil {
		return usageError{fmt.Errorf("--policies: %w", err)}
	}
	job, place, err := j.multiJob(regions)
	if err != nil {
		return err
	}
	best, err := optimum(job)
	if err != nil {
		return err
	}
	system := actors.NewSystem(log)
	var rows []suite.MultiRow
	var results []jobResult
	for _, p := range policies {
		numbers := job.Collector()
		if err := system.Run(cmd.Context(), job.Run(p, numbers)); err != nil {
			return err
		}
		row := suite.MultiRow{MultiCase: suite.MultiCase{Scenario: place, Job: job, Policy: p}, MultiJobSummary: numbers.Summary()}
		rows = append(rows, row)
		results = append(results, jobResult{policy: p, cost: row.Cost, egress: row.Egress, JobSummary: row.JobSummary, stints: numbers.Stints})
	}
	return printJob(cmd.OutOrStdout(), j, suite.MultiColumns, rows, regions, best, results)
}

// multiJob returns the job in several regions, and their names.
func (j *jobRun) multiJob(regions []region) (*scenario.MultiJob, suite.MultiScenario, error) {
	job := &scenario.MultiJob{
		Name: "job", Work: time.Duration(j.work), Deadline: time.Duration(j.deadline), Overhead: time.Duration(j.overhead),
		Guarantee: scheduler.Guarantee(j.guarantee.value), Billing: scenario.OwnBilling,
	}
	place := suite.MultiScenario{Name: "job"}
	var places []string
	for _, r := range regions {
		job.Regions = append(job.Regions, r.JobRegion)
		place.Regions = append(place.Regions, r.Name)
		places = append(places, regionOfPool(r.Name))
	}
	if j.moves.given() {
		if err := j.moves.check(places); err != nil {
			return nil, place, err
		}
		job.Transfer, job.Egress = j.moves.between(places)
	}
	return job, place, nil
}

// optimum returns what the cheapest plan for the job costs, or what is wrong with the job.
func optimum(job interface {
	Check() error
	Optimum() (cloud.Money, error)
}) (cloud.Money, error) {
	if err := job.Check(); err != nil {
		return 0, inputError{err}
	}
	best, err := job.Optimum()
	if err != nil {
		return 0, inputError{err}
	}
	return best, nil
}

// jobResult is what one policy came to.
type jobResult struct {
	policy       scheduler.Spec
	cost, egress cloud.Money // the cost with the egress in it
	metrics.JobSummary
	stints []metrics.Stint
}

func printJob[R suite.Valued](w io.Writer, j *jobRun, columns []string, rows []R, regions []region, best cloud.Money, results []jobResult) error {
	switch j.format.value {
	case "csv":
		return suite.WriteCSV(w, columns, rows)
	case "json":
		return writeRowsJSON(w, columns, rows)
	}
	fmt.Fprintf(w, "%s\n", j.title(regions))
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
	moved := slices.ContainsFunc(results, func(r jobResult) bool { return r.egress > 0 })
	if moved {
		table[0] = append(table[0], "Egress")
	}
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
		if moved {
			table[len(table)-1] = append(table[len(table)-1], r.egress.String())
		}
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

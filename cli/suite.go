package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/stats"
	"github.com/bobby-math/tessera/suite"
)

func newSuiteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "suite",
		Short: "Re-run published evaluations",
	}
	cmd.AddCommand(newCantBeLateCommand(), newCantBeLateMultiCommand(), newSkyServeCommand())
	return cmd
}

// cantBeLate is the flags of suite cant-be-late.
type cantBeLate struct {
	suiteFlags
	envs    []string
	windows []int
}

func newCantBeLateCommand() *cobra.Command {
	s := &cantBeLate{suiteFlags: newSuiteFlags()}
	cmd := &cobra.Command{
		Use:   "cant-be-late --data DIR",
		Short: "One job with a deadline, 8 environments, 30 windows each (Wu et al., NSDI 2024)",
		Long: `Re-runs the single-region evaluation of Wu et al., Can't Be Late (NSDI 2024): a job of
48 hours in every window of every environment, with every deadline and overhead, under
every policy. DIR holds the data; docs/cant-be-late.md says where to get it.`,
		Example: `  tessera suite cant-be-late --data DIR
  tessera suite cant-be-late --data DIR --policies uniform-progress,greedy,optimal --format csv`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	s.add(f, "52,70")
	f.StringSliceVar(&s.envs, "env", nil, "environments to run (default all)")
	f.IntSliceVar(&s.windows, "window", nil, "ids of the windows to run (default all)")
	return cmd
}

func (s *cantBeLate) run(cmd *cobra.Command) error {
	policies, err := s.check(suite.JobPolicies)
	if err != nil {
		return err
	}
	evaluation, err := suite.OpenCantBeLate(os.DirFS(s.data))
	if err != nil {
		return inputError{fmt.Errorf("--data %s: %w", s.data, err)}
	}
	if err := s.choose(evaluation); err != nil {
		return usageError{err}
	}
	system := actors.NewSystem(newLogger(cmd))
	var cases []suite.Case
	for _, g := range s.guarantees() {
		cases = append(cases, evaluation.Cases(policies, g)...)
	}
	if err := suite.Check(cases); err != nil {
		return inputError{err}
	}
	workers, done := s.workers(cmd.ErrOrStderr(), len(cases))
	rows, err := suite.Run(cmd.Context(), system, cases, workers)
	done()
	if err != nil {
		return err
	}
	title := fmt.Sprintf("Can't Be Late: %d environments x %d windows x %d deadlines x %d overheads, guarantee %s, billed whole ticks, means with 95 %% intervals",
		len(evaluation.Environments), len(evaluation.Windows), len(evaluation.Deadlines), len(evaluation.Overheads), s.guarantee.value)
	title += "\nData: " + evaluation.Data()
	return printRows(cmd.OutOrStdout(), s.suiteFlags, title, suite.Columns, "uniform-progress", rows)
}

// suiteRow is a row of a suite.
type suiteRow interface {
	suite.Valued
	Outcome() suite.Outcome
}

// printRows writes the rows, or in a table what they come to beside an opponent.
func printRows[R suiteRow](w io.Writer, s suiteFlags, title string, columns []string, opponent string, rows []R) error {
	switch s.format.value {
	case "csv":
		return suite.WriteCSV(w, columns, rows)
	case "json":
		return writeRowsJSON(w, columns, rows)
	}
	fmt.Fprintf(w, "%s\n\n", title)
	if half := len(rows) / 2; s.guarantee.value == bothGuarantees {
		return report.Align(w, guaranteeTable(suite.CompareGuarantees(rows[:half], rows[half:])))
	}
	return report.Align(w, comparisonTable(suite.Compare(rows, opponent)))
}

// choose keeps of the evaluation what the flags choose.
func (s *cantBeLate) choose(e *suite.CantBeLate) error {
	names := make([]string, len(e.Environments))
	for i, env := range e.Environments {
		names[i] = env.Name
	}
	errs := unknown("--env", s.envs, names)
	if s.envs != nil {
		e.Environments = slices.DeleteFunc(e.Environments, func(env suite.Environment) bool { return !slices.Contains(s.envs, env.Name) })
	}
	for _, id := range s.windows {
		if !slices.ContainsFunc(e.Windows, func(w suite.Window) bool { return w.ID == id }) {
			errs = append(errs, fmt.Errorf("--window: %d is none of the %d windows", id, len(e.Windows)))
		}
	}
	if s.windows != nil {
		e.Windows = slices.DeleteFunc(e.Windows, func(w suite.Window) bool { return !slices.Contains(s.windows, w.ID) })
	}
	return errors.Join(append(errs, s.chooseTimes(&e.Deadlines, &e.Overheads))...)
}

func comparisonTable(comparisons []suite.Comparison) [][]string {
	table := [][]string{{"Policy", "Cost $", "+-", "Above optimum $", "+-", "Missed", "Cheaper than UP", "Spot h", "On-demand h", "Idle h"}}
	for _, c := range comparisons {
		table = append(table, []string{
			clairvoyantTitle(c.Policy), cell(c.Cost.Value), half(c.Cost), cell(c.Gap.Value), half(c.Gap),
			fmt.Sprintf("%d/%d", c.Missed, c.Cost.N), share(c.Wins), cell(c.SpotHours), cell(c.OnDemandHours), cell(c.IdleHours),
		})
	}
	return table
}

func guaranteeTable(comparisons []suite.GuaranteeComparison) [][]string {
	table := [][]string{{"Policy", "Peer $", "Missed", "Strict $", "Missed", "Strict costs more $", "+-", "Jobs that differ"}}
	for _, c := range comparisons {
		n := c.Extra.N
		table = append(table, []string{
			clairvoyantTitle(c.Policy), cell(c.PeerCost.Value), fmt.Sprintf("%d/%d", c.PeerMissed, n),
			cell(c.StrictCost.Value), fmt.Sprintf("%d/%d", c.StrictMissed, n),
			fmt.Sprintf("%.4f", c.Extra.Value), fmt.Sprintf("%.4f", (c.Extra.High-c.Extra.Low)/2), fmt.Sprint(c.Differ),
		})
	}
	return table
}

// clairvoyantTitle is the name of a policy, marked if it knows the future.
func clairvoyantTitle(p scheduler.Spec) string {
	if p.Entry.Clairvoyant {
		return report.Title(p) + " (clairvoyant)"
	}
	return report.Title(p)
}

// cell writes a number with two decimals, or - if there is none.
func cell(x float64) string {
	if x != x {
		return "-"
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

func half(e stats.Estimate) string {
	if e.N < 2 {
		return "-"
	}
	return cell((e.High - e.Low) / 2)
}

func share(e stats.Estimate) string {
	if e.N == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f%% [%.0f, %.0f]", 100*e.Value, 100*e.Low, 100*e.High)
}

// writeRowsJSON writes the rows as an array of objects with the columns of the CSV: numbers
// as numbers, and what is missing as null.
func writeRowsJSON[R suite.Valued](w io.Writer, columns []string, rows []R) error {
	list := make([]map[string]any, len(rows))
	for i, r := range rows {
		list[i] = map[string]any{}
		for n, value := range r.Values() {
			list[i][columns[n]] = jsonValue(value)
		}
	}
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	return out.Encode(list)
}

func halfPercent(e stats.Estimate) string {
	e.Low, e.High = 100*e.Low, 100*e.High
	return half(e)
}

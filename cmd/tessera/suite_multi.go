package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/suite"
)

// cantBeLateMulti is the flags of suite cant-be-late-multi.
type cantBeLateMulti struct {
	data      string
	scenarios []string
	deadlines []string
	overheads []string
	policies  []string
	guarantee *choiceValue
	billing   *choiceValue
	format    *choiceValue
	jobs      int
}

func newCantBeLateMultiCommand() *cobra.Command {
	s := &cantBeLateMulti{
		guarantee: choice(string(scheduler.Strict), string(scheduler.Strict), string(scheduler.Peer)),
		billing:   choice(string(scenario.OwnBilling), string(scenario.OwnBilling), string(scenario.PeerBilling)),
		format:    choice("table", "table", "csv", "json"),
	}
	cmd := &cobra.Command{
		Use:   "cant-be-late-multi --data DIR",
		Short: "One job with a deadline in several regions, 10 scenarios (FrontierCS)",
		Long: `Re-runs the evaluation of Can't Be Late over several regions, as FrontierCS published it:
a job of 24 hours that can run in any of some zones, with real availability and prices.
DIR holds the data; docs/cant-be-late.md says where to get it.`,
		Example: `  tessera suite cant-be-late-multi --data DIR
  tessera suite cant-be-late-multi --data DIR --billing peer --guarantee peer --format csv`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.data, "data", "", "the `folder` with the data (required)")
	f.StringSliceVar(&s.scenarios, "scenario", nil, "scenarios to run (default all)")
	f.StringSliceVar(&s.deadlines, "deadline", nil, "deadlines to run, in hours (default 36,48)")
	f.StringSliceVar(&s.overheads, "overhead", nil, "restart overheads to run, in hours (default 0.05,0.2)")
	f.StringSliceVarP(&s.policies, "policies", "p", nil, "policies to run (default all)")
	f.Var(s.guarantee, "guarantee", "the engine's rule for the deadline: correct, or the published one with its defect")
	f.Var(s.billing, "billing", "bill each tick where it ran, or all as published, at the first price where the job ends")
	f.Var(s.format, "format", "what to print")
	f.IntVarP(&s.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time")
	return cmd
}

func (s *cantBeLateMulti) run(cmd *cobra.Command) error {
	policies, err := suite.MultiJobPolicies(s.policies)
	if err != nil {
		return usageError{fmt.Errorf("--policies: %w", err)}
	}
	slices.SortFunc(policies, func(a, b scheduler.Spec) int { return strings.Compare(a.String(), b.String()) })
	if s.data == "" {
		return usageError{errors.New("--data: name the folder with the data (see docs/cant-be-late.md)")}
	}
	if s.jobs < 1 {
		return usageError{fmt.Errorf("--jobs %d: must be at least 1", s.jobs)}
	}
	evaluation, err := suite.OpenCantBeLateMulti(os.DirFS(s.data))
	if err != nil {
		return inputError{fmt.Errorf("--data %s: %w", s.data, err)}
	}
	if err := s.choose(evaluation); err != nil {
		return usageError{err}
	}
	cases := evaluation.Cases(policies, suite.MultiRules{
		Guarantee: scheduler.Guarantee(s.guarantee.value), Billing: scenario.JobBilling(s.billing.value),
	})
	if err := suite.CheckMulti(cases); err != nil {
		return inputError{err}
	}
	rows, err := suite.RunMulti(cmd.Context(), actors.NewSystem(newLogger(cmd)), cases, s.jobs)
	if err != nil {
		return err
	}
	title := fmt.Sprintf("Can't Be Late in several regions: %d scenarios x %d deadlines x %d overheads, guarantee %s, billing %s, means with 95 %% intervals",
		len(evaluation.Scenarios), len(evaluation.Deadlines), len(evaluation.Overheads), s.guarantee.value, s.billing.value)
	title += "\nData: " + evaluation.Data()
	return printRows(cmd.OutOrStdout(), s.format.value, title, suite.MultiColumns, "uniform-progress-multi", rows)
}

// choose keeps of the evaluation what the flags choose.
func (s *cantBeLateMulti) choose(e *suite.CantBeLateMulti) error {
	var names []string
	for _, known := range e.Scenarios {
		names = append(names, known.Name)
	}
	var errs []error
	for _, name := range s.scenarios {
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("--scenario: there is no %q%s (there are: %s)", name, scheduler.DidYouMean(name, names), strings.Join(names, ", ")))
		}
	}
	if s.scenarios != nil {
		e.Scenarios = slices.DeleteFunc(slices.Clone(e.Scenarios), func(known suite.MultiScenario) bool { return !slices.Contains(s.scenarios, known.Name) })
	}
	var err error
	if s.deadlines != nil {
		e.Deadlines, err = parseHours("--deadline", s.deadlines)
		errs = append(errs, err)
	}
	if s.overheads != nil {
		e.Overheads, err = parseHours("--overhead", s.overheads)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

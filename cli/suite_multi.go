package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/suite"
)

// cantBeLateMulti is the flags of suite cant-be-late-multi.
type cantBeLateMulti struct {
	suiteFlags
	moves     moves
	scenarios []string
	billing   *choiceValue
}

func newCantBeLateMultiCommand() *cobra.Command {
	s := &cantBeLateMulti{
		suiteFlags: newSuiteFlags(),
		billing:    choice(string(scenario.OwnBilling), string(scenario.OwnBilling), string(scenario.PeerBilling)),
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
	s.add(f, "36,48")
	f.StringSliceVar(&s.scenarios, "scenario", nil, "scenarios to run (default all)")
	f.Var(s.billing, "billing", "bill each tick where it ran, or all as published, at the first price where the job ends")
	s.moves.add(f)
	return cmd
}

func (s *cantBeLateMulti) run(cmd *cobra.Command) error {
	policies, err := s.check(suite.MultiJobPolicies)
	if err != nil {
		return err
	}
	evaluation, err := suite.OpenCantBeLateMulti(os.DirFS(s.data))
	if err != nil {
		return inputError{fmt.Errorf("--data %s: %w", s.data, err)}
	}
	if err := s.choose(evaluation); err != nil {
		return usageError{err}
	}
	rules, err := s.rules(evaluation)
	if err != nil {
		return err
	}
	var cases []suite.MultiCase
	for _, g := range s.guarantees() {
		rules.Guarantee = g
		cases = append(cases, evaluation.Cases(policies, rules)...)
	}
	if err := suite.CheckMulti(cases); err != nil {
		return inputError{err}
	}
	workers, done := s.workers(cmd.ErrOrStderr(), len(cases))
	rows, err := suite.RunMulti(cmd.Context(), actors.NewSystem(newLogger(cmd)), cases, workers)
	done()
	if err != nil {
		return err
	}
	title := fmt.Sprintf("Can't Be Late in several regions: %d scenarios x %d deadlines x %d overheads, guarantee %s, billing %s, means with 95 %% intervals",
		len(evaluation.Scenarios), len(evaluation.Deadlines), len(evaluation.Overheads), s.guarantee.value, s.billing.value)
	if s.moves.given() {
		title += "\n" + s.moves.String()
	}
	title += "\nData: " + evaluation.Data()
	return printRows(cmd.OutOrStdout(), s.suiteFlags, title, suite.MultiColumns, "uniform-progress-multi", rows)
}

// rules returns by what the evaluation is run.
func (s *cantBeLateMulti) rules(e *suite.CantBeLateMulti) (suite.MultiRules, error) {
	rules := suite.MultiRules{Billing: scenario.JobBilling(s.billing.value)}
	if err := s.moves.read(); err != nil || !s.moves.given() {
		return rules, err
	}
	if rules.Billing == scenario.PeerBilling {
		return rules, usageError{errors.New("--transfer, --egress: moves are free under --billing peer, the published rule")}
	}
	for _, one := range e.Scenarios {
		var regions []string
		for _, pool := range one.Regions {
			regions = append(regions, regionOfPool(pool))
		}
		if err := s.moves.check(regions); err != nil {
			return rules, err
		}
	}
	rules.Transfer = func(from, to string) time.Duration { return s.moves.time(regionOfPool(from), regionOfPool(to)) }
	rules.Egress = func(from, to string) cloud.Money { return s.moves.cost(regionOfPool(from), regionOfPool(to)) }
	return rules, nil
}

// choose keeps of the evaluation what the flags choose.
func (s *cantBeLateMulti) choose(e *suite.CantBeLateMulti) error {
	var names []string
	for _, known := range e.Scenarios {
		names = append(names, known.Name)
	}
	errs := unknown("--scenario", s.scenarios, names)
	if s.scenarios != nil {
		e.Scenarios = slices.DeleteFunc(slices.Clone(e.Scenarios), func(known suite.MultiScenario) bool { return !slices.Contains(s.scenarios, known.Name) })
	}
	return errors.Join(append(errs, s.chooseTimes(&e.Deadlines, &e.Overheads))...)
}

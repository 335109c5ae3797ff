package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
)

const compareHelp = `Compares the policies of a sweep at each of its points: mean with 95 % interval, quantiles,
and the difference from a baseline seed by seed, with its interval, the share of seeds on
which the policy is better, and a p-value corrected for the number of policies. Warnings
stand below.

With a second folder it instead compares each run with that of the earlier sweep, and exits
with 5 if any drifted.

--fail-on exits with 5 if a condition is met by any run, as missed>0; or by any policy at
any point, as mean(cost)>480 (also median, p90, p99). A run that failed or has no value
meets every condition, for it cannot be shown to be all right.`

// comparison is the flags of compare.
type comparison struct {
	baseline  string
	metrics   []string
	against   string
	tolerance float64
	failOn    []string
	format    *formatValue
}

func newCompareCommand() *cobra.Command {
	c := &comparison{format: newFormat("table", "md", "csv", "json", "jsonl")}
	cmd := &cobra.Command{
		Use:   "compare DIR [EARLIER]",
		Short: "Compare the policies of a sweep, or a sweep with an earlier one",
		Long:  compareHelp,
		Example: `  tessera compare out/ --baseline ondemand
  tessera compare out/ --metric cost,missed --fail-on 'missed>0'
  tessera compare out/ --against earlier/ --tolerance 0`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.baseline, "baseline", "", "the `policy` to compare with (default ondemand if it ran, else the first)")
	f.StringSliceVar(&c.metrics, "metric", nil, "metrics to compare, of docs/runs.md (default cost, completion and missed; of a service cost, availability, failures and latency)")
	f.StringVar(&c.against, "against", "", "the `folder` of an earlier sweep to compare with, run by run; the same as EARLIER")
	f.Float64Var(&c.tolerance, "tolerance", 0, "how much a value may differ from the earlier one, as a `share` of the larger of the two")
	f.StringArrayVar(&c.failOn, "fail-on", nil, "exit with 5 if this `condition` is met, as missed>0 (may be repeated)")
	c.format.add(f)
	return cmd
}

func (c *comparison) run(cmd *cobra.Command, args []string) error {
	metrics, conditions, err := c.check(cmd, args)
	if err != nil {
		return usageError{err}
	}
	folder, err := openFolder(cmd, args[0])
	if err != nil {
		return err
	}
	if c.against != "" {
		err = c.drift(cmd, folder)
	}
	var failed checkError
	if err != nil && !errors.As(err, &failed) || c.against != "" && conditions == nil {
		return err
	}
	return errors.Join(err, c.policies(cmd.OutOrStdout(), folder, metrics, conditions))
}

// check returns all that is wrong with the command line, and what it asks for.
func (c *comparison) check(cmd *cobra.Command, args []string) (metrics []results.Column, conditions []results.Condition, err error) {
	var errs []error
	switch {
	case len(args) == 0:
		errs = append(errs, errors.New("name the folder of a sweep (see tessera compare --help)"))
	case len(args) > 2 || len(args) == 2 && c.against != "":
		errs = append(errs, fmt.Errorf("%d folders: one is compared by itself, two with each other", max(len(args), 3)))
	case len(args) == 2:
		c.against = args[1]
	}
	if !(c.tolerance >= 0 && c.tolerance <= 1) {
		errs = append(errs, fmt.Errorf("--tolerance %v: must be in [0, 1]", c.tolerance))
	}
	if c.against == "" && cmd.Flags().Changed("tolerance") {
		errs = append(errs, errors.New("--tolerance: needs --against"))
	}
	metrics, err = results.ParseMetrics(c.metrics)
	if err != nil {
		errs = append(errs, fmt.Errorf("--metric: %w", err))
	}
	for _, text := range c.failOn {
		condition, err := results.ParseCondition(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("--fail-on %w", err))
		}
		conditions = append(conditions, condition)
	}
	return metrics, conditions, errors.Join(errs...)
}

// policies prints the comparison of the policies, unless that of the runs was printed, and
// returns an error if a condition is met. The metrics of conditions are shown with the
// others.
func (c *comparison) policies(w io.Writer, folder *results.Folder, metrics []results.Column, conditions []results.Condition) error {
	chosen := len(c.metrics) > 0
	if !chosen {
		metrics = results.Headline
	}
	for _, condition := range conditions {
		if !containsColumn(metrics, condition.Metric) {
			metrics = append(slices.Clip(metrics), condition.Metric)
		}
	}
	sum, met, err := summarize(folder, metrics, chosen, conditions, c.baseline)
	if err != nil {
		return err
	}
	if c.against == "" {
		if err := report.Comparison(w, c.format.value, sum); err != nil {
			return err
		}
	}
	return met.err()
}

func containsColumn(columns []results.Column, one results.Column) bool {
	for _, c := range columns {
		if c.Name == one.Name {
			return true
		}
	}
	return false
}

// summarize sums the runs of a folder up and looks at each for the conditions. Metrics that
// nobody chose, and that no run has, are left out.
func summarize(folder *results.Folder, metrics []results.Column, chosen bool, conditions []results.Condition, baseline string) (*results.Summary, *breaches, error) {
	met := newBreaches(conditions)
	s := results.NewSummarizer(metrics, folder.Replicates())
	for r, err := range folder.Runs() {
		if err != nil {
			return nil, nil, err
		}
		s.Add(r)
		met.run(r)
	}
	if !chosen && conditions == nil {
		s.DropEmpty()
	}
	if _, err := s.Baseline(baseline); err != nil {
		return nil, nil, usageError{fmt.Errorf("--baseline: %w", err)}
	}
	sum, err := s.Summary(baseline)
	if err != nil {
		return nil, nil, inputError{fmt.Errorf("%s: %w", folder.Dir, err)}
	}
	met.summary(sum)
	return sum, met, nil
}

// drift prints what changed since an earlier sweep, and returns an error if anything did.
func (c *comparison) drift(cmd *cobra.Command, now *results.Folder) error {
	earlier, err := openFolder(cmd, c.against)
	if err != nil {
		return err
	}
	const shown = 10
	most := shown
	if c.format.value != "table" && c.format.value != "md" {
		most = math.MaxInt // for programs, all of them
	}
	d, err := results.FindDrift(now.Runs(), earlier.Runs(), c.tolerance, most)
	if err != nil {
		return err
	}
	if err := report.Drift(cmd.OutOrStdout(), c.format.value, d, now.Dir, earlier.Dir); err != nil {
		return err
	}
	if d.Differences > 0 {
		return checkError{fmt.Errorf("%s drifted from %s: %d runs, %d values", now.Dir, earlier.Dir, d.Drifted, d.Differences)}
	}
	return nil
}

// breaches are the conditions that were met.
type breaches struct {
	conditions []results.Condition
	count      []int
	first      []string
}

func newBreaches(conditions []results.Condition) *breaches {
	return &breaches{conditions, make([]int, len(conditions)), make([]string, len(conditions))}
}

func (b *breaches) run(r *results.Run) {
	for i, c := range b.conditions {
		if met, why := c.Run(r); met {
			b.note(i, why)
		}
	}
}

func (b *breaches) summary(s *results.Summary) {
	for i, c := range b.conditions {
		for _, why := range c.Summary(s) {
			b.note(i, why)
		}
	}
}

func (b *breaches) note(i int, why string) {
	if b.count[i]++; b.count[i] == 1 {
		b.first[i] = why
	}
}

// err says which conditions were met, how often, and where first.
func (b *breaches) err() error {
	var texts []string
	for i, c := range b.conditions {
		switch b.count[i] {
		case 0:
		case 1:
			texts = append(texts, fmt.Sprintf("--fail-on %v: %s", c, b.first[i]))
		default:
			texts = append(texts, fmt.Sprintf("--fail-on %v: %d times, first %s", c, b.count[i], b.first[i]))
		}
	}
	if texts == nil {
		return nil
	}
	return checkError{errors.New(strings.Join(texts, "; "))}
}

package results

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/spelling"
)

// Condition is something that must not be, as in missed>0 or mean(cost)>480.
//
// Without a function it is about every run by itself. With mean, median, p90 or p99 it is
// about that number of every policy at every point; its interval is not used. A run
// that failed, and one that has no value, cannot be shown to be all right and so meet every
// condition.
type Condition struct {
	// Function is empty, or mean, median, p90 or p99.
	Function string
	Metric   Column
	// Operator is one of > >= < <= == !=.
	Operator string
	Bound    float64
}

var (
	conditionForm      = regexp.MustCompile(`^\s*(?:([A-Za-z0-9]+)\(\s*([A-Za-z0-9_-]+)\s*\)|([A-Za-z0-9_-]+?))\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*$`)
	conditionFunctions = []string{"mean", "median", "p90", "p99"}
)

// ParseCondition reads a condition.
func ParseCondition(text string) (Condition, error) {
	parts := conditionForm.FindStringSubmatch(text)
	if parts == nil {
		return Condition{}, fmt.Errorf("%q must be METRIC, a comparison and a number, as in missed>0 or mean(cost)>480", text)
	}
	c := Condition{Function: parts[1], Operator: parts[4]}
	if c.Function != "" && !slices.Contains(conditionFunctions, c.Function) {
		return c, fmt.Errorf("%q: there is no function %q%s (there are: %s)", text, c.Function,
			spelling.DidYouMean(c.Function, conditionFunctions), strings.Join(conditionFunctions, ", "))
	}
	metrics, err := ParseMetrics([]string{parts[2] + parts[3]})
	if err != nil {
		return c, fmt.Errorf("%q: %w", text, err)
	}
	c.Metric = metrics[0]
	if c.Bound, err = strconv.ParseFloat(parts[5], 64); err != nil || !Number(c.Bound).Finite() {
		return c, fmt.Errorf("%q: %s is not a number", text, parts[5])
	}
	return c, nil
}

// String writes the condition as ParseCondition reads it.
func (c Condition) String() string {
	metric := c.Metric.Metric
	if c.Function != "" {
		metric = c.Function + "(" + metric + ")"
	}
	return metric + c.Operator + strconv.FormatFloat(c.Bound, 'g', -1, 64)
}

// Run reports whether a run meets a condition without a function, and how it reads.
func (c Condition) Run(r *Run) (met bool, why string) {
	if c.Function != "" {
		return false, ""
	}
	where := fmt.Sprintf("%s, policy %s, seed %d", point(r.Axes), r.Policy, r.Seed)
	x, ok := c.Metric.Number(r)
	switch {
	case r.Status == Failed:
		return true, where + ": the run failed"
	case !ok:
		return true, fmt.Sprintf("%s: no %s", where, c.Metric.Name)
	case c.holds(x):
		return true, fmt.Sprintf("%s: %s is %v", where, c.Metric.Name, x)
	}
	return false, ""
}

// Summary returns where a condition with a function is met in a summary, which must have
// its metric.
func (c Condition) Summary(s *Summary) (why []string) {
	if c.Function == "" {
		return nil
	}
	for _, at := range s.Points {
		for _, p := range at.Policies {
			where := fmt.Sprintf("%s, policy %s", point(at.Axes), p.Policy)
			if p.Failed > 0 {
				why = append(why, fmt.Sprintf("%s: %d of %d runs failed", where, p.Failed, p.Runs))
			}
			if x := c.of(p); !x.Finite() {
				why = append(why, fmt.Sprintf("%s: no %s", where, c.Metric.Name))
			} else if c.holds(float64(x)) {
				why = append(why, fmt.Sprintf("%s: %s of %s is %v", where, c.Function, c.Metric.Name, float64(x)))
			}
		}
	}
	return why
}

// of returns the number of a policy that the condition is about.
func (c Condition) of(p PolicyPoint) Number {
	for _, d := range p.Metrics {
		if d.Column != c.Metric.Name {
			continue
		}
		return map[string]Number{"mean": d.Mean, "median": d.Median, "p90": d.P90, "p99": d.P99}[c.Function]
	}
	panic(fmt.Sprintf("results: %v asked of a summary without %s", c, c.Metric.Name))
}

func (c Condition) holds(x float64) bool {
	switch c.Operator {
	case ">":
		return x > c.Bound
	case ">=":
		return x >= c.Bound
	case "<":
		return x < c.Bound
	case "<=":
		return x <= c.Bound
	case "==":
		return x == c.Bound
	}
	return x != c.Bound
}

// Package suite re-runs published evaluations: their data, their grid of settings, every
// policy, and the comparison.
//
// The one idea to hold: a suite is a plan of scenarios with a map from our columns to the published
// ones. Whatever runs a sweep runs it, and the rows come out in the order of the plan.
package suite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/sweep"
)

// Suite is a published evaluation that can be run again.
type Suite struct {
	// Name is what users type, Short a line about it, Long what it does, Example commands.
	Name, Short, Long, Example string
	Settings                   []Setting // what users may choose besides Common
	Columns                    []Column  // those of the published form, in order

	// open reads the data and makes the cases that were chosen. The error is about the data.
	open func(*choice) (*sweep.Cases, error)
}

// Setting is something that a user may choose.
type Setting struct {
	// Name is that of the flag and of the key under suite in a sweep file, Doc what it is, the
	// kind of value in backquotes, and Default what it is unless chosen, in words.
	Name, Doc, Default string
}

// Common are the settings of every suite.
var Common = []Setting{
	{"data", "the `folder` with the data", "none: it is required"},
	{"policies", "policies to run, by our names or the published ones", "all"},
	{"cases", "run the cases of a CSV `file` instead: a row has the parameters, by the columns of --format csv", "none"},
}

// Settings that are paths, and those that make sense beside cases, whose rows say all else;
// policies only if the rows name none.
var (
	paths       = []string{"data", "cases", "egress"}
	besideCases = []string{"data", "policies", "cases", "guarantee", "billing", "transfer", "egress", "checkpoint-gb"}
)

// All returns the suites, in the order in which they are listed.
func All() []*Suite { return []*Suite{cantBeLate, cantBeLateMulti, skyServe} }

func init() {
	for _, s := range All() {
		sweep.RegisterSuite(s.Name, s.cases)
	}
}

// cases reads the data and makes the cases that settings ask for.
func (s *Suite) cases(settings sweep.Settings) (*sweep.Cases, error) {
	c := &choice{settings: settings}
	var known []string
	for _, one := range slices.Concat(Common, s.Settings) {
		known = append(known, one.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		switch {
		case !slices.Contains(known, name):
			c.wrong("%s: is no setting of %s%s (there are: %s)", name, s.Name, spelling.DidYouMean(name, known), strings.Join(known, ", "))
		case c.text("cases", "") != "" && !slices.Contains(besideCases, name):
			c.besideCases(name)
		}
	}
	if c.text("data", "") == "" {
		c.wrong("data: name the folder with the data (see docs)")
	}
	cases, err := s.open(c)
	if wrong := c.err(); wrong != nil {
		return nil, wrong
	}
	if err != nil {
		return nil, fmt.Errorf("data %s: %w", c.text("data", ""), err)
	}
	cases.Paths = paths
	return cases, nil
}

func (c *choice) besideCases(name string) {
	c.wrong("%s: makes no sense beside cases, whose rows say it", name)
}

// Column is a column of the published form: its name, and its value in a run.
type Column struct {
	Name  string
	value func(row) string
}

// Value returns the value in a run; empty if the run failed and has none.
func (c Column) Value(r *results.Run) string { return c.value(row{r}) }

// row is a run as the columns and the tables of a suite see it.
type row struct{ *results.Run }

func (r row) axis(key string) string {
	for _, a := range r.Axes {
		if a.Key == key {
			return a.Value
		}
	}
	panic("suite: no axis " + key)
}

func axes(keys ...string) (columns []Column) {
	for _, key := range keys {
		columns = append(columns, Column{key, func(r row) string { return r.axis(key) }})
	}
	return columns
}

// number is a column of a number of a run; nil where there is none.
func number[N int | float64](name string, of func(*metrics.Summary) *N) Column {
	return Column{name, func(r row) string {
		n := of(&r.Summary)
		if n == nil || r.Status != results.OK {
			return ""
		}
		return short(float64(*n))
	}}
}

// short writes x as the shortest decimal that reads back as x.
func short(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func bit(b bool) *int {
	n := 0
	if b {
		n = 1
	}
	return &n
}

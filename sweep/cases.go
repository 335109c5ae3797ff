package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/spelling"
)

// Cases are scenarios that a program makes, those of a published evaluation for instance, as
// the points of a sweep.
type Cases struct {
	// Axes name the values of a case. Replicates are those of them along which runs are
	// pooled: their means are over these values as over seeds.
	Axes, Replicates []string
	Cases            []Case
	// Inputs are the files that were read, Warnings what is taken on trust.
	Inputs   []scenario.Input
	Warnings []string
	// Paths are the settings that are paths.
	Paths []string
	// Print writes what rows of the sweep sum up to as a table for people; nil if there is none.
	Print func(w io.Writer, rows []*results.Run) error
}

// Case is one scenario under some policies.
type Case struct {
	Values   []string // of the axes
	Policies []scheduler.Spec
	// Make returns the scenario, the same each time. Its seed is for the caller to set.
	Make func() *scenario.Scenario
}

// Settings are what a user says of a suite: texts by name.
type Settings map[string][]string

// Generator makes the cases that settings ask for, or says all that is wrong with them.
type Generator func(Settings) (*Cases, error)

var generators = map[string]Generator{}

// RegisterSuite makes the cases of a generator known to sweep files, under suite.name.
func RegisterSuite(name string, g Generator) {
	if generators[name] != nil {
		panic("sweep: two suites called " + name)
	}
	generators[name] = g
}

// LoadCases makes a sweep of the cases of a suite.
func LoadCases(name string, settings Settings, o Options) (*Sweep, error) {
	g := generators[name]
	if g == nil {
		names := slices.Sorted(maps.Keys(generators))
		return nil, fmt.Errorf("suite %q is not known%s (there are: %s)", name, spelling.DidYouMean(name, names), strings.Join(names, ", "))
	}
	cases, err := g(settings)
	if err != nil {
		return nil, err
	}
	s := &Sweep{Inputs: cases.Inputs, Warnings: cases.Warnings, Print: cases.Print, points: &caseSource{name, settings, cases}}
	s.Plan = Plan{Schema: planSchema, Engine: o.Engine, Axes: cases.Axes, Replicates: cases.Replicates, Seeds: span(scenario.DefaultSeed, 1)}
	errs := []error{s.readPolicies(cases.Cases)}
	for i, c := range cases.Cases {
		p, err := s.casePoint(i, c)
		errs = append(errs, err)
		s.Points = append(s.Points, p)
	}
	return s, errors.Join(errs...)
}

// readPolicies gives the policies of cases the contents of the files they name.
func (s *Sweep) readPolicies(cases []Case) error {
	var reader scenario.Scenario
	reader.ReadFrom(scenario.NewInputs())
	var last *scheduler.Spec
	for _, c := range cases {
		if len(c.Policies) == 0 || &c.Policies[0] == last { // most cases share one list
			continue
		}
		last, reader.Policies = &c.Policies[0], c.Policies
		if err := reader.ReadPolicies(); err != nil {
			return err
		}
	}
	for _, input := range reader.Inputs {
		if !slices.Contains(s.Inputs, input) {
			s.Inputs = append(s.Inputs, input)
		}
	}
	return nil
}

// casePoint checks a case and returns it as a point of the plan.
func (s *Sweep) casePoint(i int, c Case) (Point, error) {
	made, err := s.points.scenario(i)
	if err != nil {
		return Point{}, err
	}
	p := Point{Values: c.Values, Content: made.Content(), Policies: policiesOf(made)}
	if i > 0 && slices.Equal(p.Policies, s.Points[i-1].Policies) {
		p.Policies = s.Points[i-1].Policies
	}
	if err := made.Check(); err != nil {
		return p, fmt.Errorf("%s: %w", made.Name, err)
	}
	return p, nil
}

// caseSource is the source of the scenarios of a suite.
type caseSource struct {
	name     string
	settings Settings
	*Cases
}

func (c *caseSource) scenario(point int) (*scenario.Scenario, error) {
	made := c.Cases.Cases[point].Make()
	made.SetPolicies(c.Cases.Cases[point].Policies)
	return made, nil
}

// text is a sweep file that asks for the suite, with paths as from the root.
func (c *caseSource) text(*Sweep) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "schema: %s\nsuite:\n  name: %s\n", Version, c.name)
	for _, key := range slices.Sorted(maps.Keys(c.settings)) {
		values := slices.Clone(c.settings[key])
		for i := range values {
			if slices.Contains(c.Paths, key) {
				var err error
				if values[i], err = filepath.Abs(values[i]); err != nil {
					return "", err
				}
			}
		}
		list, err := json.Marshal(values) // which YAML reads
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  %s: %s\n", key, list)
	}
	return b.String(), nil
}

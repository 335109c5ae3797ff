package sweep

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
)

func (s *Sweep) expand(f *sweepFile, progress func(done, total int)) error {
	points := 1
	for _, a := range f.axes {
		if points *= len(a.values); points > maxPoints {
			return spec.Problems{{Where: a.values[0].Origin, Path: "axes." + a.key, Message: fmt.Sprintf("makes more than %d points", maxPoints)}}
		}
	}
	f.resolved = spec.NewBase(f.base, f.baseErr, f.overrides, scenario.NewInputs())
	s.Points = make([]Point, points)
	e := &expansion{sweep: s, file: f, progress: progress, found: map[string]spec.Problem{}, policies: map[string][]Policy{}, warned: map[string]bool{}}
	e.note(f.problems)
	e.all()
	if len(e.found) > 0 {
		var all spec.Problems
		for _, text := range slices.Sorted(maps.Keys(e.found)) { // those of one place in a fixed order
			all = append(all, e.found[text])
		}
		return all.Sorted()
	}
	if runs := s.Runs(); runs > maxRuns {
		return fmt.Errorf("%d runs are more than %d", runs, maxRuns)
	}
	return nil
}

// expansion resolves points, some at a time, and gathers what is known of all of them.
type expansion struct {
	sweep *Sweep
	file  *sweepFile
	// progress is called with how many points are resolved; nil for nobody.
	progress func(done, total int)

	mu       sync.Mutex
	done     int
	found    map[string]spec.Problem // by what is wrong, for many points have the same
	policies map[string][]Policy     // by their names: most points have the same
	warned   map[string]bool         // of what there is a warning
}

// reportEvery is how many points are resolved between two reports of progress.
const reportEvery = 1000

// all resolves all points. The result depends on nothing but the point, so the
// order does not show.
func (e *expansion) all() {
	s := e.sweep
	results.AtOnce(len(s.Points), func(i int) {
		e.one(i)
		e.report()
	})
	slices.Sort(s.Warnings)
	slices.SortFunc(s.Inputs, func(a, b scenario.Input) int { return strings.Compare(a.Path, b.Path) })
}

// report counts a point that is resolved.
func (e *expansion) report() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done++
	if all := len(e.sweep.Points); e.progress != nil && (e.done%reportEvery == 0 || e.done == all) {
		e.progress(e.done, all)
	}
}

func (e *expansion) one(i int) {
	r, err := e.file.resolve(i)
	if err != nil {
		var many spec.Problems
		if !errors.As(err, &many) {
			many = spec.Problems{{Message: err.Error(), Content: true, Err: err}}
		}
		e.note(many)
		return
	}
	p := &e.sweep.Points[i]
	p.Content, p.Values = r.Content(), make([]string, len(e.file.axes))
	for n, v := range e.file.choices(i) {
		p.Values[n] = e.file.axes[n].texts[v]
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	names := strings.Join(r.Scenario.PolicyNames, "\n")
	if e.policies[names] == nil {
		e.policies[names] = policiesOf(r.Scenario)
	}
	p.Policies = e.policies[names]
	for _, w := range r.Warnings {
		if !e.warned[w] {
			e.warned[w] = true
			e.sweep.Warnings = append(e.sweep.Warnings, w)
		}
	}
	for _, input := range r.Scenario.Inputs {
		if !slices.Contains(e.sweep.Inputs, input) {
			e.sweep.Inputs = append(e.sweep.Inputs, input)
		}
	}
}

// policiesOf returns the policies of a scenario as the plan has them.
func policiesOf(s *scenario.Scenario) (list []Policy) {
	for i, p := range s.Policies {
		list = append(list, Policy{Name: s.PolicyNames[i], Clairvoyant: p.Entry.Clairvoyant, Digest: p.Digest()})
	}
	return list
}

func (e *expansion) note(problems spec.Problems) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range problems {
		key := p.Path + ": " + p.Message
		if old, known := e.found[key]; !known || before(p.Where, old.Where) {
			e.found[key] = p
		}
	}
}

func before(a, b spec.Origin) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// scenario makes the scenario of a point that was checked before.
func (f *sweepFile) scenario(point int) (*scenario.Scenario, error) {
	r, err := f.resolve(point)
	if err != nil {
		return nil, err
	}
	return r.Scenario, nil
}

// resolve makes the scenario of a point. Its seed is for the caller to set.
func (f *sweepFile) resolve(i int) (*spec.Resolved, error) {
	overrides := make([]spec.Override, 0, len(f.axes))
	for n, v := range f.choices(i) {
		overrides = append(overrides, spec.Override{Path: f.axes[n].key, Value: f.axes[n].values[v]})
	}
	return f.resolved.With(overrides)
}

// choices returns which value each axis has at a point, the last axis changing fastest.
func (f *sweepFile) choices(i int) []int {
	choices := make([]int, len(f.axes))
	for n := len(choices) - 1; n >= 0; n-- {
		many := len(f.axes[n].values)
		choices[n], i = i%many, i/many
	}
	return choices
}

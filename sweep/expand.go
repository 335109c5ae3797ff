package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
)

// expand resolves and checks every point.
func (s *Sweep) expand() error {
	points := 1
	for _, a := range s.source.axes {
		if points *= len(a.values); points > maxPoints {
			return spec.Problems{{Where: a.values[0].Origin, Path: "axes." + a.key, Message: fmt.Sprintf("makes more than %d points", maxPoints)}}
		}
	}
	s.Points = make([]Point, points)
	e := &expansion{sweep: s, found: map[string]spec.Problem{}}
	e.note(s.source.problems)
	e.all()
	if problems := e.problems(); problems != nil {
		return problems
	}
	if runs := s.Runs(); runs > maxRuns {
		return fmt.Errorf("%d runs are more than %d", runs, maxRuns)
	}
	return nil
}

// expansion resolves points, some at a time, and gathers what is known of all of them.
type expansion struct {
	sweep *Sweep
	mu    sync.Mutex
	found map[string]spec.Problem // by what is wrong, for many points have the same
}

// all resolves all points. What they come to depends on nothing but the point, so the
// order does not show.
func (e *expansion) all() {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(e.sweep.Points)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(e.sweep.Points); i = int(next.Add(1)) - 1 {
				e.one(i)
			}
		})
	}
	group.Wait()
	s := e.sweep
	for i := range s.Points { // most points have the policies of the one before
		if i > 0 && slices.Equal(s.Points[i].Policies, s.Points[i-1].Policies) {
			s.Points[i].Policies = s.Points[i-1].Policies
		}
	}
	slices.Sort(s.Warnings)
	slices.SortFunc(s.Inputs, func(a, b scenario.Input) int { return strings.Compare(a.Path, b.Path) })
}

func (e *expansion) one(i int) {
	r, err := e.sweep.resolve(i)
	if err != nil {
		var many spec.Problems
		if !errors.As(err, &many) {
			many = spec.Problems{{Message: err.Error(), Content: true, Err: err}}
		}
		e.note(many)
		return
	}
	e.sweep.Points[i] = e.sweep.point(i, r)
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, w := range r.Warnings {
		if !slices.Contains(e.sweep.Warnings, w) {
			e.sweep.Warnings = append(e.sweep.Warnings, w)
		}
	}
	for _, input := range r.Scenario.Inputs {
		if !slices.Contains(e.sweep.Inputs, input) {
			e.sweep.Inputs = append(e.sweep.Inputs, input)
		}
	}
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

// before tells whether a place comes before another in a file.
func before(a, b spec.Origin) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// problems returns what was found, in the order of reading.
func (e *expansion) problems() error {
	if len(e.found) == 0 {
		return nil
	}
	var all spec.Problems
	for _, text := range slices.Sorted(maps.Keys(e.found)) {
		all = append(all, e.found[text])
	}
	return all.Sorted()
}

// resolve makes the scenario of a point. Its seed is for the caller to set.
func (s *Sweep) resolve(i int) (*spec.Resolved, error) {
	overrides := slices.Clone(s.overrides)
	for n, v := range s.values(i) {
		overrides = append(overrides, spec.Override{Path: s.source.axes[n].key, Value: v})
	}
	return spec.LoadTree(s.source.base, s.source.baseErr, overrides)
}

// values returns the values of the axes at a point, the last axis changing fastest.
func (s *Sweep) values(i int) []*spec.Tree {
	values := make([]*spec.Tree, len(s.source.axes))
	for n := len(values) - 1; n >= 0; n-- {
		all := s.source.axes[n].values
		values[n], i = all[i%len(all)], i/len(all)
	}
	return values
}

// point returns what the plan says of a point.
func (s *Sweep) point(i int, r *spec.Resolved) Point {
	p := Point{Values: []string{}, Content: content(r)}
	for _, v := range s.values(i) {
		p.Values = append(p.Values, v.String())
	}
	for _, policy := range r.Scenario.Policies {
		p.Policies = append(p.Policies, Policy{policy.String(), policy.Entry.Clairvoyant})
	}
	return p
}

func content(r *spec.Resolved) string {
	sum := sha256.Sum256([]byte(r.Content()))
	return hex.EncodeToString(sum[:])
}

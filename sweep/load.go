package sweep

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/bobby-math/tessera/scenario/spec"
)

const (
	// defaultSeeds are run if nobody says which.
	defaultSeeds = 20
	// defaultMaxSeeds bounds the seeds of a sweep with a rule for when there are enough.
	defaultMaxSeeds = 200
	// maxPoints and maxRuns bound a sweep.
	maxPoints = 1_000_000
	maxRuns   = 1_000_000_000
)

// UsageError is a mistake in the Options.
type UsageError struct{ error }

func (e UsageError) Unwrap() error { return e.error }

// Load reads a sweep file, or a scenario file as a sweep without axes (none if the name is
// empty), and expands it:
// every point is resolved and checked before it returns. Problems come back at once, as
// spec.Problems if they lie in files or in overrides.
func Load(name string, in io.Reader, o Options) (*Sweep, error) {
	f, err := read(name, in)
	if err != nil {
		return nil, err
	}
	if f.suite != "" {
		return f.loadSuite(o)
	}
	if f.base == nil {
		f.base = &spec.Tree{Kind: spec.Mapping}
	}
	s := &Sweep{points: f, Plan: Plan{Schema: planSchema, Engine: o.Engine, Points: []Point{}}}
	s.Axes = []string{}
	for _, a := range f.axes {
		s.Axes = append(s.Axes, a.key)
	}
	if err := s.chooseSeeds(f, o); err != nil {
		return nil, err
	}
	if err := f.chooseOverrides(o); err != nil {
		return nil, err
	}
	return s, s.expand(f, o.Progress)
}

// loadSuite makes the sweep of a file that names a suite.
func (f *sweepFile) loadSuite(o Options) (*Sweep, error) {
	if f.problems != nil {
		return nil, f.problems
	}
	for _, over := range o.Overrides {
		return nil, UsageError{fmt.Errorf("%s: makes no sense with a suite, which says what its scenarios are", over.Value.Origin.Name)}
	}
	if o.Seeds != nil || o.Until != "" || o.MaxSeeds != 0 {
		return nil, UsageError{errors.New("seeds: make no sense with a suite, which says what is run")}
	}
	return LoadCases(f.suite, f.settings, o)
}

// chooseSeeds decides which seeds are run: what is said outside goes before the file.
func (s *Sweep) chooseSeeds(f *sweepFile, o Options) error {
	s.Seeds, s.Until = f.seeds, cmp.Or(o.Until, f.until)
	if o.Seeds != nil {
		s.Seeds = o.Seeds
	}
	limit := cmp.Or(o.MaxSeeds, f.maxSeeds)
	switch {
	case s.Until != "":
		return s.chooseUntil(limit, o.Until != "")
	case limit != 0:
		return UsageError{errors.New("max-seeds: needs a rule for when there are seeds enough, as in --until 'ci(cost)<1%'")}
	case s.Seeds == nil:
		s.Seeds = span(1, defaultSeeds)
	}
	return nil
}

// chooseUntil has seeds go on from the first, as far as there may be with a rule for when
// there are enough. flag says that the rule is not from the file.
func (s *Sweep) chooseUntil(limit int, flag bool) error {
	first := uint64(1)
	if len(s.Seeds) > 0 {
		first = s.Seeds[0]
	}
	if limit == 0 {
		limit = max(len(s.Seeds), defaultMaxSeeds)
	}
	if limit > maxSeeds || first > math.MaxUint64-uint64(limit) {
		return UsageError{fmt.Errorf("max-seeds: %d from seed %d on must be in [20, %d]", limit, first, maxSeeds)}
	}
	s.Seeds = span(first, limit)
	_, _, err := s.until()
	if err != nil && flag {
		return UsageError{err}
	}
	return err
}

func span(first uint64, n int) Seeds {
	seeds := make(Seeds, n)
	for i := range seeds {
		seeds[i] = first + uint64(i)
	}
	return seeds
}

// chooseOverrides keeps what goes over the scenario of every point: the policies of the
// sweep file, then what is said outside.
func (f *sweepFile) chooseOverrides(o Options) error {
	if p := f.policies; p != nil {
		f.overrides = append(f.overrides, spec.Override{Path: "policies", Value: p})
	}
	var errs []error
	for _, over := range o.Overrides {
		for _, a := range f.axes {
			if a.key == over.Path {
				errs = append(errs, fmt.Errorf("%s: sets %s, which is an axis of the sweep", over.Value.Origin.Name, a.key))
			}
		}
		f.overrides = append(f.overrides, over)
	}
	if errs != nil {
		return UsageError{errors.Join(errs...)}
	}
	return nil
}

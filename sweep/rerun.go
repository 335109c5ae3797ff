package sweep

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/scheduler"
)

// Reload makes the sweep that a manifest describes once more. It is an error if a file it
// read is gone or has changed.
func Reload(m *results.Manifest, engine string) (*Sweep, error) {
	if m == nil || m.Scenario == "" {
		return nil, errors.New("there is no manifest that says what was run")
	}
	s, err := Load(spec.Stdin, strings.NewReader(m.Scenario), Options{Engine: engine})
	if err != nil {
		return nil, fmt.Errorf("what the manifest says was run cannot be run: %w", err)
	}
	var errs []error
	for _, input := range m.Inputs {
		// by content: the sweep may have named it from another folder
		if !slices.ContainsFunc(s.Inputs, func(now scenario.Input) bool { return now.SHA256 == input.SHA256 }) {
			errs = append(errs, fmt.Errorf("%s is not the file that the sweep read (%d bytes with SHA-256 %.12s...)", input.Path, input.Bytes, input.SHA256))
		}
	}
	return s, errors.Join(errs...)
}

// Rerun is a run of a sweep that can be made again.
type Rerun struct {
	// Scenario is that of the run, with its seed.
	Scenario *scenario.Scenario
	Policy   scheduler.Spec

	row *results.Run
}

// Rerun finds what the run of a row was made of.
func (s *Sweep) Rerun(row *results.Run) (*Rerun, error) {
	at := slices.IndexFunc(s.Points, func(p Point) bool { return p.made(row) })
	if at < 0 {
		return nil, fmt.Errorf("the manifest describes no point with %v and the policy %s", row.Axes, row.Policy)
	}
	made, err := s.points.scenario(at)
	if err != nil {
		return nil, err
	}
	made.Seed = row.Seed
	policy := slices.IndexFunc(s.Points[at].Policies, func(p Policy) bool { return p.Name == row.Policy })
	return &Rerun{made, made.Policies[policy], row}, nil
}

// made reports whether a row is of a run at p. Points of a suite may share their values, and
// differ in their policies.
func (p *Point) made(row *results.Run) bool {
	return slices.EqualFunc(p.Values, row.Axes, func(value string, a results.Axis) bool { return value == a.Value }) &&
		slices.ContainsFunc(p.Policies, func(one Policy) bool { return one.Name == row.Policy })
}

// Run makes the run again, its journal going to w. A run with another result than the row
// says is an error.
func (r *Rerun) Run(ctx context.Context, system *actors.System, w journal.Writer) error {
	made, err := simulate(ctx, system, ID{}, r.Scenario, r.Policy, r.Scenario.Tasks(), w)
	if err != nil {
		return err
	}
	now := *r.row
	now.Status = results.Failed
	if made.Error == "" {
		now.Status, now.Summary = results.OK, *made.Summary
	}
	return same(&now, r.row)
}

// same returns an error if a run has another result than before.
func same(now, before *results.Run) error {
	drift, err := results.FindDrift(one(now), one(before), 0, 1)
	if err != nil || drift.Differences == 0 {
		return err
	}
	c := drift.First[0]
	return fmt.Errorf("run %.12s was made again with another result: %s is %s, and was %s (another version of tessera?)", before.ID, c.Column, c.Now, c.Earlier)
}

func one(r *results.Run) iter.Seq2[*results.Run, error] {
	return func(yield func(*results.Run, error) bool) { yield(r, nil) }
}

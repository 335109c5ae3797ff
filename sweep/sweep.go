// Package sweep runs a scenario many times: for every combination of values of its axes,
// every seed, every policy.
//
// The one idea to hold: every run has an address, the SHA-256 over all that it depends on,
// and its result is kept under its address as soon as it is over. So a sweep that
// was killed goes on where it was, shards can be merged, and what is written at the end
// depends on the plan alone, never on who ran what when.
package sweep

import (
	"io"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
)

// Sweep is a plan with what is needed to run it.
type Sweep struct {
	Plan
	// Inputs are the files that were read, Warnings what is taken on trust.
	Inputs   []scenario.Input
	Warnings []string
	// Print writes what rows of the sweep of a suite sum up to, as the suite's table for people;
	// nil of other sweeps.
	Print func(w io.Writer, rows []*results.Run) error

	points points
}

// points are the scenarios of a sweep.
type points interface {
	// scenario makes the scenario of a point, from the files as they were first read. Its
	// seed is for the caller to set.
	scenario(point int) (*scenario.Scenario, error)
	// text returns a sweep file that makes the sweep again.
	text(*Sweep) (string, error)
}

// Scenario makes the scenario of a point. Its seed is for the caller to set.
func (s *Sweep) Scenario(point int) (*scenario.Scenario, error) { return s.points.scenario(point) }

// Options is what is said outside of the sweep file, and goes before it.
type Options struct {
	// Overrides of the scenario, by flags and the environment.
	Overrides []spec.Override
	// Seeds, unless nil.
	Seeds Seeds
	// Until, unless empty, is a rule for when there are seeds enough; MaxSeeds, unless 0,
	// how many there may be.
	Until    string
	MaxSeeds int
	// Engine is the version of the program.
	Engine string
	// Progress, unless nil, is called now and then with how many of the points are resolved and
	// checked. It is called by one goroutine at a time.
	Progress func(done, total int)
}

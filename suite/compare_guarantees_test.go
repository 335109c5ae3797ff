package suite

import (
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// done is the outcome of a run of a policy.
type done Outcome

func (d done) Outcome() Outcome { return Outcome(d) }

func TestGuaranteesAreComparedJobByJob(t *testing.T) {
	policies := allPolicies(t)
	a, b := policies[0], policies[1]
	peer := []done{
		{Policy: a, Cost: 10 * cloud.Dollar, Met: true}, {Policy: b, Cost: 5 * cloud.Dollar, Met: true},
		{Policy: a, Cost: 20 * cloud.Dollar}, {Policy: b, Cost: 6 * cloud.Dollar},
	}
	// The late job of a costs $3 more to be in time, that of b $1 less.
	strict := []done{
		{Policy: a, Cost: 10 * cloud.Dollar, Met: true}, {Policy: b, Cost: 5 * cloud.Dollar, Met: true},
		{Policy: a, Cost: 23 * cloud.Dollar, Met: true}, {Policy: b, Cost: 5 * cloud.Dollar, Met: true},
	}
	got := CompareGuarantees(peer, strict)
	if len(got) != 2 {
		t.Fatalf("%d comparisons", len(got))
	}
	for n, want := range []struct{ peer, strict, extra float64 }{{15, 16.5, 1.5}, {5.5, 5, -0.5}} {
		g := got[n]
		if g.PeerCost.Value != want.peer || g.StrictCost.Value != want.strict || g.Extra.Value != want.extra {
			t.Errorf("%v: %v, %v, %v, want %v", g.Policy, g.PeerCost.Value, g.StrictCost.Value, g.Extra.Value, want)
		}
		if g.PeerMissed != 1 || g.StrictMissed != 0 || g.Differ != 1 || g.Extra.N != 2 {
			t.Errorf("%v: %+v", g.Policy, g)
		}
	}
}

package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// comparison is all that is said of Pairs.
type comparison struct {
	Mean, Bootstrap, Relative Estimate
	Wins                      Wins
	P                         float64
}

func (p Pairs) compare() comparison {
	differences := p.differences()
	return comparison{p.Difference(), Bootstrap(differences, 1), p.Relative(), p.Wins(), SignFlip(differences, 1)}
}

// Differences 2, 4, 0: mean 2, deviation 2, t(2) = 4.30265, so the half width is
// 4.30265*2/sqrt(3) = 4.96828. The baseline is 10 each time: relative is a tenth of that.
// One tie of three, no win: half a win, a sixth. Sums of all signs on 2, 4, 0 are 6, 2, -2,
// -6, each twice: half are as far from zero as 6.
func TestCompare(t *testing.T) {
	d := Pairs{{12, 10}, {14, 10}, {10, 10}}.compare()
	near(t, "mean", d.Mean.Value, 2)
	near(t, "high", d.Mean.High, 2+4.96828)
	near(t, "relative", d.Relative.Value, 0.2)
	near(t, "relative low", d.Relative.Low, 0.2-0.496828)
	near(t, "wins", d.Wins.Share.Value, 1./6)
	near(t, "p", d.P, 0.5)
	near(t, "bootstrap mean", d.Bootstrap.Value, 2)
	if d.Wins.Won != 0 || d.Wins.Tied != 1 {
		t.Errorf("won %d, tied %d", d.Wins.Won, d.Wins.Tied)
	}
	if !slices.Equal(d.Mean.Warnings, []Warning{FewSamples}) {
		t.Errorf("warnings %q", d.Mean.Warnings)
	}
}

// A fifth more than the baseline under every seed: the difference varies, the ratio does
// not.
func TestRelativeKnowsTheNoiseOfTheBaseline(t *testing.T) {
	p := Pairs{{9.6, 8}, {14.4, 12}, {12, 10}, {24, 20}}
	if r := p.Relative(); math.Abs(r.Low-0.2) > 1e-12 || math.Abs(r.High-0.2) > 1e-12 {
		t.Errorf("relative %+v, want 0.2 without width", r)
	}
	if d := p.Difference(); d.High-d.Low < 1 {
		t.Errorf("difference %+v has no width", d)
	}
}

func TestNoPairs(t *testing.T) {
	d := Pairs(nil).compare()
	if !math.IsNaN(d.Mean.Value) || !math.IsNaN(d.Wins.Share.Value) || d.P != 1 {
		t.Errorf("%+v", d)
	}
}

// Turned round, a comparison says the same of the other.
func TestCompareTurnedRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := make(Pairs, rapid.IntRange(2, 40).Draw(t, "n"))
		whole := rapid.IntRange(0, 9) // small, so that there are ties
		for i := range p {
			p[i] = Pair{float64(whole.Draw(t, "value")), float64(whole.Draw(t, "baseline"))}
		}
		turned := make(Pairs, len(p))
		for i, pair := range p {
			turned[i] = Pair{pair.Baseline, pair.Value}
		}
		a, b := p.compare(), turned.compare()
		if a.P != b.P || a.Mean.Value != -b.Mean.Value || a.Wins.Won+b.Wins.Won+a.Wins.Tied != len(p) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

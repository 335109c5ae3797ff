package stats

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Differences 2, 4, 0: mean 2, deviation 2, t(2) = 4.30265, so the half width is
// 4.30265*2/sqrt(3) = 4.96828. The baseline is 10 each time: relative is a tenth of that.
// One tie of three, no win: half a win, a sixth. Sums of all signs on 2, 4, 0 are 6, 2, -2,
// -6, each twice: half are as far from zero as 6.
func TestCompare(t *testing.T) {
	d := Pairs{{12, 10}, {14, 10}, {10, 10}}.Compare(1)
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
	d := Pairs(nil).Compare(1)
	if !math.IsNaN(d.Mean.Value) || !math.IsNaN(d.Wins.Share.Value) || d.P != 1 {
		t.Errorf("%+v", d)
	}
}

func TestMatch(t *testing.T) {
	pairs, err := Match([]Run{{3, 30}, {1, 10}, {2, 20}}, []Run{{1, 1}, {2, 2}, {3, 3}})
	if want := (Pairs{{10, 1}, {20, 2}, {30, 3}}); err != nil || !slices.Equal(pairs, want) {
		t.Errorf("%v, %v, want %v", pairs, err, want)
	}
}

func TestMatchNamesTheSeedsWithoutPartner(t *testing.T) {
	many := make([]Run, 12)
	for i := range many {
		many[i].Seed = uint64(i)
	}
	for name, c := range map[string]struct {
		policy, baseline []Run
		want             []string
	}{
		"one longer":     {[]Run{{1, 0}, {2, 0}}, []Run{{1, 0}}, []string{"only the policy has seed 2"}},
		"other seeds":    {[]Run{{1, 0}, {2, 0}}, []Run{{4, 0}, {3, 0}}, []string{"only the policy has seed 1, 2", "only the baseline has seed 3, 4"}},
		"a seed twice":   {[]Run{{1, 0}, {1, 0}}, []Run{{1, 0}, {1, 0}}, []string{"the policy has twice seed 1", "the baseline has twice seed 1"}},
		"nothing at all": {nil, nil, []string{"there are no runs"}},
		"many seeds":     {many, many[:1], []string{"only the policy has seed 1, 2, 3, 4, 5, 6, 7, 8 and 3 more"}},
	} {
		_, err := Match(c.policy, c.baseline)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if want := "compare seed by seed: " + strings.Join(c.want, "\n"); err.Error() != want {
			t.Errorf("%s: %q, want %q", name, err, want)
		}
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
		a, b := p.Compare(1), turned.Compare(1)
		if a.P != b.P || a.Mean.Value != -b.Mean.Value || a.Wins.Won+b.Wins.Won+a.Wins.Tied != len(p) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

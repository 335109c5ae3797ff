package sweep

import (
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/stats"
)

// extent is how many of the plan's seeds each point takes: all, or with a rule for when
// there are enough as many as the results so far ask for. It follows from the results of
// the point alone, so it is the same whoever ran them in whatever order.
type extent struct {
	plan  *Plan
	seeds []int // by point
	rule  *stats.Until
	about results.Column
	done  []bool // by point: it gets no more seeds
}

func newExtent(p *Plan) (*extent, error) {
	rule, about, err := p.until()
	if err != nil {
		return nil, err
	}
	x := &extent{plan: p, seeds: make([]int, len(p.Points)), rule: rule, about: about, done: make([]bool, len(p.Points))}
	first := len(p.Seeds)
	if rule != nil {
		first = rule.Next(nil)
	}
	for i := range x.seeds {
		x.seeds[i] = first
	}
	return x, nil
}

// grow gives seeds to the points that need more, now that all they had are finished. It
// reports whether there were any. Points that are not mine are left alone.
func (x *extent) grow(s store, mine func(point int) bool) (grew bool, err error) {
	if x.rule == nil {
		return false, nil
	}
	for i := range x.seeds {
		if x.done[i] || !mine(i) {
			continue
		}
		next, err := x.next(s, i)
		if err != nil {
			return false, err
		}
		x.done[i] = next <= x.seeds[i]
		if !x.done[i] {
			x.seeds[i], grew = next, true
		}
	}
	return grew, nil
}

// next returns how many seeds a point should have: as many as the policy that needs most.
func (x *extent) next(s store, i int) (most int, err error) {
	point := &x.plan.Points[i]
	for _, policy := range point.Policies {
		samples := make([]float64, 0, x.seeds[i])
		for _, seed := range x.plan.Seeds[:x.seeds[i]] {
			r, err := s.Get(x.plan.id(point, seed, policy))
			if err != nil {
				return 0, err
			}
			if y, ok := x.about.Number(x.plan.row(point, seed, policy, r)); ok {
				samples = append(samples, y)
			}
		}
		// A policy some of whose runs have no number cannot be judged: it is not waited for.
		if len(samples) == x.seeds[i] {
			most = max(most, x.rule.Next(samples))
		}
	}
	return most, nil
}

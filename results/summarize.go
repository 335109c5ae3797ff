package results

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bobby-math/tessera/spelling"
)

// DefaultBaseline is what policies are compared with where it ran.
const DefaultBaseline = "ondemand"

// Summarizer sums runs up in one pass, in whatever order they come. Quantiles, bootstraps
// and pairs are exact, so it keeps the seed and the metrics of every run: with those of
// Summarized 112 bytes a run.
type Summarizer struct {
	metrics    []Column
	replicates []string
	points     []*pointRuns
	byPoint    map[string]*pointRuns
	bySample   map[string]uint64 // with replicates: the number of each sample
	tasks      bool              // any run had some
	service    bool              // any run had one
}

// pointRuns are the runs at a point.
type pointRuns struct {
	axes     []Axis
	policies []*policyRuns // in the order in which they came
}

// policyRuns are the runs of a policy at a point.
type policyRuns struct {
	policy      string
	clairvoyant bool
	runs        int
	seeds       []uint64    // of the runs that did not fail, or with replicates their samples
	values      [][]float64 // by metric; NaN where a run has none
}

// NewSummarizer returns one for the given metrics. Replicates are axes along which runs are
// pooled: a sample is a seed at a combination of their values, and policies are compared
// sample by sample.
func NewSummarizer(metrics []Column, replicates []string) *Summarizer {
	return &Summarizer{metrics: metrics, replicates: replicates, byPoint: map[string]*pointRuns{}, bySample: map[string]uint64{}}
}

// Add counts a run.
func (s *Summarizer) Add(r *Run) {
	axes, sample := s.split(r)
	p := s.at(axes).of(r.Policy, len(s.metrics))
	p.runs++
	p.clairvoyant = p.clairvoyant || r.Clairvoyant
	if r.Status == Failed {
		return
	}
	s.tasks = s.tasks || r.Summary.TotalTasks > 0
	s.service = s.service || r.Summary.Availability != nil
	p.seeds = append(p.seeds, sample)
	for i, c := range s.metrics {
		x, ok := c.Number(r)
		if !ok {
			x = math.NaN()
		}
		p.values[i] = append(p.values[i], x)
	}
}

// split returns the axes of the point of a run, and the number of its sample there.
func (s *Summarizer) split(r *Run) (axes []Axis, sample uint64) {
	if len(s.replicates) == 0 {
		return r.Axes, r.Seed
	}
	key := strconv.FormatUint(r.Seed, 10)
	for _, a := range r.Axes {
		if slices.Contains(s.replicates, a.Key) {
			key += "\x00" + a.Value
		} else {
			axes = append(axes, a)
		}
	}
	sample, known := s.bySample[key]
	if !known {
		sample = uint64(len(s.bySample))
		s.bySample[key] = sample
	}
	return axes, sample
}

func (s *Summarizer) at(axes []Axis) *pointRuns {
	key := pointKey(axes)
	p := s.byPoint[key]
	if p == nil {
		p = &pointRuns{axes: cloned(axes)}
		s.byPoint[key] = p
		s.points = append(s.points, p)
	}
	return p
}

// pointKey is a text that only equal axes have: values have no control characters.
func pointKey(axes []Axis) string {
	var key strings.Builder
	for _, a := range axes {
		key.WriteString(a.Value)
		key.WriteByte(0)
	}
	return key.String()
}

func (p *pointRuns) of(policy string, metrics int) *policyRuns {
	at := slices.IndexFunc(p.policies, func(one *policyRuns) bool { return one.policy == policy })
	if at < 0 {
		at = len(p.policies)
		p.policies = append(p.policies, &policyRuns{policy: strings.Clone(policy), values: make([][]float64, metrics)})
	}
	return p.policies[at]
}

// Policies returns the policies that ran, in the order in which they came.
func (s *Summarizer) Policies() []string {
	var names []string
	for _, point := range s.points {
		for _, p := range point.policies {
			if !slices.Contains(names, p.policy) {
				names = append(names, p.policy)
			}
		}
	}
	return names
}

// Baseline returns the policy with the given name, which may lack its parameters if that
// leaves only one; without a name the default: ondemand, or else the first policy that
// ran.
func (s *Summarizer) Baseline(name string) (string, error) {
	policies := s.Policies()
	if name == "" && !slices.Contains(policies, DefaultBaseline) && len(policies) > 0 {
		return policies[0], nil
	}
	if name == "" {
		return DefaultBaseline, nil
	}
	return FindPolicy(name, policies)
}

// FindPolicy returns the one of policies that name means: itself, or the only one that has
// parameters besides.
func FindPolicy(name string, policies []string) (string, error) {
	if slices.Contains(policies, name) {
		return name, nil
	}
	var with []string
	for _, p := range policies {
		if strings.HasPrefix(p, name+":") {
			with = append(with, p)
		}
	}
	switch len(with) {
	case 1:
		return with[0], nil
	case 0:
		return "", fmt.Errorf("no policy %q ran%s (there are: %s)", name, spelling.DidYouMean(name, policies), strings.Join(policies, ", "))
	}
	return "", fmt.Errorf("policy %q ran with several parameters: choose one of %s", name, strings.Join(with, ", "))
}

// Summary sums up the runs, the points and policies in the order in which
// they came. A seed that a policy met twice at a point is an error.
func (s *Summarizer) Summary(baseline string) (*Summary, error) {
	baseline, err := s.Baseline(baseline)
	if err != nil {
		return nil, err
	}
	sum := &Summary{Schema: SummarySchema, Baseline: baseline, Metrics: []MetricInfo{}, Points: []Point{}, Replicates: s.replicates}
	for _, c := range s.metrics {
		sum.Metrics = append(sum.Metrics, MetricInfo{c.Name, c.Metric, c.Unit, c.Meaning, c.HigherIsBetter()})
	}
	sum.Points = append(sum.Points, make([]Point, len(s.points))...)
	errs := make([]error, len(s.points))
	AtOnce(len(s.points), func(i int) { sum.Points[i], errs[i] = s.point(s.points[i], baseline) })
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return sum, nil
}

// DropEmpty forgets the metrics that no run so far has a value of, and those of tasks where a
// service runs alone. If there are no values at all it keeps them.
func (s *Summarizer) DropEmpty() {
	var kept []int
	for i := range s.metrics {
		alone := s.service && !s.tasks && s.metrics[i].use&ofTasks != 0
		if s.has(i) && !alone {
			kept = append(kept, i)
		}
	}
	if kept == nil {
		return
	}
	s.metrics = chosen(s.metrics, kept)
	for _, point := range s.points {
		for _, p := range point.policies {
			p.values = chosen(p.values, kept)
		}
	}
}

func (s *Summarizer) has(i int) bool {
	for _, point := range s.points {
		for _, p := range point.policies {
			if slices.ContainsFunc(p.values[i], func(x float64) bool { return !math.IsNaN(x) }) {
				return true
			}
		}
	}
	return false
}

// chosen returns the elements of a list at some places, in their order.
func chosen[T any](list []T, at []int) []T {
	made := make([]T, len(at))
	for k, i := range at {
		made[k] = list[i]
	}
	return made
}

// Values returns the values that Points[point].Policies[policy].Metrics[metric] of the last
// Summary describes, in the order of seeds.
func (s *Summarizer) Values(point, policy, metric int) []float64 {
	return slices.DeleteFunc(slices.Clone(s.points[point].policies[policy].values[metric]), math.IsNaN)
}

// AtOnce calls do for each of n, as many at a time as there are processors. What is done
// must not depend on what is done beside it.
func AtOnce(n int, do func(int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	group.Wait()
}

func (s *Summarizer) point(p *pointRuns, baseline string) (Point, error) {
	sum := Point{Axes: p.axes, Policies: []PolicyPoint{}}
	if sum.Axes == nil {
		sum.Axes = []Axis{}
	}
	for _, one := range p.policies {
		if err := one.sortBySeed(); err != nil {
			return sum, fmt.Errorf("%s, policy %s: %w", point(p.axes), one.policy, err)
		}
		policy := PolicyPoint{Policy: one.policy, Clairvoyant: one.clairvoyant, Runs: one.runs, Failed: one.runs - len(one.seeds)}
		for i, c := range s.metrics {
			policy.Metrics = append(policy.Metrics, one.distribution(c, i))
		}
		sum.Policies = append(sum.Policies, policy)
	}
	for i := range s.metrics {
		compare(sum.Policies, p.policies, s.metrics[i], i, baseline)
	}
	return sum, nil
}

// sortBySeed puts the runs into the order of seeds, so that no number depends on the order
// in which they came.
func (p *policyRuns) sortBySeed() error {
	order := make([]int, len(p.seeds))
	for i := range order {
		order[i] = i
	}
	bySeed := func(a, b int) int { return cmp.Compare(p.seeds[a], p.seeds[b]) }
	if !slices.IsSortedFunc(order, bySeed) {
		slices.SortFunc(order, bySeed)
		p.seeds = chosen(p.seeds, order)
		for i, values := range p.values {
			p.values[i] = chosen(values, order)
		}
	}
	for i := 1; i < len(p.seeds); i++ {
		if p.seeds[i] == p.seeds[i-1] {
			return fmt.Errorf("seed %d is there twice", p.seeds[i]) // or a sample, by its number
		}
	}
	return nil
}

// cloned copies axes, so that they keep no row of a file in memory.
func cloned(axes []Axis) []Axis {
	list := make([]Axis, len(axes))
	for i, a := range axes {
		list[i] = Axis{strings.Clone(a.Key), strings.Clone(a.Value)}
	}
	return list
}

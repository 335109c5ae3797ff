package stats

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Run is the result of a policy under one seed.
type Run struct {
	Seed  uint64
	Value float64
}

// Pair is the result of a policy and of the baseline under the same seed.
type Pair struct{ Value, Baseline float64 }

// Pairs compares a policy with a baseline, seed by seed: what a seed did to both
// cancels in the difference (common random numbers: Law, Simulation Modeling and
// Analysis, section 11.2). Match makes them of runs.
type Pairs []Pair

// Difference is the result of comparing Pairs.
type Difference struct {
	// Mean is the mean of value less baseline, with the interval of the paired t test.
	Mean Estimate
	// Bootstrap is the same with the interval to go by where Mean is warned Skewed.
	Bootstrap Estimate
	// Relative is Mean over the mean of the baseline.
	Relative Estimate
	Wins     Wins
	// P is the two-sided p-value of the hypothesis that the policy makes no difference.
	P float64
}

// Wins counts the pairs in which the policy has the smaller value.
type Wins struct {
	// Share is the share of wins, a tie counted as half a win.
	Share     Estimate
	Won, Tied int
}

// Match pairs the runs of a policy with those of the baseline that have the same seed, in
// the order of seeds; the order of the runs does not matter. Runs without a partner and
// seeds that occur twice are errors, which name them.
func Match(policy, baseline []Run) (Pairs, error) {
	left, errLeft := bySeed("policy", policy)
	right, errRight := bySeed("baseline", baseline)
	errs := []error{
		errLeft, errRight,
		complaint("only the policy has seed", without(left, right)),
		complaint("only the baseline has seed", without(right, left)),
	}
	if len(left)+len(right) == 0 {
		errs = append(errs, errors.New("there are no runs"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("compare seed by seed: %w", err)
	}
	pairs := make(Pairs, len(left))
	for i := range left {
		pairs[i] = Pair{left[i].Value, right[i].Value}
	}
	return pairs, nil
}

// bySeed returns a copy of runs sorted by seed, and an error about seeds that occur
// twice among them.
func bySeed(whose string, runs []Run) ([]Run, error) {
	sorted := slices.SortedStableFunc(slices.Values(runs), func(a, b Run) int { return cmp.Compare(a.Seed, b.Seed) })
	var twice []uint64
	for i := range sorted {
		if i > 0 && sorted[i].Seed == sorted[i-1].Seed {
			twice = append(twice, sorted[i].Seed)
		}
	}
	return sorted, complaint("the "+whose+" has twice seed", slices.Compact(twice))
}

// without returns the seeds of runs that none of others has. Both are sorted.
func without(runs, others []Run) []uint64 {
	var alone []uint64
	for _, r := range runs {
		if _, found := slices.BinarySearchFunc(others, r.Seed, func(o Run, seed uint64) int { return cmp.Compare(o.Seed, seed) }); !found {
			alone = append(alone, r.Seed)
		}
	}
	return slices.Compact(alone)
}

// complaint returns an error about seeds, which names the first of them; nil without any.
func complaint(what string, seeds []uint64) error {
	const named = 8
	if len(seeds) == 0 {
		return nil
	}
	list := strings.Trim(fmt.Sprint(seeds[:min(len(seeds), named)]), "[]")
	list = strings.ReplaceAll(list, " ", ", ")
	if more := len(seeds) - named; more > 0 {
		list = fmt.Sprintf("%s and %d more", list, more)
	}
	return fmt.Errorf("%s %s", what, list)
}

// Compare computes the Difference. Seed is that of the random draws of the bootstrap and of
// the p-value; use the same for all policies.
func (p Pairs) Compare(seed uint64) Difference {
	differences := p.differences()
	return Difference{
		Mean:      Mean(differences),
		Bootstrap: Bootstrap(differences, seed),
		Relative:  p.Relative(),
		Wins:      p.Wins(),
		P:         SignFlip(differences, seed),
	}
}

// Difference returns the mean of value less baseline.
func (p Pairs) Difference() Estimate { return Mean(p.differences()) }

func (p Pairs) differences() []float64 {
	list := make([]float64, len(p))
	for i, pair := range p {
		list[i] = pair.Value - pair.Baseline
	}
	return list
}

// Relative returns the mean difference over the mean of the baseline, R, where both
// are noisy. The interval is that of the ratio estimator, to first order: the mean
// of R + (d - R b) / mean(b) over the pairs, with d the difference and b the baseline
// (Cochran, Sampling Techniques, 3rd edition, 1977, chapter 6). A baseline with mean
// zero gives no number.
func (p Pairs) Relative() Estimate {
	differences, baseline := p.differences(), make([]float64, len(p))
	for i, pair := range p {
		baseline[i] = pair.Baseline
	}
	base := stat.Mean(baseline, nil)
	ratio := stat.Mean(differences, nil) / base
	linear := make([]float64, len(p))
	for i := range p {
		linear[i] = ratio + (differences[i]-float64(ratio*baseline[i]))/base
	}
	return Mean(linear)
}

// Swapped returns the baseline compared with the policy.
func (p Pairs) Swapped() Pairs {
	swapped := make(Pairs, len(p))
	for i, pair := range p {
		swapped[i] = Pair{pair.Baseline, pair.Value}
	}
	return swapped
}

// Wins counts wins and ties.
func (p Pairs) Wins() Wins {
	var w Wins
	for _, pair := range p {
		switch {
		case pair.Value < pair.Baseline:
			w.Won++
		case pair.Value == pair.Baseline:
			w.Tied++
		}
	}
	w.Share = nothing()
	if len(p) > 0 {
		w.Share = wilson((float64(w.Won)+float64(w.Tied)/2)/float64(len(p)), len(p))
	}
	return w
}

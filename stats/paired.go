package stats

import "gonum.org/v1/gonum/stat"

// Pair is the result of a policy and of the baseline under the same seed.
type Pair struct{ Value, Baseline float64 }

// Pairs compares a policy with a baseline, seed by seed: what a seed did to both
// cancels in the difference (common random numbers: Law, Simulation Modeling and
// Analysis, section 11.2).
type Pairs []Pair

// Wins counts the pairs in which the policy has the smaller value.
type Wins struct {
	// Share is the share of wins, a tie counted as half a win.
	Share     Estimate
	Won, Tied int
}

// Difference returns the mean of value less baseline, with the interval of the paired t
// test.
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

package results

import (
	"fmt"
	"math"
	"slices"

	"github.com/bobby-math/tessera/stats"
)

// bootstrapSeed is the seed of bootstraps and p-values, the same for all.
const bootstrapSeed = 1

func (p *policyRuns) distribution(c Column, i int) Distribution {
	values := slices.DeleteFunc(slices.Clone(p.values[i]), math.IsNaN)
	d := stats.Describe(values)
	made := Distribution{
		Column:   c.Name,
		N:        len(values),
		Interval: interval(d.Mean, values),
		SD:       Number(d.SD), Min: Number(d.Min), Max: Number(d.Max),
		Median: Number(d.Median), P90: Number(d.P90), P99: Number(d.P99),
	}
	made.Warnings = made.Interval.warnings(d.Warnings)
	if failed := p.runs - len(p.seeds); failed > 0 {
		made.Warnings = append(made.Warnings, fmt.Sprintf("%d of %d runs failed and are left out", failed, p.runs))
	}
	if missing := len(p.seeds) - len(values); missing > 0 {
		made.Warnings = append(made.Warnings, fmt.Sprintf("%d of %d runs have no %s and are left out", missing, p.runs, c.Name))
	}
	return made
}

// The methods of Interval.
const (
	studentT   = "t"
	bootstrapT = "bootstrap-t"
)

// interval returns the interval of the mean of values to go by: Student's, but where they
// are too skewed for it that of the bootstrap, if it has two ends.
func interval(mean stats.Estimate, values []float64) Interval {
	if slices.Contains(mean.Warnings, stats.Skewed) {
		b := stats.Bootstrap(values, bootstrapSeed)
		if Number(b.Low).Finite() && Number(b.High).Finite() {
			return Interval{Number(b.Value), Number(b.Low), Number(b.High), bootstrapT}
		}
	}
	return Interval{Number(mean.Value), Number(mean.Low), Number(mean.High), studentT}
}

// warnings are those of the mean that hold for the interval: of the bootstrap skewness is none.
func (i Interval) warnings(ofMean []stats.Warning) []string {
	list := []string{}
	for _, w := range ofMean {
		if w != stats.Skewed || i.Method != bootstrapT {
			list = append(list, string(w))
		}
	}
	return list
}

// compare sets the differences of the i-th metric of all policies at a point from the
// baseline, with their p-values corrected for being several.
func compare(into []PolicyPoint, policies []*policyRuns, c Column, i int, baseline string) {
	at := slices.IndexFunc(policies, func(p *policyRuns) bool { return p.policy == baseline })
	if at < 0 {
		for k := range into {
			d := &into[k].Metrics[i]
			d.Warnings = append(d.Warnings, fmt.Sprintf("the baseline %s did not run here", baseline))
		}
		return
	}
	var made []*Difference
	var p []float64
	for k, one := range policies {
		if k == at {
			continue
		}
		d := difference(one, policies[at], c, i)
		into[k].Metrics[i].Difference = d
		if d.N > 0 { // a test that was not made needs no correction
			made, p = append(made, d), append(p, float64(d.P))
		}
	}
	for k, corrected := range stats.Holm(p) {
		made[k].PHolm = Number(corrected)
	}
}

// difference compares the i-th metric of two policies, seed by seed.
func difference(policy, baseline *policyRuns, c Column, i int) *Difference {
	pairs := paired(policy, baseline, i)
	differences := make([]float64, len(pairs))
	for k, p := range pairs {
		differences[k] = p.Value - p.Baseline
	}
	mean := pairs.Difference()
	d := &Difference{N: len(pairs), Interval: interval(mean, differences), P: Number(math.NaN()), PHolm: Number(math.NaN())}
	d.Warnings = d.Interval.warnings(mean.Warnings)
	if most := max(policy.runs, baseline.runs); len(pairs) < most {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d of %d seeds are left out: a run of the pair is missing, failed or has no value", most-len(pairs), most))
	}
	wins := pairs.Wins()
	if c.HigherIsBetter() {
		wins = pairs.Swapped().Wins()
	}
	d.Ties = wins.Tied
	d.WinRate, d.WinRateLow, d.WinRateHigh = Number(wins.Share.Value), Number(wins.Share.Low), Number(wins.Share.High)
	d.Relative, d.RelativeLow, d.RelativeHigh = Number(math.NaN()), Number(math.NaN()), Number(math.NaN())
	if len(pairs) > 0 {
		relative := pairs.Relative()
		d.Relative, d.RelativeLow, d.RelativeHigh = Number(relative.Value), Number(relative.Low), Number(relative.High)
		d.P = Number(stats.SignFlip(differences, bootstrapSeed))
	}
	return d
}

// paired returns the values of both under the seeds under which both have one. Both are
// sorted by seed.
func paired(policy, baseline *policyRuns, i int) stats.Pairs {
	var pairs stats.Pairs
	k := 0
	for n, seed := range policy.seeds {
		for k < len(baseline.seeds) && baseline.seeds[k] < seed {
			k++
		}
		if k == len(baseline.seeds) {
			break
		}
		value, base := policy.values[i][n], baseline.values[i][k]
		if baseline.seeds[k] == seed && !math.IsNaN(value) && !math.IsNaN(base) {
			pairs = append(pairs, stats.Pair{Value: value, Baseline: base})
		}
	}
	return pairs
}

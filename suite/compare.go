package suite

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/stats"
)

// Comparison is what a policy came to over all jobs of a suite.
type Comparison struct {
	Policy scheduler.Spec
	// Cost is the mean cost of a run in dollars.
	Cost stats.Estimate
	// Gap is the mean of the cost above the optimum of the same job, in dollars.
	Gap stats.Estimate
	// Missed counts the runs past their deadline.
	Missed int
	// Wins is the share of jobs on which the policy is cheaper than the opponent.
	Wins stats.Estimate
	// SpotHours, OnDemandHours and IdleHours are means.
	SpotHours, OnDemandHours, IdleHours float64
}

// optimalName is the policy whose cost is the bound.
const optimalName = "optimal"

// Outcome is what one run came to, as far as runs are compared.
type Outcome struct {
	Policy scheduler.Spec
	Cost   cloud.Money
	Met    bool
	Gap    time.Duration
	// Ticks on spot, on-demand and neither.
	SpotTicks, OnDemandTicks, IdleTicks int
}

// Outcome returns what is compared of r.
func (r Row) Outcome() Outcome {
	return Outcome{r.Policy, r.Cost, r.Met(), r.Job.Gap, r.SpotTicks, r.OnDemandTicks, r.IdleTicks}
}

// Outcome returns what is compared of r: its cost under the billing of its job.
func (r MultiRow) Outcome() Outcome {
	return Outcome{
		r.Policy, r.Job.Cost(r.MultiJobSummary), r.Met(), r.Job.Regions[0].Gap,
		r.SpotTicks, r.OnDemandTicks, r.IdleTicks,
	}
}

// Compare sums rows up by policy, in the order of the policies in the first job. Costs are
// compared job by job with those of the optimum and of an opponent; without these among
// the rows the columns about them have no samples.
func Compare[R interface{ Outcome() Outcome }](rows []R, opponent string) []Comparison {
	byPolicy := map[string][]Outcome{}
	var order []scheduler.Spec
	for _, row := range rows {
		r := row.Outcome()
		name := r.Policy.String()
		if byPolicy[name] == nil {
			order = append(order, r.Policy)
		}
		byPolicy[name] = append(byPolicy[name], r)
	}
	var all []Comparison
	for _, p := range order {
		all = append(all, compare(p, byPolicy[p.String()], byPolicy[optimalName], byPolicy[opponent]))
	}
	return all
}

// compare compares the rows of a policy with those of the same jobs in best and rival.
func compare(p scheduler.Spec, rows, best, rival []Outcome) Comparison {
	c := Comparison{Policy: p}
	var costs []float64
	n := float64(len(rows))
	for _, r := range rows {
		costs = append(costs, r.Cost.Dollars())
		if !r.Met {
			c.Missed++
		}
		tick := r.Gap.Hours()
		c.SpotHours += float64(float64(r.SpotTicks)*tick) / n
		c.OnDemandHours += float64(float64(r.OnDemandTicks)*tick) / n
		c.IdleHours += float64(float64(r.IdleTicks)*tick) / n
	}
	c.Cost = stats.Mean(costs)
	c.Gap = pair(rows, best).Difference()
	c.Wins = stats.Share(pair(rows, rival).Wins().Won, len(rival))
	return c
}

// pair sets the costs of rows, in dollars, beside those of the same jobs in others; there
// are no pairs without others.
func pair(rows, others []Outcome) stats.Pairs {
	pairs := make(stats.Pairs, len(others))
	for i, other := range others {
		pairs[i] = stats.Pair{Value: rows[i].Cost.Dollars(), Baseline: other.Cost.Dollars()}
	}
	return pairs
}

package suite

import (
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/stats"
)

// GuaranteeComparison is what a policy came to over all jobs of a suite under either
// guarantee.
type GuaranteeComparison struct {
	Policy scheduler.Spec
	// PeerCost and StrictCost are the mean costs of a run in dollars, PeerMissed and
	// StrictMissed the runs past their deadline.
	PeerCost, StrictCost     stats.Estimate
	PeerMissed, StrictMissed int
	// Extra is the mean of what strict costs more than peer on the same job, in dollars.
	Extra stats.Estimate
	// Differ counts the jobs on which the cost differs.
	Differ int
}

// CompareGuarantees sums up, by policy, rows of the same cases under either guarantee.
func CompareGuarantees[R interface{ Outcome() Outcome }](peer, strict []R) []GuaranteeComparison {
	byPeer, byStrict := Compare(peer, ""), Compare(strict, "")
	extra := map[string][]float64{}
	differ := map[string]int{}
	for n := range peer {
		p, s := peer[n].Outcome(), strict[n].Outcome()
		name := p.Policy.String()
		extra[name] = append(extra[name], (s.Cost - p.Cost).Dollars())
		if s.Cost != p.Cost {
			differ[name]++
		}
	}
	var all []GuaranteeComparison
	for n, p := range byPeer {
		s, name := byStrict[n], p.Policy.String()
		all = append(all, GuaranteeComparison{
			Policy: p.Policy, PeerCost: p.Cost, StrictCost: s.Cost, PeerMissed: p.Missed, StrictMissed: s.Missed,
			Extra: stats.Mean(extra[name]), Differ: differ[name],
		})
	}
	return all
}

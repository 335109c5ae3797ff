package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:  "greedy",
		Title: "Greedy",
		Doc:   "always spot, in the cheapest pool; for a job with a deadline on-demand when the slack is used up; of several regions turns to the next while there is no spot",
		Source: "baseline; \"spot only\" in Wu et al., Can't Be Late, NSDI 2024; for a job the greedy policy there, section 3; " +
			"over regions FrontierCS/Frontier-CS, problem cant_be_late_multi",
		Aliases: []string{"paper_greedy", "greedy-multi", "fm_greedy"},
		Regions: true,
		New:     func(Args) (any, error) { return &greedy{onePurchase{purchase: cloud.Spot}}, nil },
	})
	Register(Entry{
		Name:    "spot-only",
		Title:   "Spot only",
		Doc:     "job: spot whenever there is some; only the guarantee keeps the deadline",
		Source:  "baseline in Wu et al., Can't Be Late, NSDI 2024",
		Aliases: []string{"only_spot"},
		New:     func(Args) (any, error) { return InOneRegion(func(j *Job) Mode { return j.IfHas(Idle) }), nil },
	})
}

type greedy struct{ onePurchase }

func (*greedy) Choose(j *Job) (Mode, int) {
	if len(j.Regions) > 1 {
		return greedyOverRegions(j)
	}
	return j.Safely(j.IfHas(Idle)), j.Region
}

// greedyOverRegions is the published rule, which differs from that of one region: spot that
// was preempted just now counts as spot once two more starts would leave no slack.
func greedyOverRegions(j *Job) (Mode, int) {
	left := j.TicksLeft()
	switch {
	case j.TicksNeeded(1) < left && j.TicksNeeded(2) >= left && j.Last == OnSpot:
		return j.IfHas(OnDemand), j.Region
	case j.TicksNeeded(2) >= left:
		return OnDemand, j.Region
	case j.Has:
		return OnSpot, j.Region
	default:
		return Idle, (j.Region + 1) % len(j.Regions)
	}
}

// onePurchase gives every task an instance of the same purchase.
type onePurchase struct {
	purchase cloud.Purchase
	placer   Placer
}

func (p *onePurchase) Decide(v *View) []Action {
	p.placer.Begin(v)
	for t := range v.Pending() {
		if !p.placer.Place(t, p.purchase) {
			break
		}
	}
	return p.placer.End()
}

package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:   "greedy",
		Title:  "Greedy",
		Doc:    "always spot, in the cheapest pool; for a job with a deadline on-demand when the slack is used up",
		Source: "baseline; \"spot only\" in Wu et al., Can't Be Late, NSDI 2024; for a job the greedy policy there, section 3",
		New:    func(Args) Policy { return &onePurchase{purchase: cloud.Spot} },
		NewJob: func(Args) JobPolicy {
			return jobFunc(func(j *Job) Mode { return j.safely(j.ifHas(Idle)) })
		},
	})
}

// onePurchase gives every task an instance of the same purchase.
type onePurchase struct {
	purchase cloud.Purchase
	placer   placer
}

func (p *onePurchase) Decide(v *View) []Action {
	p.placer.begin(v)
	for t := range v.Pending() {
		if !p.placer.place(t, p.purchase) {
			break
		}
	}
	return p.placer.end()
}

package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:   "greedy",
		Title:  "Greedy",
		Doc:    "always spot, in the cheapest pool; a preempted task goes back to spot",
		Source: "baseline; \"spot only\" in Wu et al., Can't Be Late, NSDI 2024",
		New:    func(Args) Policy { return &onePurchase{purchase: cloud.Spot} },
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

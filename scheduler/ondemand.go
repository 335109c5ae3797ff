package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:   "ondemand",
		Title:  "OnDemandOnly",
		Doc:    "always on-demand: never preempted, the yardstick of cost",
		Source: "baseline",
		New:    func(Args) Policy { return &onePurchase{purchase: cloud.OnDemand} },
	})
}

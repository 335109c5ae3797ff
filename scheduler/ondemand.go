package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:   "ondemand",
		Title:  "OnDemandOnly",
		Doc:    "always on-demand: never preempted, the yardstick of cost",
		Source: "baseline; \"on-demand only\" in Wu et al., Can't Be Late, NSDI 2024",
		New:    func(Args) Policy { return &onePurchase{purchase: cloud.OnDemand} },
		NewJob: func(Args) JobPolicy { return jobFunc(func(*Job) Mode { return OnDemand }) },
		NewMultiJob: func(Args) MultiJobPolicy {
			return multiJobFunc(func(j *MultiJob) (Mode, int) { return OnDemand, j.Region })
		},
		NewService: func(Args) ServicePolicy { return onDemandService{} },
	})
}

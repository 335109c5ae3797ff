package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:    "ondemand",
		Title:   "OnDemandOnly",
		Doc:     "always on-demand: never preempted, the baseline of cost",
		Source:  "baseline; \"on-demand only\" in Wu et al., Can't Be Late, NSDI 2024",
		Aliases: []string{"on_demand", "on-demand"},
		Regions: true,
		New:     func(Args) (any, error) { return &onDemand{onePurchase{purchase: cloud.OnDemand}}, nil },
	})
}

// onDemand buys no spot: for tasks, for a job where it is, for a service the target.
type onDemand struct{ onePurchase }

func (*onDemand) Choose(j *Job) (Mode, int) { return OnDemand, j.Region }

func (*onDemand) Plan(f *Fleet, p *Plan) {
	p.Resize(0, nil)
	p.OnDemand = f.Target
}

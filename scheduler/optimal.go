package scheduler

import (
	"fmt"

	"github.com/bobby-math/tessera/cloud"
)

func init() {
	Register(Entry{
		Name:        "optimal",
		Title:       "Optimal",
		Doc:         "job: the cheapest plan there is, known from the future",
		Source:      "Wu et al., Can't Be Late, NSDI 2024, section 3: the omniscient policy, here as an exact dynamic programme",
		Clairvoyant: true,
		NewJob:      func(Args) JobPolicy { return &optimal{} },
		NewMultiJob: func(Args) MultiJobPolicy { return &optimalMulti{} },
	})
}

// optimal works out the optimum at the first tick and follows its plan.
type optimal struct {
	plan []OptimumStep
	tick int
}

func (p *optimal) Choose(j *Job) Mode {
	if p.plan == nil {
		p.solve(j, Optimum{Regions: []OptimumRegion{{
			Available: j.Future, Spot: j.FuturePrices, OnDemand: []cloud.Price{j.OnDemandPrice},
		}}})
	}
	mode, _ := p.next()
	return mode
}

// optimalMulti does so in several regions.
type optimalMulti struct{ optimal }

func (p *optimalMulti) Choose(j *MultiJob) (Mode, int) {
	if p.plan == nil {
		p.solve(&j.Job, Optimum{Regions: j.Futures, Transfer: j.Transfer, Egress: j.Egress})
	}
	mode, region := p.next()
	if mode == Idle {
		region = j.Region
	}
	return mode, region
}

// planned tells the tenant that the plan meets the deadline.
func (p *optimal) planned() {}

// next returns the next step of the plan; the region of an idle one means nothing.
func (p *optimal) next() (mode Mode, region int) {
	p.tick++
	if p.tick > len(p.plan) || !p.plan[p.tick-1].Runs {
		return Idle, 0
	}
	step := p.plan[p.tick-1]
	return modeOf(step.Purchase), step.Region
}

// solve makes the plan for the whole job, with the regions and moves of o. The job was
// checked when the run was set up, so that there is none is a broken invariant.
func (p *optimal) solve(j *Job, o Optimum) {
	o.Tick, o.Work, o.Overhead, o.Deadline = j.Gap, j.Work, j.Overhead, j.Deadline
	plan, err := o.Solve()
	if err != nil {
		panic(fmt.Sprintf("scheduler: no optimum for %v of work by %v: %v", j.Work, j.Deadline, err))
	}
	p.plan = plan.Steps
}

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
	})
}

// optimal works out the optimum at the first tick and follows its plan.
type optimal struct {
	plan []OptimumStep
	tick int
}

func (p *optimal) Choose(j *Job) Mode {
	if p.plan == nil {
		p.plan = solve(j)
	}
	p.tick++
	if p.tick > len(p.plan) || !p.plan[p.tick-1].Runs {
		return Idle
	}
	return modeOf(p.plan[p.tick-1].Purchase)
}

// solve returns the plan for the whole job. The job was checked when the run was set up,
// so that there is none is a broken invariant.
func solve(j *Job) []OptimumStep {
	plan, err := Optimum{
		Tick: j.Gap, Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline,
		Regions: []OptimumRegion{{
			Available: j.Future, Spot: []cloud.Price{j.SpotPrice}, OnDemand: []cloud.Price{j.OnDemandPrice},
		}},
	}.Solve()
	if err != nil {
		panic(fmt.Sprintf("scheduler: no optimum for %v of work by %v: %v", j.Work, j.Deadline, err))
	}
	return plan.Steps
}

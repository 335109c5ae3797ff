package scheduler

import (
	"fmt"

	"github.com/bobby-math/tessera/optimum"
)

func init() {
	Register(Entry{
		Name:        "optimal",
		Title:       "Optimal",
		Doc:         "job: the cheapest plan there is, known from the future",
		Source:      "Wu et al., Can't Be Late, NSDI 2024, section 3: the omniscient policy, here as an exact dynamic programme",
		Clairvoyant: true,
		Regions:     true,
		New:         func(Args) (any, error) { return &optimal{}, nil },
	})
}

// optimal works out the optimum at the first tick and follows its plan.
type optimal struct {
	plan []optimum.Step
	tick int
}

func (p *optimal) Choose(j *Job) (Mode, int) {
	if p.plan == nil {
		p.plan = cheapestPlan(j)
	}
	p.tick++
	if p.tick > len(p.plan) || !p.plan[p.tick-1].Runs {
		return Idle, j.Region
	}
	step := p.plan[p.tick-1]
	return modeOf(step.Purchase), step.Region
}

// planned tells the tenant that the plan meets the deadline.
func (p *optimal) planned() {}

// cheapestPlan returns the optimum of the whole job. The job was checked when the run was
// set up, so that there is none is a broken invariant.
func cheapestPlan(j *Job) []optimum.Step {
	solve := j.Optimum
	if solve == nil {
		solve = optimum.Job{
			Tick: j.Gap, Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline,
			Regions: j.Futures, Transfer: j.Transfer, Egress: j.Egress,
		}.Solve
	}
	plan, err := solve()
	if err != nil {
		panic(fmt.Sprintf("scheduler: no optimum for %v of work by %v: %v", j.Work, j.Deadline, err))
	}
	return plan.Steps
}

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

// optimal asks for the optimum at the first tick and follows its plan.
type optimal struct {
	plan []optimum.Step
	tick int
}

func (p *optimal) Choose(j *Job) (Mode, int) {
	if p.plan == nil {
		plan, err := j.Optimum()
		if err != nil { // the job was checked when the run was set up
			panic(fmt.Sprintf("scheduler: no optimum for %v of work by %v: %v", j.Work, j.Deadline, err))
		}
		p.plan = plan.Steps
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

package scheduler

import (
	"fmt"

	"github.com/bobby-math/tessera/cloud"
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
	Register(Entry{
		Name:        "next-spot-oracle",
		Title:       "Uniform Progress with a spot oracle",
		Doc:         "job: as uniform-progress, but knows how long the present spot will last and takes it only if that pays",
		Source:      "Wu et al., Can't Be Late, NSDI 2024, section 4: knowledge of the next spot lifetime",
		Clairvoyant: true,
		Aliases:     []string{"next_spot_oracle"},
		New:         func(Args) (any, error) { return InOneRegion(nextSpotOracle), nil },
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
	if step.Purchase == cloud.Spot {
		return OnSpot, step.Region
	}
	return OnDemand, step.Region
}

// planned tells the tenant that the plan meets the deadline.
func (p *optimal) planned() {}

func nextSpotOracle(j *Job) Mode {
	// A start on spot pays if it lasts longer than k d / (k - 1), with k the ratio of the
	// prices; leaving on-demand for it costs two starts.
	k := float64(j.OnDemandPrice) / float64(j.SpotPrice)
	pays := k * j.Overhead.Seconds() / (k - 1)
	lasts := j.spotLasts()
	fallback := Idle
	if j.Behind() {
		fallback = OnDemand
	}
	switch {
	case j.Now == OnDemand && j.Has && lasts > 2*pays, j.Now == Idle && j.Has && lasts > pays:
		return j.Safely(OnSpot)
	case j.Now == OnDemand:
		return j.Safely(OnDemand)
	case j.Now == Idle:
		return j.Safely(fallback)
	default:
		return j.Safely(j.IfHas(fallback))
	}
}

// spotLasts returns the seconds from now to the end of the present spot interval.
func (j *Job) spotLasts() float64 {
	now := int(j.Elapsed / j.Gap)
	available := j.Futures[j.Region].Available
	end := now
	for end < len(available) && available[end] {
		end++
	}
	return float64(end-now) * j.Gap.Seconds()
}

package scheduler

import (
	"slices"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// ServicePolicy decides where the replicas of a service run: state in, numbers out. The
// engine's tenant launches and gives back what the plan changes.
//
// A policy with a method SeesLate() bool that returns true sees the fleet as it was when the
// answers to its last plan were in, and nothing of what happened since.
type ServicePolicy interface {
	// Plan is called at every control interval. p holds what is launched, so a policy that
	// changes nothing in it leaves all as it is.
	Plan(f *Fleet, p *Plan)
}

// Fleet is a service as its policy sees it.
type Fleet struct {
	Now clock.Time
	// Target is how many replicas are wanted ready. Extra is how many spot replicas more are
	// held in reserve.
	Target, Extra           int
	Zones                   []Zone
	OnDemand, OnDemandReady int // on-demand replicas launched and ready
}

// Zone is a zone as seen from outside: where spot replicas can be launched, and what
// became of them since its last control interval.
type Zone struct {
	Name                cloud.Pool
	Spot, OnDemandPrice cloud.Price // the prices now
	// Launched counts the spot replicas that are asked for or run, and Ready those of them
	// that serve. Replicas the tenant replaces on a warning are not counted.
	Launched, Ready int
	// Preempted, Refused and Granted count the replicas that were lost, that were asked for
	// in vain, and that were asked for and stood.
	Preempted, Refused, Granted int
	// Room is how many spot replicas more the zone could hold. A tenant cannot see it; it
	// is there for policies by which the provider chooses.
	Room int
}

// Lost tells whether the zone preempted or refused a replica.
func (z *Zone) Lost() bool { return z.Preempted+z.Refused > 0 }

// Ready returns how many spot replicas serve.
func (f *Fleet) Ready() int {
	ready := 0
	for n := range f.Zones {
		ready += f.Zones[n].Ready
	}
	return ready
}

// Plan is how many replicas are to be launched: spot ones by zone, and on-demand ones,
// which go to the zone where they are cheapest.
type Plan struct {
	Spot     []int
	OnDemand int
}

// Total returns the spot replicas of the plan.
func (p *Plan) Total() int {
	sum := 0
	for _, n := range p.Spot {
		sum += n
	}
	return sum
}

// Resize brings the spot replicas of the plan to wanted: it adds one at a time where next
// says, or takes one at a time from the fullest zone, the last of equals.
func (p *Plan) Resize(wanted int, next func() int) {
	for n := p.Total(); n < wanted; n++ {
		p.Spot[next()]++
	}
	for n := p.Total(); n > wanted; n-- {
		fullest := 0
		for z, n := range p.Spot {
			if n >= p.Spot[fullest] {
				fullest = z
			}
		}
		p.Spot[fullest]--
	}
}

// Emptiest returns the zone with the fewest spot replicas, the first of equals.
func (p *Plan) Emptiest() int { return slices.Index(p.Spot, slices.Min(p.Spot)) }

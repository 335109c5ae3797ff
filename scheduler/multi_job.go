package scheduler

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// MultiJob is what a policy for one job in several regions sees at a tick. The job is in
// one region at a time; the Job in it is what shows from there at the beginning of the
// tick. (The published multi-region simulator of Can't Be Late.)
type MultiJob struct {
	Job
	// Region is where the job is: where it ran last, or where it turned to since.
	Region int
	// Home is where the job last made progress, so where its state lies; -1 if it has made
	// none.
	Home int
	// Regions are what the regions offer in this tick.
	Regions []Region
	// Transfer[a][b] is what a start in region b adds to the overhead while the state lies
	// in a, Egress[a][b] what it costs; nil for nothing.
	Transfer [][]time.Duration
	Egress   [][]cloud.Money
	// Futures are what the regions offer in every tick of the job, for clairvoyant
	// policies; nil for others.
	Futures []OptimumRegion
}

// Region is what one region offers in a tick.
type Region struct {
	// Has tells whether spot is available.
	Has bool
	// SpotPrice and OnDemandPrice are the prices now.
	SpotPrice, OnDemandPrice cloud.Price
}

// nearestSpot returns the region of the job if it has spot, else the first that has; ok
// is false, and the region that of the job, if none has.
func (j *MultiJob) nearestSpot() (region int, ok bool) {
	if j.Has {
		return j.Region, true
	}
	for n, r := range j.Regions {
		if r.Has {
			return n, true
		}
	}
	return j.Region, false
}

// MultiJobPolicy decides for one job in several regions, tick by tick.
type MultiJobPolicy interface {
	// Choose returns what to run on in this tick and where; the region of Idle is where the
	// job turns to. Spot where there is none is Idle. It is called once a tick, in order,
	// and not after the job is done. It must not keep j.
	Choose(j *MultiJob) (mode Mode, region int)
}

// multiJobFunc is a MultiJobPolicy without a state.
type multiJobFunc func(*MultiJob) (Mode, int)

// Choose calls f.
func (f multiJobFunc) Choose(j *MultiJob) (Mode, int) { return f(j) }

// inOneRegion lets a policy for one region decide.
type inOneRegion struct {
	policy       JobPolicy
	availability []bool        // by tick, for clairvoyant policies
	prices       []cloud.Price // by tick or one, likewise
}

func (p inOneRegion) Choose(j *MultiJob) (Mode, int) {
	if tick := int(j.Elapsed / j.Gap); tick < len(p.availability) {
		j.Future, j.FuturePrices = p.availability[tick:], p.prices[min(tick, len(p.prices)-1):]
	}
	return p.policy.Choose(&j.Job), j.Region
}

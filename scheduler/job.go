package scheduler

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/optimum"
)

// Mode is what a job is asked to run on for a tick.
type Mode uint8

const (
	// Idle runs on nothing and costs nothing.
	Idle Mode = iota
	// OnSpot runs on a spot instance.
	OnSpot
	// OnDemand runs on an on-demand instance.
	OnDemand
)

func (m Mode) String() string {
	if m > OnDemand {
		return fmt.Sprintf("mode %d", uint8(m))
	}
	return [...]string{"idle", "spot", "on-demand"}[m]
}

// Job is what a policy for one job with a deadline sees at a tick. The job is in one region
// at a time. (Wu et al., Can't Be Late, NSDI 2024, section 4; the published simulators for
// the ticks and for several regions.)
type Job struct {
	Gap time.Duration // the length of a tick
	// Work, Deadline and Overhead are the job's: what it takes in all, by when, and how
	// long every start of an instance makes no progress.
	Work, Deadline, Overhead time.Duration
	Elapsed                  time.Duration // the time since the job began, a number of whole ticks
	Done                     time.Duration // the progress so far
	Starting                 time.Duration // how long the instance of the last tick would go on making no progress
	// Last is what the tick before ran on; Now is the same, but Idle if that was a spot
	// instance which has just been preempted.
	Last, Now Mode
	// Has tells whether spot is available in this tick, in the region where the job is.
	Has                      bool
	SpotPrice, OnDemandPrice cloud.Price // the prices there now
	// Region is where the job is: where it ran last, or where it turned to since. It begins
	// in the first.
	Region int
	// Home is where the job last made progress, so where its state lies; -1 if it has made
	// none.
	Home    int
	Regions []Region // what the regions offer in this tick, one at least
	// Transfer[a][b] is what a start in region b adds to the overhead while the state lies
	// in a, Egress[a][b] what it costs; nil for nothing.
	Transfer [][]time.Duration
	Egress   [][]cloud.Money
	// Futures are what the regions offer in every tick of the job, and Optimum returns its
	// cheapest plan: for clairvoyant policies; nil for others.
	Futures []optimum.Region
	Optimum func() (optimum.Plan, error)
}

// Region is what one region offers in a tick.
type Region struct {
	Has                      bool        // spot is available
	SpotPrice, OnDemandPrice cloud.Price // the prices now
}

// Left returns the work left.
func (j *Job) Left() time.Duration { return j.Work - j.Done }

// TicksLeft returns how many whole ticks are left until the deadline.
func (j *Job) TicksLeft() int { return int((j.Deadline - j.Elapsed) / j.Gap) }

// TicksNeeded returns how many ticks the work left takes after starts more starts.
func (j *Job) TicksNeeded(starts int) int {
	need := j.Left() + time.Duration(starts)*j.Overhead
	return int((need + j.Gap - 1) / j.Gap)
}

// Settled tells whether the job makes progress on spot now.
func (j *Job) Settled() bool { return j.Now == OnSpot && j.Starting == 0 }

// NearestSpot returns the region of the job if it has spot, else the first that has; ok
// is false, and the region that of the job, if none has.
func (j *Job) NearestSpot() (region int, ok bool) {
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

// JobPolicy decides for one job with a deadline, in one region or several, tick by tick.
type JobPolicy interface {
	// Choose returns what to run on in this tick and where; the region of Idle is where the
	// job turns to. Spot where there is none is Idle. Any other mode or region that does not
	// exist fails the run. It is called once a tick, in order, and not after the job is done.
	// It must not keep j.
	Choose(j *Job) (mode Mode, region int)
}

// InOneRegion is a JobPolicy that stays where the job is.
type InOneRegion func(*Job) Mode

// Choose calls f.
func (f InOneRegion) Choose(j *Job) (Mode, int) { return f(j), j.Region }

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
	Idle     Mode = iota // on nothing, which costs nothing
	OnSpot               // on a spot instance
	OnDemand             // on an on-demand instance
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
	Last, Now                Mode
	Has                      bool        // whether spot is available in this tick, in the region where the job is
	SpotPrice, OnDemandPrice cloud.Price // the prices there now
	// Region is where the job is: where it ran last, or where it turned to since. It begins
	// in the first.
	Region int
	// Home is where the job last made progress, so where its state lies; -1 if it has made none.
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

// The rules that the policies of Can't Be Late are put together from. (Wu et al., Can't Be
// Late: Optimizing Spot Instance Savings under Deadlines, NSDI 2024, section 4.)

// IfHas returns spot where there is some, else the other mode.
func (j *Job) IfHas(other Mode) Mode {
	if j.Has {
		return OnSpot
	}
	return other
}

// Behind tells whether the progress is below the uniform one, work x elapsed / deadline.
// It is computed in seconds and in this order, as the published simulator does.
func (j *Job) Behind() bool {
	return j.Done.Seconds()-j.Elapsed.Seconds()*j.Work.Seconds()/j.Deadline.Seconds() < 0
}

// CouldFallBehind tells whether the uniform progress two starts from now is not below the
// progress: too little lead to leave on-demand.
func (j *Job) CouldFallBehind() bool {
	ahead := j.Elapsed.Seconds() + 2*j.Overhead.Seconds()
	return ahead*j.Work.Seconds()/j.Deadline.Seconds()-j.Done.Seconds() >= 0
}

// Safely returns mode unless that could make the job late: on-demand once two more starts
// would leave no slack, and no spot that is not settled once one would.
func (j *Job) Safely(mode Mode) Mode {
	left := j.TicksLeft()
	if j.TicksNeeded(2) >= left && j.Now != OnSpot {
		mode = OnDemand
	}
	if j.TicksNeeded(1) >= left {
		mode = j.SettledOr(OnDemand)
	}
	return mode
}

// SettledOr returns spot if the job makes progress on it, else the other mode.
func (j *Job) SettledOr(other Mode) Mode {
	if j.Settled() {
		return OnSpot
	}
	return other
}

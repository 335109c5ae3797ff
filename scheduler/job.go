package scheduler

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
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

func (m Mode) String() string { return [...]string{"idle", "spot", "on-demand"}[m] }

// Job is what a policy for one job with a deadline sees at a tick. (Wu et al., Can't Be
// Late, NSDI 2024, section 4; the published simulator for the ticks.)
type Job struct {
	// Gap is the length of a tick.
	Gap time.Duration
	// Work, Deadline and Overhead are the job's: what it takes in all, by when, and how
	// long every start of an instance makes no progress.
	Work, Deadline, Overhead time.Duration
	// Elapsed is the time since the job began, a number of whole ticks.
	Elapsed time.Duration
	// Done is the progress so far.
	Done time.Duration
	// Starting is how long the instance of the last tick would go on making no progress.
	Starting time.Duration
	// Has tells whether spot is available in this tick.
	Has bool
	// Last is what the tick before ran on; Now is the same, but Idle if that was a spot
	// instance which has just been preempted.
	Last, Now Mode
	// SpotPrice and OnDemandPrice are the prices now.
	SpotPrice, OnDemandPrice cloud.Price
	// Future is the availability of spot in every tick from this one on, for clairvoyant
	// policies; nil for others.
	Future []bool
	// FuturePrices are the spot prices likewise, or one that holds throughout.
	FuturePrices []cloud.Price
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

// settled tells whether the job makes progress on spot now.
func (j *Job) settled() bool { return j.Now == OnSpot && j.Starting == 0 }

// JobPolicy decides for one job with a deadline, tick by tick.
type JobPolicy interface {
	// Choose returns what to run on in this tick. Spot where there is none is Idle. It is
	// called once a tick, in order, and not after the job is done.
	Choose(j *Job) Mode
}

// jobFunc is a JobPolicy without a state.
type jobFunc func(*Job) Mode

// Choose calls f.
func (f jobFunc) Choose(j *Job) Mode { return f(j) }

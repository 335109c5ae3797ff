package scheduler

import (
	"time"

	"github.com/bobby-math/tessera/clock"
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

// JobRules are what a run adds to a JobPolicy.
type JobRules struct {
	// Gap is the length of a tick. Positive.
	Gap time.Duration
	// Overhead is the job's overhead at every start.
	Overhead  time.Duration
	Guarantee Guarantee
	// Availability is the spot availability by tick. It is handed on to clairvoyant
	// policies only.
	Availability []bool
}

// NewJob makes the policy of s for one job with a deadline. The policy must be one for
// jobs.
func (s Spec) NewJob(rules JobRules) Policy {
	if !s.Entry.Clairvoyant {
		rules.Availability = nil
	}
	return &jobTenant{policy: s.Entry.NewJob(s.Args), rules: rules}
}

// jobTenant lets a JobPolicy rent for task 0 in pool 0: at every tick it asks the policy,
// applies the guarantee, and changes instances where the answer says so.
type jobTenant struct {
	policy  JobPolicy
	rules   JobRules
	last    Mode
	since   clock.Time // when the last instance was launched
	actions []Action
}

func (t *jobTenant) Decide(v *View) []Action {
	t.actions = t.actions[:0]
	task := v.Task(0)
	gap := time.Duration(v.Now) % t.rules.Gap
	switch {
	case task.State == Done:
		for i := range v.Idle() {
			t.actions = append(t.actions, Terminate(i.ID))
		}
	case gap == 0:
		t.tick(v, task)
		t.actions = append(t.actions, Wake(v.Now.Add(t.rules.Gap)))
	}
	return t.actions
}

func (t *jobTenant) tick(v *View, task *Task) {
	j := t.job(v, task)
	mode := t.policy.Choose(j)
	if _, knows := t.policy.(*optimal); !knows { // its plan meets the deadline
		mode = t.rules.Guarantee.apply(j, mode)
	}
	if mode == OnSpot && !j.Has {
		mode = Idle
	}
	if mode != j.Now {
		if j.Now != Idle {
			t.actions = append(t.actions, Terminate(task.Instance))
		}
		if mode != Idle {
			t.since = v.Now
			t.actions = append(t.actions, LaunchFor(task.ID, 0, mode.purchase()))
		}
	}
	t.last = mode
}

func modeOf(p cloud.Purchase) Mode {
	if p == cloud.Spot {
		return OnSpot
	}
	return OnDemand
}

func (m Mode) purchase() cloud.Purchase {
	if m == OnSpot {
		return cloud.Spot
	}
	return cloud.OnDemand
}

// job returns what the policy sees.
func (t *jobTenant) job(v *View, task *Task) *Job {
	j := &Job{
		Gap:           t.rules.Gap,
		Work:          task.Work,
		Deadline:      time.Duration(task.Deadline),
		Overhead:      t.rules.Overhead,
		Elapsed:       time.Duration(v.Now),
		Done:          task.Done(v.Now),
		Has:           v.Pools[0].Capacity > 0,
		Last:          t.last,
		SpotPrice:     v.Pools[0].Spot,
		OnDemandPrice: v.Pools[0].OnDemand,
	}
	if t.last != Idle {
		j.Starting = max(t.rules.Overhead-v.Now.Sub(t.since), 0)
	}
	if task.State == Placed {
		j.Now = t.last
	}
	if tick := int(j.Elapsed / j.Gap); tick < len(t.rules.Availability) {
		j.Future = t.rules.Availability[tick:]
	}
	return j
}

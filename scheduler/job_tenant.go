package scheduler

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// JobRules are what a run adds to a JobPolicy.
type JobRules struct {
	// Gap is the length of a tick. Positive.
	Gap time.Duration
	// Overhead is the job's overhead at every start.
	Overhead  time.Duration
	Guarantee Guarantee
	// Availability is the spot availability by tick, Spot the price by tick or one that
	// holds throughout. They are handed on to clairvoyant policies only.
	Availability []bool
	Spot         []cloud.Price
}

// NewJob makes the policy of s for one job with a deadline. The policy must be one for
// jobs.
func (s Spec) NewJob(rules JobRules) Policy {
	policy := inOneRegion{policy: s.Entry.NewJob(s.Args)}
	if s.Entry.Clairvoyant {
		policy.availability, policy.prices = rules.Availability, rules.Spot
	}
	_, planned := policy.policy.(planner)
	return &jobTenant{policy: policy, planned: planned, gap: rules.Gap, guarantee: rules.Guarantee,
		job: MultiJob{Job: Job{Overhead: rules.Overhead}}}
}

// MultiJobRules are what a run adds to a MultiJobPolicy. Regions are numbered as the pools.
type MultiJobRules struct {
	// Gap is the length of a tick. Positive.
	Gap time.Duration
	// Overhead is the job's overhead at every start.
	Overhead  time.Duration
	Guarantee Guarantee
	// Transfer and Egress are as in MultiJob.
	Transfer [][]time.Duration
	Egress   [][]cloud.Money
	// Regions are what the regions offer by tick. They are handed on to clairvoyant
	// policies only.
	Regions []OptimumRegion
}

// NewMultiJob makes the policy of s for one job with a deadline in several regions. The
// policy must be one for such jobs.
func (s Spec) NewMultiJob(rules MultiJobRules) Policy {
	policy := s.Entry.NewMultiJob(s.Args)
	_, planned := policy.(planner)
	job := MultiJob{Job: Job{Overhead: rules.Overhead}, Transfer: rules.Transfer, Egress: rules.Egress}
	if s.Entry.Clairvoyant {
		job.Futures = rules.Regions
	}
	return &jobTenant{policy: policy, planned: planned, gap: rules.Gap, guarantee: rules.Guarantee, job: job, turns: true}
}

// planner is a policy whose plan meets the deadline, so that it needs no guarantee.
type planner interface{ planned() }

// jobTenant lets a policy rent for task 0: at every tick it asks the policy, applies the
// guarantee, and changes instances where the answer says so. The task must save its
// progress continuously and its instances must be ready at once.
type jobTenant struct {
	policy    MultiJobPolicy
	planned   bool
	gap       time.Duration
	guarantee Guarantee
	turns     bool // it writes down where the job turns to

	job     MultiJob
	last    Mode       // of the last tick
	region  int        // since the last tick
	working clock.Time // since when the last instance makes progress; may lie ahead
	actions []Action
}

func (t *jobTenant) Decide(v *View) []Action {
	t.actions = t.actions[:0]
	task := v.Task(0)
	if task.Working != clock.Never {
		t.working = task.Working
	}
	switch {
	case task.State == Done:
		for i := range v.Idle() {
			t.actions = append(t.actions, Terminate(i.ID))
		}
	case time.Duration(v.Now)%t.gap == 0:
		t.tick(v, task)
		t.actions = append(t.actions, Wake(v.Now.Add(t.gap)))
	}
	return t.actions
}

func (t *jobTenant) tick(v *View, task *Task) {
	t.look(v, task)
	j := &t.job
	mode, region := t.policy.Choose(j)
	if !t.planned {
		mode, region = t.guarantee.place(j, mode, region)
	}
	if mode == OnSpot && !j.Regions[region].Has {
		mode = Idle
	}
	if t.turns && (region != j.Region || j.Elapsed == 0) {
		t.actions = append(t.actions, Turn(cloud.PoolID(region)))
	}
	if mode != j.Now || region != j.Region {
		if j.Now != Idle {
			t.actions = append(t.actions, Terminate(task.Instance))
		}
		if mode != Idle {
			t.actions = append(t.actions, LaunchFor(task.ID, cloud.PoolID(region), mode.purchase()))
		}
	}
	t.last, t.region = mode, region
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

// look brings what the policy sees up to date.
func (t *jobTenant) look(v *View, task *Task) {
	j := &t.job
	j.Regions = j.Regions[:0]
	for n := range v.Pools {
		p := &v.Pools[n]
		j.Regions = append(j.Regions, Region{Has: p.Capacity > 0, SpotPrice: p.Spot, OnDemandPrice: p.OnDemand})
	}
	done := task.Done(v.Now)
	switch {
	case done > j.Done:
		j.Home = t.region
	case done == 0:
		j.Home = -1
	}
	here := j.Regions[t.region]
	j.Region = t.region
	j.Job = Job{
		Gap: t.gap, Work: task.Work, Deadline: time.Duration(task.Deadline), Overhead: j.Overhead,
		Elapsed: time.Duration(v.Now), Done: done, Last: t.last,
		Has: here.Has, SpotPrice: here.SpotPrice, OnDemandPrice: here.OnDemandPrice,
	}
	if t.last != Idle {
		j.Starting = max(t.working.Sub(v.Now), 0)
	}
	if task.State == Placed {
		j.Now = t.last
	}
}

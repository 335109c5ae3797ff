package scheduler

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/optimum"
)

// JobRules are what a run adds to a JobPolicy. Regions are numbered as the pools.
type JobRules struct {
	Gap       time.Duration // the length of a tick. Positive
	Overhead  time.Duration // the job's overhead at every start
	Guarantee Guarantee
	// Transfer and Egress are as in Job; nil for nothing.
	Transfer [][]time.Duration
	Egress   [][]cloud.Money
	// Regions are what the regions offer by tick, and Optimum returns the cheapest plan of
	// the job. Both are needed, and handed on, for clairvoyant policies only.
	Regions []optimum.Region
	Optimum func() (optimum.Plan, error)
}

func newJobTenant(policy JobPolicy, rules JobRules, clairvoyant bool) *jobTenant {
	job := Job{Gap: rules.Gap, Overhead: rules.Overhead, Transfer: rules.Transfer, Egress: rules.Egress}
	if clairvoyant {
		job.Futures, job.Optimum = rules.Regions, rules.Optimum
	}
	_, planned := policy.(planner)
	return &jobTenant{policy: policy, planned: planned, guarantee: rules.Guarantee, job: job}
}

// planner is a policy whose plan meets the deadline, so that it needs no guarantee.
type planner interface{ planned() }

// jobTenant lets a policy rent for task 0: at every tick it asks the policy, applies the
// guarantee, and changes instances where the answer says so. The task must save its
// progress continuously and its instances must be ready at once.
type jobTenant struct {
	policy    JobPolicy
	planned   bool
	guarantee Guarantee

	job     Job
	last    Mode       // of the last tick
	region  int        // since the last tick
	working clock.Time // since when the last instance makes progress; may lie ahead
	actions []Action
}

// Close closes the policy.
func (t *jobTenant) Close() error { return Close(t.policy) }

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
	case time.Duration(v.Now)%t.job.Gap == 0:
		t.tick(v, task)
		t.actions = append(t.actions, Wake(v.Now.Add(t.job.Gap)))
	}
	return t.actions
}

func (t *jobTenant) tick(v *View, task *Task) {
	t.observe(v, task)
	j := &t.job
	mode, region := t.policy.Choose(j)
	if err := j.check(mode, region); err != nil {
		t.actions = append(t.actions, Illegal(err))
		return
	}
	if !t.planned {
		mode, region = t.guarantee.place(j, mode, region)
	}
	if mode == OnSpot && !j.Regions[region].Has {
		mode = Idle
	}
	if len(j.Regions) > 1 && (region != j.Region || j.Elapsed == 0) {
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

// check returns what is wrong with a choice.
func (j *Job) check(mode Mode, region int) error {
	if mode > OnDemand {
		return fmt.Errorf("job: %v is none of idle, spot and on-demand, 0 to %d", mode, OnDemand)
	}
	if region < 0 || region >= len(j.Regions) {
		return fmt.Errorf("job: region %d is not in [0, %d)", region, len(j.Regions))
	}
	return nil
}

func (m Mode) purchase() cloud.Purchase {
	if m == OnSpot {
		return cloud.Spot
	}
	return cloud.OnDemand
}

// observe brings what the policy sees up to date.
func (t *jobTenant) observe(v *View, task *Task) {
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
	j.Region, j.Has, j.SpotPrice, j.OnDemandPrice = t.region, here.Has, here.SpotPrice, here.OnDemandPrice
	j.Work, j.Deadline = task.Work, time.Duration(task.Deadline)
	j.Elapsed, j.Done, j.Last = time.Duration(v.Now), done, t.last
	j.Starting, j.Now = 0, Idle
	if t.last != Idle {
		j.Starting = max(t.working.Sub(v.Now), 0)
	}
	if task.State == Placed {
		j.Now = t.last
	}
}

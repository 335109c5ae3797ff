package scheduler

import (
	"reflect"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/optimum"
)

// state is a job of 40 h by 80 h in ticks of an hour with an overhead of an hour, so that
// uniform progress is half the time elapsed.
func state(change func(*Job)) *Job {
	j := &Job{
		Gap: time.Hour, Work: 40 * time.Hour, Deadline: 80 * time.Hour, Overhead: time.Hour,
		SpotPrice: cloud.PerHour(1), OnDemandPrice: cloud.PerHour(3), Regions: make([]Region, 1),
	}
	change(j)
	return j
}

func at(elapsed, done int, has bool, now Mode) func(*Job) {
	return func(j *Job) {
		j.Elapsed, j.Done = time.Duration(elapsed)*time.Hour, time.Duration(done)*time.Hour
		j.Has, j.Now, j.Last = has, now, now
	}
}

// The rules of the paper, case by case.
func TestJobPolicies(t *testing.T) {
	starting := func(f func(*Job)) func(*Job) {
		return func(j *Job) { f(j); j.Starting = 30 * time.Minute }
	}
	lasting := func(ticks int, f func(*Job)) func(*Job) {
		return func(j *Job) {
			f(j)
			future := make([]bool, 100)
			for i := range ticks {
				future[int(j.Elapsed/j.Gap)+i] = true
			}
			j.Futures = []optimum.Region{{Available: future}}
		}
	}
	for _, c := range []struct {
		policy, what string
		state        func(*Job)
		want         Mode
	}{
		{"ondemand", "on-demand even where there is spot", at(0, 0, true, Idle), OnDemand},
		{"spot-only", "spot where there is some", at(0, 0, true, Idle), OnSpot},
		{"spot-only", "idle where there is none, however late", at(79, 0, false, Idle), Idle},

		{"greedy", "idle while there is slack", at(37, 0, false, Idle), Idle}, // 42 needed, 43 left
		// Two more starts leave no slack: 40 + 2 hours needed, 42 left.
		{"greedy", "on-demand when two more starts leave no slack", at(38, 0, false, Idle), OnDemand},
		{"greedy", "not even spot then", at(38, 0, true, Idle), OnDemand},
		{"greedy", "spot that runs goes on with that much slack", at(38, 0, true, OnSpot), OnSpot},
		// One more start leaves no slack: 41 needed, 41 left.
		{"greedy", "spot that makes progress goes on to the last", at(39, 0, true, OnSpot), OnSpot},
		{"greedy", "spot that is still starting does not", starting(at(39, 0, true, OnSpot)), OnDemand},

		// Uniform progress at 20 h is 10 h.
		{"uniform-progress", "idle when not behind", at(20, 10, false, Idle), Idle},
		{"uniform-progress", "on-demand when behind", at(20, 9, false, Idle), OnDemand},
		{"uniform-progress", "spot when behind and there is some", at(20, 9, true, Idle), OnSpot},
		// Two starts ahead, at 22 h, it is 11 h.
		{"uniform-progress", "stays on on-demand until two starts ahead", at(20, 11, true, OnDemand), OnDemand},
		{"uniform-progress", "leaves on-demand for spot with more lead", at(20, 12, true, OnDemand), OnSpot},
		{"uniform-progress", "stays on on-demand without spot, whatever the lead", at(20, 30, false, OnDemand), OnDemand},
		{"uniform-progress", "keeps the deadline above all", at(38, 0, true, Idle), OnDemand},

		{"uniform-progress-no-hysteresis", "leaves on-demand as soon as there is spot", at(20, 9, true, OnDemand), OnSpot},
		{"uniform-progress-no-hysteresis", "stays on on-demand without spot", at(20, 30, false, OnDemand), OnDemand},
		{"uniform-progress-plain", "leaves on-demand for nothing when not behind", at(20, 10, false, OnDemand), Idle},

		// Prices 3 to 1: a start on spot pays beyond 3 x 1 / 2 = 1.5 hours, leaving
		// on-demand beyond 3.
		{"next-spot-oracle", "takes spot that lasts long enough", lasting(2, at(20, 10, true, Idle)), OnSpot},
		{"next-spot-oracle", "lets spot go by that does not", lasting(1, at(20, 10, true, Idle)), Idle},
		{"next-spot-oracle", "leaves on-demand for spot that lasts twice as long", lasting(4, at(20, 10, true, OnDemand)), OnSpot},
		{"next-spot-oracle", "stays on on-demand otherwise", lasting(3, at(20, 10, true, OnDemand)), OnDemand},

		// Four slices of 20 h, each with 10 h of work. At 8 h: 10 + 2 needed, 12 left of it.
		{"time-sliced:n=4", "keeps the quota of its slice", at(8, 0, false, Idle), OnDemand},
		{"time-sliced:n=4", "idles while the slice has slack", at(7, 0, false, Idle), Idle},
		{"time-sliced:n=4", "idles when the quota is done", at(18, 10, false, Idle), Idle},
		{"time-sliced:n=4", "with one slice it would idle here", at(18, 5, false, Idle), OnDemand},
		{"time-sliced:n=1", "is greedy with one slice", at(37, 0, false, Idle), Idle},
	} {
		spec, err := Parse(c.policy)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := forOne[JobPolicy](t, spec).Choose(state(c.state)); got != c.want {
			t.Errorf("%s: %s: %v", c.policy, c.what, got)
		}
	}
}

func TestGuarantee(t *testing.T) {
	preempted := func(j *Job) { at(39, 0, false, Idle)(j); j.Last = OnSpot }
	for _, c := range []struct {
		guarantee Guarantee
		what      string
		state     func(*Job)
		want      Mode
	}{
		{Strict, "leaves the policy alone while one more start leaves slack", at(38, 0, false, Idle), Idle},
		{Strict, "on-demand when it leaves none", at(39, 0, false, Idle), OnDemand},
		{Strict, "spot that makes progress goes on", at(39, 0, true, OnSpot), OnSpot},
		{Strict, "on-demand in the tick of the preemption", preempted, OnDemand},
		{Peer, "asks in vain for the spot that was preempted", preempted, OnSpot},
		{Peer, "nothing more when the work is done", at(79, 40, false, Idle), Idle},
	} {
		if got := c.guarantee.apply(state(c.state), Idle); got != c.want {
			t.Errorf("%s: %s: %v", c.guarantee, c.what, got)
		}
	}
}

// Every registered policy for jobs, whatever the job looks like, answers with a mode, and two of a
// kind answer the same. A newcomer is tested here on its arrival.
func TestEveryJobPolicyIsRepeatable(t *testing.T) {
	for _, e := range All() {
		if !e.For(KindJob) {
			continue
		}
		for _, text := range settings(e) {
			spec, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			walk := func() (modes []Mode) {
				p := forOne[JobPolicy](t, spec)
				now := Idle
				for tick := range 75 {
					j := state(at(tick, tick/3, tick%5 > 1, now))
					if now == OnSpot && !j.Has {
						j.Now = Idle
					}
					if spec.Entry.Clairvoyant {
						j.Futures = []optimum.Region{{Spot: []cloud.Price{j.SpotPrice}, OnDemand: []cloud.Price{j.OnDemandPrice}}}
						for ahead := range 81 {
							j.Futures[0].Available = append(j.Futures[0].Available, ahead%5 > 1)
						}
						j.Optimum = optimum.Job{Tick: j.Gap, Work: j.Work, Overhead: j.Overhead, Deadline: j.Deadline, Regions: j.Futures}.Solve
					}
					mode, region := p.Choose(j)
					if mode > OnDemand || region != 0 {
						t.Fatalf("%s at tick %d: %v in region %d", text, tick, mode, region)
					}
					now = mode
					modes = append(modes, now)
				}
				return modes
			}
			if first, second := walk(), walk(); !reflect.DeepEqual(first, second) {
				t.Errorf("%s: %v, then %v", text, first, second)
			}
		}
	}
}

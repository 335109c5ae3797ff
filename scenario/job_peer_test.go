package scenario

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scheduler"
)

// published is what the published simulator over several regions makes of a job: its steps
// one after the other, in a plain loop. (FrontierCS/Frontier-CS, problem
// cant_be_late_multi; the steps are those of Wu et al., Can't Be Late, NSDI 2024.)
type published struct {
	ticks    [3]int // by mode, until the job is done
	region   int
	switches int
	finish   time.Duration
	free     int // moves from spot to spot
}

func publish(j *inRegions, p scheduler.JobPolicy) (out published) {
	g := j.Job.Tick
	var last scheduler.Mode
	var rem, done time.Duration
	for t := 0; ; t++ {
		if last != scheduler.Idle { // what the last tick did
			progress := max(g-rem, 0)
			begun := time.Duration(t-1)*g + rem
			rem -= g - progress
			if done+progress >= j.Job.Work {
				out.finish = begun + j.Job.Work - done
				return out
			}
			done += progress
		}
		cur := last
		if last == scheduler.OnSpot && !j.regions[out.region].available[t] {
			cur = scheduler.Idle
		}
		req, region := p.Choose(seen(j, t, out.region, last, cur, done, rem))
		left, need := (j.Job.Deadline-time.Duration(t)*g)/g*g, (j.Job.Work-done+j.Job.Overhead+g-1)/g*g
		if need >= left {
			req = scheduler.OnDemand
			if last == scheduler.OnSpot && rem == 0 {
				req = scheduler.OnSpot
			}
		}
		if req == scheduler.OnSpot && !j.regions[region].available[t] {
			req = scheduler.Idle
		}
		switch {
		case req != cur && req != scheduler.Idle:
			rem = j.Job.Overhead
		case req == scheduler.OnSpot && region != out.region:
			out.free++
		}
		if region != out.region && t > 0 { // the published rows do not count the first
			out.switches++
		}
		out.region, last = region, req
		out.ticks[req]++
	}
}

// seen is what a policy sees in a tick.
func seen(j *inRegions, t, region int, last, cur scheduler.Mode, done, rem time.Duration) *scheduler.Job {
	m := &scheduler.Job{
		Region: region, Gap: j.Job.Tick, Work: j.Job.Work, Deadline: j.Job.Deadline, Overhead: j.Job.Overhead,
		Elapsed: time.Duration(t) * j.Job.Tick, Done: done, Last: last, Now: cur,
		Has: j.regions[region].available[t],
	}
	if last != scheduler.Idle {
		m.Starting = rem
	}
	for _, r := range j.regions {
		m.Regions = append(m.Regions, scheduler.Region{Has: r.available[t]})
	}
	return m
}

// cost bills the whole at the first price of the last region.
func (out published) cost(j *inRegions) cloud.Money {
	r := j.regions[out.region]
	ticks := func(mode scheduler.Mode) time.Duration { return time.Duration(out.ticks[mode]) * j.Job.Tick }
	return r.spot[0].Over(ticks(scheduler.OnSpot)).Plus(r.onDemand.Over(ticks(scheduler.OnDemand))).Round()
}

// drawPeerJob draws a job under the published rules, on random availability of two or three
// regions, its overhead shorter or longer than a tick.
func drawPeerJob(t *rapid.T) *inRegions {
	minutes := func(name string, least, most int) time.Duration {
		return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Minute
	}
	j := Job{
		Work: minutes("work", 1, 200), Overhead: minutes("overhead", 0, 25),
		Guarantee: scheduler.Peer, Billing: PeerBilling,
	}
	j.Deadline = j.Work + j.Overhead + minutes("slack", 0, 200)
	gap := minutes("gap", 2, 10)
	// Enough for a job that comes late: from the deadline on it needs no more than all of it.
	ticks := int((j.Deadline+j.Work+j.Overhead)/gap) + 3
	var regions []region
	for n := range rapid.IntRange(2, 3).Draw(t, "regions") {
		r := region{name: fmt.Sprint(n), tick: gap, onDemand: cloud.PerHour(3 + float64(n))}
		has := rapid.Bool().Draw(t, "at first")
		for len(r.available) < ticks {
			for range min(rapid.IntRange(1, 12).Draw(t, "run"), ticks-len(r.available)) {
				r.available = append(r.available, has)
				r.spot = append(r.spot, cloud.PerHour(0.5+float64(len(r.spot)%7)/10+float64(n)))
			}
			has = !has
		}
		regions = append(regions, r)
	}
	return jobIn(j, regions)
}

// wanderer goes from spot to spot at random, as none of the published policies does while it
// has some. From on-demand it does not move.
type wanderer struct{ r *rand.Rand }

func (w wanderer) Choose(j *scheduler.Job) (scheduler.Mode, int) {
	mode, region := scheduler.OnSpot, w.r.IntN(len(j.Regions))
	if w.r.IntN(8) == 0 {
		mode = scheduler.Mode(w.r.IntN(3))
	}
	if j.Now == scheduler.OnDemand {
		region = j.Region
	}
	return mode, region
}

// jobPolicy makes a policy for jobs at its defaults.
func jobPolicy(t *rapid.T, name string) scheduler.JobPolicy {
	spec := parsed(t, name)
	p, err := spec.Entry.New(spec.Args)
	if err != nil {
		t.Fatal(err)
	}
	return p.(scheduler.JobPolicy)
}

// Under the published rules a run through the actors is that of the published steps, for
// every policy that has no plan of its own, and for one without sense.
func TestPeerRulesAreThePublishedSteps(t *testing.T) {
	free := 0
	rapid.Check(t, func(t *rapid.T) {
		j := drawPeerJob(t)
		seed := rapid.Uint64().Draw(t, "seed of the wanderer")
		makers := map[string]func() scheduler.JobPolicy{"wanderer": func() scheduler.JobPolicy {
			return wanderer{rand.New(rand.NewPCG(seed, 1))}
		}}
		for _, e := range scheduler.All() {
			if e.For(scheduler.KindJob) && !e.Clairvoyant {
				makers[e.Name] = func() scheduler.JobPolicy { return jobPolicy(t, e.Name) }
			}
		}
		for name, policy := range makers {
			numbers := run(t, j.Scenario, spec(policy()))
			want, s := publish(j, policy()), numbers.Summary()
			got := published{
				ticks:  [3]int{scheduler.Idle: *s.IdleTicks, scheduler.OnSpot: *s.SpotTicks, scheduler.OnDemand: *s.OnDemandTicks},
				region: *s.FinalRegion, switches: *s.Switches, finish: want.finish, free: want.free,
			}
			if got != want || *s.Finish != want.finish.Hours() || numbers.TotalCost() != want.cost(j) {
				t.Errorf("%s: %+v at %v h for %v, the published steps %+v for %v", name, got, *s.Finish, numbers.TotalCost(), want, want.cost(j))
			}
			free += want.free
		}
	})
	if free == 0 {
		t.Error("nothing ever moved for free")
	}
	t.Logf("%d free moves", free)
}

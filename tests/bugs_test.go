package tests

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Each test here is the smallest case of a bug that was found by the twin, and mended.

// Instances are numbered in the order of asking, so a policy knows the number of one it
// asks for, and the book takes actions on it; the instance actor has not got it yet.
func TestPolicyMayUseAnInstanceItAsksForInTheSameDecision(t *testing.T) {
	for name, then := range map[string]scheduler.Action{
		"assign":    scheduler.Assign(0, 0),
		"terminate": scheduler.Terminate(0),
	} {
		c := quiet()
		c.Policy = &turns{{scheduler.Launch(0, cloud.Spot, 1), then}}
		err := system.Run(t.Context(), c)
		var refusal *actors.PolicyError
		var crash *actors.ActorPanic
		if err != nil && !errors.As(err, &refusal) || errors.As(err, &crash) {
			t.Errorf("%s: %v, neither carried out nor told to the policy", name, err)
		}
	}
}

func TestLaunchForATaskIsOfOneInstance(t *testing.T) {
	two := scheduler.LaunchFor(0, 0, cloud.Spot)
	two.Count = 2
	c := quiet()
	c.Tasks = append(c.Tasks, workload.Task{ID: 1, Work: time.Hour, Deadline: clock.Never})
	c.Policy = &turns{{two}}
	err := system.Run(t.Context(), c)
	var refusal *actors.PolicyError
	var crash *actors.ActorPanic
	if !errors.As(err, &refusal) || errors.As(err, &crash) {
		t.Errorf("%v is not told to the policy", err)
	}
}

// After the last instance is given back nothing can happen, and the run stalls there.
func TestStallIsNoticedWhenTheLastInstanceIsGivenBack(t *testing.T) {
	c := quiet()
	c.Pools[0].Provisioning.Mean = 0
	c.Pools[0].Preemption = market.DefaultPreemption()
	c.Pools[0].Preemption = c.Pools[0].Preemption.With("rate", 0.)
	c.Policy = &turns{{scheduler.Launch(0, cloud.Spot, 1)}, {scheduler.Terminate(0)}}
	for _, e := range simulate(t, c) {
		if e.Kind == journal.Stall && e.At != 1 {
			t.Errorf("stalled at %v, the instance was given back at 1ns", e.At)
		}
	}
}

// Prices of several pools at one instant come in one order whatever the policy: all
// policies under one seed face the same market.
func TestPricesComeInOneOrderUnderEveryPolicy(t *testing.T) {
	c := quiet()
	c.Pools[0].Price = market.DefaultPrice(cloud.PerHour(0.3), cloud.PerHour(1))
	c.Pools[0].Price = c.Pools[0].Price.With("step", time.Hour)
	c.Pools[0].Preemption = market.DefaultPreemption()
	c.Pools[0].Preemption = c.Pools[0].Preemption.With("rate", 0.)
	second := c.Pools[0]
	second.Name.Zone = "b"
	second.Price = second.Price.With("mean", cloud.PerHour(0.9))
	c.Pools = append(c.Pools, second)
	prices := func(text string) []journal.Entry {
		c.Policy = policy(text)
		return slices.DeleteFunc(simulate(t, c), func(e journal.Entry) bool { return e.Kind != journal.Price })
	}
	sameJournal(t, "prices under greedy and on-demand", c.Seed, prices("greedy"), prices("ondemand"))
}

// insistent asks for spot for whoever waits longest and counts its decisions a minute.
type insistent struct{ decisions []int }

func (p *insistent) Decide(v *scheduler.View) []scheduler.Action {
	p.decisions[v.Now/clock.At(time.Minute)]++
	for t := range v.Pending() {
		return []scheduler.Action{scheduler.LaunchFor(t.ID, 0, cloud.Spot)}
	}
	return nil
}

// A policy is called again a minute after a refusal, if nothing else changes before
// (actors.RetryAfter): so in an hour in which nothing but refusals happen, at most once a
// minute.
func TestRetriesDoNotPileUp(t *testing.T) {
	c := quiet()
	c.Pools[0].Preemption.Model = "bid"
	c.Pools[0].Preemption = c.Pools[0].Preemption.With("bid", cloud.Price(1))
	c.Pools[0].Provisioning = rng.Duration{Shape: rng.Constant}
	c.Tasks = nil
	for n := range 50 {
		c.Tasks = append(c.Tasks, workload.Task{ID: cloud.TaskID(n), Arrival: clock.At(time.Duration(n) * time.Second), Work: 1, Deadline: clock.Never})
	}
	p := &insistent{make([]int, c.Horizon/time.Minute+1)}
	c.Policy = p
	simulate(t, c)
	if n := p.decisions[60]; n != 1 {
		t.Errorf("%d decisions in the 60th minute, when only refusals happen", n)
	}
}

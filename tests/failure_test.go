package tests

import (
	"errors"
	"fmt"
	"strings"
	"sync"
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

// quiet returns a run in which nothing is left to chance: one pool at $1.00 and $0.30,
// ready in two minutes, never preempted, and one task of an hour.
func quiet() actors.Config {
	p := market.NewPool(cloud.Pool{Zone: "a", InstanceType: "m"}, cloud.PerHour(1), cloud.PerHour(0.3))
	p.Price.Model, p.Preemption.Model = "constant", "none"
	p.Provisioning = rng.Duration{Shape: rng.Constant, Mean: 2 * time.Minute}
	return actors.Config{
		Name:    "quiet",
		Seed:    7,
		Horizon: 10 * time.Hour,
		Pools:   []market.Pool{p},
		Tasks:   []workload.Task{{Work: time.Hour, Deadline: clock.Never}},
		Journal: &journal.Log{},
	}
}

// turns is a policy that does one list of actions after the other.
type turns [][]scheduler.Action

func (t *turns) Decide(*scheduler.View) []scheduler.Action {
	if len(*t) == 0 {
		return nil
	}
	now := (*t)[0]
	*t = (*t)[1:]
	return now
}

func TestIllegalActionsAreToldToThePolicy(t *testing.T) {
	launch := scheduler.Launch(0, cloud.Spot, 1)
	for _, c := range []struct {
		name  string
		turns turns
		want  string
	}{
		{"a pool that is not there", turns{{scheduler.LaunchFor(0, 7, cloud.Spot)}},
			"policy bad at 0s: action 1 of 1 is illegal: launch: pool 7 is not in [0, 1)"},
		{"a negative count", turns{{scheduler.Launch(0, cloud.Spot, -1)}},
			"launch: count -1 is not in [0, 1000000]"},
		{"a purchase that is not sold", turns{{scheduler.Launch(0, 9, 1)}},
			"launch: purchase 9 is neither spot nor on-demand"},
		{"a task that is not there", turns{{scheduler.LaunchFor(3, 0, cloud.Spot)}},
			"launch: there is no task 3"},
		{"a task that is placed already", turns{{scheduler.LaunchFor(0, 0, cloud.Spot), scheduler.LaunchFor(0, 0, cloud.Spot)}},
			"action 2 of 2 is illegal: launch: task 0 is not pending"},
		{"an instance of someone else", turns{{scheduler.Terminate(5)}},
			"terminate: there is no instance 5"},
		{"an instance that has ended", turns{{launch}, {scheduler.Terminate(0), scheduler.Terminate(0)}},
			"policy bad at 2m0s: action 2 of 2 is illegal: terminate: instance 0 has ended"},
		{"an instance that is busy", turns{{scheduler.LaunchFor(0, 0, cloud.Spot)}, {scheduler.Assign(0, 0)}},
			"assign: instance 0 already has task 0"},
		{"a task assigned twice", turns{{launch, launch}, {scheduler.Assign(0, 0), scheduler.Assign(0, 1)}},
			"assign: task 0 is not pending"},
		{"waking in the past", turns{{scheduler.Wake(0)}},
			"wake: 0s is not after now, 0s"},
		{"a verb that is none", turns{{scheduler.Action{Verb: 77}}},
			"unknown verb 77"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := quiet()
			run.PolicyName, run.Policy = "bad", &c.turns
			err := system.Run(t.Context(), run)
			var outer *actors.RunError
			var inner *actors.PolicyError
			if !errors.As(err, &outer) || !errors.As(err, &inner) {
				t.Fatalf("%v, not a PolicyError in a RunError", err)
			}
			for _, part := range []string{"run of quiet with policy bad, seed 7: policy bad at", c.want} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// panicking is a policy that breaks at its n-th decision.
type panicking struct {
	n int
	scheduler.Policy
}

func (p *panicking) Decide(v *scheduler.View) []scheduler.Action {
	if p.n--; p.n < 0 {
		panic("out of ideas")
	}
	return p.Policy.Decide(v)
}

func TestPanickingPolicyFailsItsOwnRunOnly(t *testing.T) {
	want := record(t, system, 1)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range 10 {
				s := randomWorld(1).with("greedy")
				s.Policy, s.Journal = &panicking{n, s.Policy}, &journal.Log{}
				err := system.Run(t.Context(), s)
				var outer *actors.RunError
				var inner *actors.PolicyError
				var cause *actors.ActorPanic
				if !errors.As(err, &outer) || !errors.As(err, &inner) || !errors.As(err, &cause) {
					t.Errorf("%v, not a PolicyError in a RunError", err)
					continue
				}
				if !strings.Contains(err.Error(), "out of ideas") || !strings.Contains(string(cause.Stack), "(*panicking).Decide") {
					t.Errorf("neither reason nor stack lead to the policy: %v\n%s", err, cause.Stack)
				}
				if outer.Scenario != "random 1" || outer.Policy != "greedy" || outer.Seed != 1 || inner.Policy != "greedy" {
					t.Errorf("%v names another run", err)
				}
			}
		})
		all.Go(func() {
			for range 10 {
				sameJournal(t, "beside a failing run", 1, record(t, system, 1), want)
			}
		})
	}
	all.Wait()
}

// breaking is a journal that breaks at its n-th entry.
type breaking struct {
	journal.Log
	n  int
	at clock.Time
}

func (b *breaking) Record(e journal.Entry) {
	if len(b.Entries) == b.n {
		b.at = e.At
		panic(fmt.Sprintf("no room for entry %d", b.n))
	}
	b.Log.Record(e)
}

// A panic in an actor, at whatever entry it comes, ends the run with an error that says
// where, and what was recorded before it stands.
func TestPanickingActorIsNamed(t *testing.T) {
	seed := uint64(0) // the first that has every actor write, as only chaos does
	for randomWorld(seed).chaos == nil {
		seed++
	}
	whole := record(t, system, seed)
	named := map[string]bool{}
	for n := range whole {
		s := randomWorld(seed)
		b := &breaking{n: n}
		s.Policy, s.Journal = s.newPolicy(), b
		err := system.Run(t.Context(), s.Config)
		var cause *actors.ActorPanic
		var blamed *actors.PolicyError
		if !errors.As(err, &cause) || errors.As(err, &blamed) {
			t.Fatalf("entry %d: %v, not an ActorPanic", n, err)
		}
		if cause.At != b.at || cause.Reason != fmt.Sprintf("no room for entry %d", n) || !strings.Contains(string(cause.Stack), "(*breaking).Record") {
			t.Fatalf("entry %d at %v: reason %v at %v\n%s", n, b.at, cause.Reason, cause.At, cause.Stack)
		}
		sameJournal(t, "up to the panic", seed, b.Entries, whole[:n])
		actor, _, _ := strings.Cut(cause.Actor, " zone")
		named[actor] = true
	}
	for _, actor := range []string{"tenant", "task manager", "instances", "spot market"} {
		if !named[actor] {
			t.Errorf("no panic in actor %s; only in %v", actor, named)
		}
	}
	sameJournal(t, "after the failures", seed, record(t, system, seed), whole)
}

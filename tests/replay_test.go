package tests

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/replay"
	"github.com/bobby-math/tessera/scheduler"
)

// replayed returns the state of a run at an instant.
func replayed(pools []market.Pool, entries []journal.Entry, at clock.Time) *replay.State {
	s := replay.New(pools, at)
	for _, e := range entries {
		s.Record(e)
	}
	return s
}

// The state at an instant is what a run that ends there closes: the same instances, with
// the same bills to the nano-dollar, and the same work left. The engine's own books are the
// other side: it bills what lives, and says what is left, at its end.
func TestReplayedStateIsWhatARunEndingThereCloses(t *testing.T) {
	living, working := 0, 0
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		s.Drain = false
		for _, policy := range []string{"greedy", "fallback:after=1"} {
			long := simulate(t, s.with(policy))
			c := s.with(policy)
			c.Horizon = 1 + time.Duration(s.r.Int64N(int64(c.Horizon)))
			if s.r.IntN(2) == 0 { // an instant at which something happens
				c.Horizon = max(1, time.Duration(long[s.r.IntN(len(long))].At))
			}
			short := simulate(t, c)
			at := clock.At(c.Horizon)
			if err := compareClosing(replayed(s.Pools, undecided(long, at), at), short, at, &living, &working); err != nil && c.Horizon < s.Horizon {
				t.Fatalf("seed %d, %s at %v: %v", seed, policy, at, err)
			}
		}
	}
	if living < 100 || working < 100 {
		t.Errorf("only %d living instances and %d tasks at work were compared", living, working)
	}
}

// undecided returns the entries up to what was decided at an instant.
func undecided(entries []journal.Entry, at clock.Time) []journal.Entry {
	for n, e := range entries {
		if e.At == at && e.Kind == journal.Decide {
			return entries[:n]
		}
	}
	return entries
}

func compareClosing(state *replay.State, short []journal.Entry, at clock.Time, living, working *int) error {
	instances := map[cloud.InstanceID]*replay.Instance{}
	for _, i := range state.Instances() {
		instances[i.ID] = i
	}
	closed, unfinished := 0, 0
	for _, e := range short {
		switch e.Kind {
		case journal.Close:
			closed++
			i := instances[e.Instance]
			if i == nil || i.Pool != e.Pool || i.Purchase != e.Purchase || state.Cost(i) != e.Cost || max(at.Sub(i.Ready), 0) != e.Span {
				return fmt.Errorf("%s is replayed as %+v", show(e), i)
			}
			*living++
		case journal.Unfinished:
			unfinished++
			task := &state.Tasks[e.Task]
			if left := task.Work - task.Progress(at); task.State == replay.Done || left != e.Span {
				return fmt.Errorf("%s is replayed with %v left: %+v", show(e), left, task)
			}
			if task.State == replay.Working {
				*working++
			}
		}
	}
	if closed != state.Alive() || unfinished != len(state.Tasks)-state.Count(replay.Done) {
		return fmt.Errorf("%d instances of %d and %d tasks of %d", state.Alive(), closed, len(state.Tasks)-state.Count(replay.Done), unfinished)
	}
	return nil
}

// At the end of a run the state adds up to the summary.
func TestReplayedEndIsTheSummary(t *testing.T) {
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		s.Policy = s.newPolicy()
		entries := simulate(t, s.Config)
		var numbers metrics.Collector
		for _, e := range entries {
			numbers.Record(e)
		}
		sum, end := numbers.Summary(), replayed(s.Pools, entries, clock.Never)
		if end.Billed+end.Egress != numbers.TotalCost() || end.Count(replay.Done) != sum.CompletedTasks || len(end.Tasks) != sum.TotalTasks {
			t.Fatalf("seed %d: %v billed for %d of %d tasks, the summary says %+v", seed, end.Billed+end.Egress, end.Count(replay.Done), len(end.Tasks), sum)
		}
		if !end.Over || end.Alive() != 0 || end.Next != nil {
			t.Fatalf("seed %d: %d instances live after the end, %v comes next", seed, end.Alive(), end.Next)
		}
	}
}

// onlooker is a policy that compares, whenever it decides, what it sees with what the
// journal so far is replayed to.
type onlooker struct {
	scheduler.Policy
	state   *replay.State
	err     error
	looked  int
	waiting bool // compare how many tasks are pending, too: chaos assigns to what is not ready
}

func (o *onlooker) Decide(v *scheduler.View) []scheduler.Action {
	o.looked++
	wrong := func(what string, got, want any) {
		if o.err == nil && got != want {
			o.err = fmt.Errorf("at %v: %s is %v, the policy sees %v", v.Now, what, got, want)
		}
	}
	wrong("alive", o.state.Alive(), v.Alive())
	if o.waiting {
		wrong("pending", o.state.Count(replay.Pending), v.Waiting())
	}
	for n, p := range v.Pools {
		wrong("a price", o.state.Pools[n].Spot, p.Spot)
		wrong("a capacity", o.state.Pools[n].Capacity, p.Capacity)
	}
	for _, i := range o.state.Instances() {
		seen := v.Instance(i.ID)
		wrong("an instance running", i.Ready != clock.Never, seen.State == scheduler.Running)
		wrong("an instance noticed", i.PreemptedAt != clock.Never, seen.Noticed)
	}
	for id := range o.state.Tasks {
		task, seen := &o.state.Tasks[id], v.Task(cloud.TaskID(id))
		wrong("progress", task.Progress(v.Now), seen.Done(v.Now))
		wrong("a task done", task.State == replay.Done, seen.State == scheduler.Done)
		if task.State == replay.Placed || task.State == replay.Working {
			wrong("a place", task.Instance, seen.Instance)
		}
		if seen.State == scheduler.Pending {
			wrong("a task waiting", task.State, replay.Pending)
		}
	}
	return o.Policy.Decide(v)
}

func TestReplayedStateIsWhatThePolicySees(t *testing.T) {
	looked := 0
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		o := &onlooker{Policy: s.newPolicy(), state: replay.New(s.Pools, clock.Never), waiting: s.chaos == nil}
		s.Policy, s.Journal = o, o.state
		if err := system.Run(t.Context(), s.Config); err != nil {
			t.Fatal(err)
		}
		if o.err != nil {
			t.Fatalf("seed %d, %s: %v", seed, s.PolicyName, o.err)
		}
		looked += o.looked
	}
	if looked < 1000 {
		t.Errorf("only %d decisions were compared", looked)
	}
}

func TestReplayedServiceIsWhatTheMetricsSay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		var log journal.Log
		numbers := serve(t, s, policy, &log)
		cost, requests, end := numbers.TotalCost(), numbers.Service.Requests, replayed(s.Pools, log.Entries, math.MaxInt64)
		if end.Billed != cost || end.Service.InFlight() != requests.InFlight() || end.Service.Received != requests.Received {
			r.Fatalf("%v billed, %+v; the summary says %v, %+v", end.Billed, end.Service, cost, requests)
		}
	})
}

// What the policy saw and did at an instant is there: the last decision up to it, with all
// that followed at the instant of the decision, and the first thing after.
func TestReplayedDecision(t *testing.T) {
	s := randomWorld(3)
	entries := simulate(t, s.with("greedy"))
	for n, e := range entries {
		if e.Kind != journal.Decide {
			continue
		}
		state := replayed(s.Pools, entries, e.At)
		last := n + 1
		for last < len(entries) && entries[last].At == e.At {
			last++
		}
		if state.Decision == nil || state.Decision.Entry != e || len(state.Decision.Followed) != last-n-1 {
			t.Fatalf("at %v: %+v, want %d entries after %s", e.At, state.Decision, last-n-1, show(e))
		}
		if last < len(entries) && *state.Next != entries[last] {
			t.Fatalf("at %v: next is %s, want %s", e.At, show(*state.Next), show(entries[last]))
		}
	}
}

package tests

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// journalOf returns what happens in a run of s.
func journalOf(t testing.TB, s *scenario.Scenario, policy string) []journal.Entry {
	var log journal.Log
	serve(t, s, policy, &log)
	return log.Entries
}

func TestAServiceRepeatsItself(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		first := journalOf(t, s, policy)
		runtime.GOMAXPROCS(rapid.SampledFrom([]int{1, 2, 8}).Draw(r, "GOMAXPROCS"))
		if again := journalOf(t, s, policy); !slices.Equal(first, again) {
			r.Fatalf("%d entries, then %d others", len(first), len(again))
		}
	})
}

func TestAllPoliciesFaceTheSameRequests(t *testing.T) {
	arrivals := func(entries []journal.Entry) (at []clock.Time) {
		for _, e := range entries {
			if e.Kind == journal.Request {
				at = append(at, e.At)
			}
		}
		return at
	}
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		if a, b := arrivals(journalOf(t, s, policy)), arrivals(journalOf(t, s, "ondemand")); !slices.Equal(a, b) {
			r.Fatalf("%d requests under %s, %d others under ondemand", len(a), policy, len(b))
		}
	})
}

func TestDoublePricesDoubleTheBillOfAService(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		one := serve(t, s, policy, nil)
		for n := range s.Pools {
			s.Pools[n].OnDemand *= 2
			s.Pools[n].Price = s.Pools[n].Price.With("mean", 2*s.Pools[n].Price.Mean())
			s.Pools[n].Price = s.Pools[n].Price.With("ceiling", 2*s.Pools[n].Price.Price("ceiling"))
		}
		two, bills := serve(t, s, policy, nil), bills(one.Summary())
		// Each bill is rounded to the nano-dollar.
		if off := two.TotalCost() - 2*one.TotalCost(); off > 2*bills || off < -2*bills || one.Service.Available != two.Service.Available {
			r.Fatalf("%v, then %v; available %v, then %v", one.TotalCost(), two.TotalCost(), one.Service.Available, two.Service.Available)
		}
	})
}

func bills(s metrics.Summary) cloud.Money {
	return cloud.Money(s.SpotLaunched + s.OnDemandLaunched)
}

// TestAServiceBesideABatchLeavesItAlone: where capacity is not short, the tasks of a run
// fare the same whether or not a service runs in the same zones.
func TestAServiceBesideABatchLeavesItAlone(t *testing.T) {
	s := scenario.Default()
	s.Workload.Tasks = 40
	batch, err := scheduler.Parse("fallback")
	if err != nil {
		t.Fatal(err)
	}
	s.SetPolicies([]scheduler.Spec{batch})
	both := s
	both.Service = &scenario.Service{
		Service: workload.DefaultService(), Batch: batch,
		Rules: scheduler.ServiceRules{Every: scheduler.DefaultEvery, Extra: 1, OnWarning: scheduler.IgnoreWarnings},
	}
	both.Service.Requests = &workload.Requests{Process: "poisson", Rate: 0.1}
	alone := &journal.Log{}
	if _, err := s.Simulate(t.Context(), actors.NewSystem(zap.NewNop()), batch, s.Tasks(), alone); err != nil {
		t.Fatal(err)
	}
	var ofTasks, ofService int
	together := journalOf(t, &both, "spothedge")
	for _, e := range together {
		if e.Kind == journal.Respond {
			ofService++
		}
	}
	want := fates(alone.Entries)
	for n, e := range fates(together) {
		ofTasks++
		if e != want[n] {
			t.Fatalf("entry %d of the tasks: %+v, alone %+v", n, e, want[n])
		}
	}
	if ofTasks != len(want) || ofTasks < 100 || ofService < 1000 {
		t.Errorf("%d entries of tasks, alone %d; %d requests answered", ofTasks, len(want), ofService)
	}
}

// fate is what happened to a task, but for the numbers of instances.
type fate struct {
	at   clock.Time
	kind journal.Kind
	task cloud.TaskID
}

func fates(entries []journal.Entry) (all []fate) {
	for _, e := range entries {
		switch e.Kind {
		case journal.Arrive, journal.Start, journal.Interrupt, journal.Complete, journal.Unfinished:
			all = append(all, fate{e.At, e.Kind, e.Task})
		}
	}
	return all
}

// Warnings come before what a recording shows: whatever the time of a warning, no zone ever
// holds more instances than were recorded, and those that are too many end at that very instant.
func TestNoZoneHoldsMoreThanWasRecorded(t *testing.T) {
	var recorded []int
	for tick := range 72 {
		recorded = append(recorded, []int{4, 4, 2, 0, 3, 1}[tick/2%6])
	}
	ended := 0
	for _, notice := range []market.Notice{{}, {Lead: 2 * time.Minute, Probability: 1}, {Lead: 3 * time.Minute, Rebalance: 4 * time.Minute, Probability: 0.5}} {
		s := steadyService(workload.Requests{Process: "poisson", Rate: 0.01})
		s.Duration, s.Service.Replicas = 6*time.Hour, 4
		pool := steadyPool("a")
		pool.Notice = notice
		scenario.UseSeries(&pool, series(5*time.Minute, recorded), 0, s.Duration)
		s.Pools[0] = pool
		held := 0
		entries := journalOf(t, s, "even-spread")
		for n, e := range entries {
			if e.Kind == journal.Launch {
				held++
			}
			if e.Kind == journal.Preempt {
				held--
				ended++
				if at := time.Duration(e.At); at%(5*time.Minute) != 0 || recorded[at/(5*time.Minute)] >= recorded[at/(5*time.Minute)-1] {
					t.Errorf("%+v: an instance was taken at %v, where nothing was recorded", notice, at)
				}
			}
			if last := n+1 == len(entries) || entries[n+1].At > e.At; last && e.At < clock.At(s.Duration) && held > recorded[time.Duration(e.At)/(5*time.Minute)] {
				t.Fatalf("%+v: %d instances at %v", notice, held, e.At)
			}
		}
	}
	if ended < 20 {
		t.Errorf("only %d instances ended", ended)
	}
}

// series is one of so many instances a tick.
func series(gap time.Duration, counts []int) traces.CapacitySeries {
	s := traces.CapacitySeries{Zone: "a", Gap: gap, End: time.Duration(len(counts)) * gap}
	for n, count := range counts {
		s.Points = append(s.Points, traces.CapacityPoint{At: time.Duration(n) * gap, Available: count})
	}
	return s
}

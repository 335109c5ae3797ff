package tests

import (
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
)

// worlds is how many random scenarios the tests of this package look at, unless they say
// otherwise.
const worlds = 60

// record runs the random scenario of a seed from scratch; it may be called on any
// goroutine.
func record(t *testing.T, host *actors.System, seed uint64) []journal.Entry {
	t.Helper()
	s := randomWorld(seed)
	var log journal.Log
	s.Policy, s.Journal = s.newPolicy(), &log
	if err := host.Run(t.Context(), s.Config); err != nil {
		t.Error(err)
	}
	return log.Entries
}

func sameJournal(t *testing.T, what string, seed uint64, got, want []journal.Entry) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("seed %d: %s: %s", seed, what, difference("again", got, "first", want))
	}
}

func TestSameSeedSameJournal(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	first := make([][]journal.Entry, worlds)
	for seed := range first {
		first[seed] = record(t, system, uint64(seed))
	}
	for seed, want := range first {
		sameJournal(t, "a second run", uint64(seed), record(t, system, uint64(seed)), want)
	}
	for _, procs := range []int{1, 2} {
		runtime.GOMAXPROCS(procs)
		for seed, want := range first {
			sameJournal(t, "another GOMAXPROCS", uint64(seed), record(t, system, uint64(seed)), want)
		}
	}
	runtime.GOMAXPROCS(8)
	var eight sync.WaitGroup
	for range 8 {
		eight.Go(func() {
			for seed, want := range first {
				sameJournal(t, "eight at a time", uint64(seed), record(t, system, uint64(seed)), want)
			}
		})
	}
	eight.Wait()
}

func TestAnotherSeedAnotherJournal(t *testing.T) {
	s := randomWorld(1)
	other := *s
	other.Seed++
	if slices.Equal(simulate(t, s.with("greedy")), simulate(t, other.with("greedy"))) {
		t.Error("the seed changes nothing")
	}
}

// All policies under one seed face the same market and the same demand.
func TestPoliciesFaceTheSameMarketAndArrivals(t *testing.T) {
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		s.Drain = false
		given := func(policy string, kind journal.Kind, pool int) (found []journal.Entry) {
			for _, e := range simulate(t, s.with(policy)) {
				if e.Kind == kind && (kind == journal.Arrive || int(e.Pool) == pool) {
					found = append(found, e)
				}
			}
			return found
		}
		for _, policy := range []string{"fallback", "ondemand"} {
			sameJournal(t, policy+" meets other arrivals than greedy", seed, given(policy, journal.Arrive, 0), given("greedy", journal.Arrive, 0))
			for pool := range s.Pools {
				sameJournal(t, policy+" meets other prices than greedy", seed, given(policy, journal.Price, pool), given("greedy", journal.Price, pool))
			}
		}
	}
}

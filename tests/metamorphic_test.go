package tests

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/workload"
)

func TestFallbackLimitsAreTheOtherPolicies(t *testing.T) {
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		sameJournal(t, "falling back at once", seed, simulate(t, s.with("fallback:after=0")), simulate(t, s.with("ondemand")))
		sameJournal(t, "hardly ever falling back", seed, simulate(t, s.with("fallback:after=1000000")), simulate(t, s.with("greedy")))
	}
}

// A pool that is more expensive than all others, and sells no spot, is never used; it changes
// nothing but that its prices are told, which is news.
func TestUnusedPoolChangesNothing(t *testing.T) {
	compared := 0
	for seed := range uint64(worlds) {
		for _, policy := range []string{"greedy", "fallback", "ondemand"} {
			s := randomWorld(seed)
			without := simulate(t, s.with(policy))
			if slices.ContainsFunc(without, func(e journal.Entry) bool { return e.Kind == journal.Stall }) {
				continue // with the price still moving it would not have stalled
			}
			extra := market.NewPool(cloud.Pool{Zone: "elsewhere", InstanceType: "m"}, cloud.PerHour(100), cloud.PerHour(50))
			extra.Preemption.Model = "bid"
			extra.Preemption = extra.Preemption.With("bid", cloud.Price(1))
			s.Pools = append(s.Pools, extra)
			with := simulate(t, s.with(policy))
			own := func(e journal.Entry) bool { return e.Kind == journal.Price && int(e.Pool) == len(s.Pools)-1 }
			told := slices.ContainsFunc(with, own)
			with = slices.DeleteFunc(with, own)
			for _, entries := range [][]journal.Entry{with, without} {
				for n := range entries {
					entries[n].Because &^= journal.PriceChanged
				}
			}
			sameJournal(t, policy+" with an unused pool", seed, with, without)
			compared++
			if !told {
				t.Errorf("seed %d: the extra pool told no prices", seed)
			}
		}
	}
	if compared < worlds {
		t.Errorf("only %d runs compared", compared)
	}
}

// All prices doubled, references, bids and egress too, double every bill and change nothing else.
// A bill is rounded to the nano-dollar once, which may leave doubled and double one apart;
// and so may every rounding of a price, for the hours it is paid.
func TestDoubledPricesDoubleTheCost(t *testing.T) {
	for seed := range uint64(worlds) {
		for _, policy := range []string{"greedy", "fallback", "ondemand"} {
			s := randomWorld(seed)
			for n := range s.Pools {
				for i := range s.Pools[n].Price.Changes { // a hazard takes a price of 0 for 1
					c := &s.Pools[n].Price.Changes[i]
					c.Price = max(c.Price, 1)
				}
			}
			single := simulate(t, s.with(policy))
			for n := range s.Pools {
				double(&s.Pools[n])
			}
			if len(s.Tasks) > 0 {
				doubleEgress(s.Tasks[0].Moves) // that of all
			}
			doubled := simulate(t, s.with(policy))
			if len(doubled) != len(single) {
				t.Fatalf("seed %d, %s: %d entries instead of %d", seed, policy, len(doubled), len(single))
			}
			launched := map[cloud.InstanceID]clock.Time{}
			for n, e := range single {
				d := doubled[n]
				if e.Kind == journal.Launch {
					launched[e.Instance] = e.At
				}
				billed := e.At.Sub(launched[e.Instance]).Hours() + 2 // granularity and minimum
				if off := math.Abs(float64(d.Cost - 2*e.Cost)); off > 1+billed {
					t.Errorf("seed %d, %s: %s costs %d n$ when doubled", seed, policy, show(e), d.Cost)
				}
				if off := d.Price - 2*e.Price; off < -1 || off > 1 {
					t.Errorf("seed %d, %s: %s has price %v when doubled", seed, policy, show(e), d.Price)
				}
				d.Cost, d.Price = e.Cost, e.Price
				if d != e {
					t.Fatalf("seed %d, %s: %s became %s", seed, policy, show(e), show(d))
				}
			}
		}
	}
}

func double(p *market.Pool) {
	p.OnDemand *= 2
	p.Price = p.Price.With("mean", 2*p.Price.Mean())
	p.Price = p.Price.With("floor", 2*p.Price.Price("floor"))
	p.Price = p.Price.With("ceiling", 2*p.Price.Price("ceiling"))
	p.Preemption = p.Preemption.With("reference", 2*p.Preemption.Price("reference"))
	p.Preemption = p.Preemption.With("bid", 2*p.Preemption.Price("bid"))
	p.Price.Changes = slices.Clone(p.Price.Changes)
	for i := range p.Price.Changes {
		p.Price.Changes[i].Price *= 2
	}
}

func doubleEgress(m *workload.Moves) {
	if m == nil {
		return
	}
	for _, row := range m.Egress {
		for b := range row {
			row[b] *= 2
		}
	}
}

// A draining run ends when all is done, and then as much work is done as was asked.
func TestDrainingRunDoesAllWork(t *testing.T) {
	for seed := range uint64(worlds) {
		for _, policy := range []string{"ondemand", "fallback:after=2"} {
			s := randomWorld(seed)
			s.Drain, s.MaxInstances = true, 0
			// Spot that always sells, so that no task waits for ever.
			for n := range s.Pools {
				s.Pools[n].Capacity = nil
				if s.Pools[n].Preemption.Model == "bid" {
					s.Pools[n].Preemption.Model = "hazard"
				}
			}
			var numbers metrics.Collector
			entries := simulate(t, s.with(policy))
			for _, e := range entries {
				numbers.Record(e)
			}
			asked := time.Duration(0)
			for _, task := range s.Tasks {
				asked += task.Work
			}
			sum := numbers.Summary()
			if sum.CompletedTasks != len(s.Tasks) || sum.UnfinishedTasks != 0 {
				t.Fatalf("seed %d, %s: %d of %d tasks done", seed, policy, sum.CompletedTasks, len(s.Tasks))
			}
			if done := sum.WorkDone; math.Abs(done-asked.Hours()) > 1e-9*max(1, done) {
				t.Errorf("seed %d, %s: %v h done, %v h asked", seed, policy, done, asked.Hours())
			}
			if len(s.Tasks) > 0 && sum.EndTime != *sum.Makespan {
				t.Errorf("seed %d, %s: ended at %v h, the last task at %v h", seed, policy, sum.EndTime, *sum.Makespan)
			}
			checkInvariants(t, entries, s.Tasks, 0) // exact, task by task
		}
	}
}

// A bid below a constant price leaves nothing that could ever happen: the run says so, and
// ends there if it drains.
func TestStallIsNoticedAtOnce(t *testing.T) {
	for _, drain := range []bool{false, true} {
		c := quiet()
		c.Pools[0].Preemption.Model = "bid"
		c.Pools[0].Preemption = c.Pools[0].Preemption.With("bid", c.Pools[0].Price.Mean()-1)
		c.Drain = drain
		c.Policy = policy("greedy")
		end := clock.At(c.Horizon)
		if drain {
			end = 0
		}
		none := journal.Entry{Pool: cloud.None, Instance: cloud.None, Task: cloud.None}
		price, arrive, stall, unfinished, over := none, none, none, none, none
		price.Kind, price.Pool, price.Price = journal.Price, 0, c.Pools[0].Price.Mean()
		arrive.Kind, arrive.Task, arrive.Span, arrive.Deadline = journal.Arrive, 0, time.Hour, clock.Never
		stall.Kind = journal.Stall
		unfinished.Kind, unfinished.At, unfinished.Task, unfinished.Span = journal.Unfinished, end, 0, time.Hour
		over.Kind, over.At = journal.End, end
		want := []journal.Entry{price, arrive, stall, unfinished, over}
		if got := simulate(t, c); !slices.Equal(got, want) {
			t.Errorf("drain %v: %s", drain, difference("engine", got, "wanted", want))
		}
	}
}

// Work comes before the market at one instant: a task that ends as its instance is taken
// has finished. Ready at 2m, done at 1h2m, taken at the age of 1h2m.
func TestTaskThatEndsAsItIsPreemptedHasFinished(t *testing.T) {
	c := quiet()
	p := &c.Pools[0]
	p.Preemption = market.DefaultPreemption()
	p.Preemption.Model = "lifetime"
	p.Preemption = p.Preemption.With("mean", 1_000_000*time.Hour).With("cap", 62*time.Minute)
	p.Notice.Lead = 0
	c.Policy = policy("greedy")
	var kinds []journal.Kind
	for _, e := range simulate(t, c) {
		if e.At == clock.At(62*time.Minute) {
			kinds = append(kinds, e.Kind)
		}
	}
	if want := []journal.Kind{journal.Complete, journal.Preempt}; !slices.Equal(kinds, want) {
		t.Errorf("at 1h2m: %v, want %v", kinds, want)
	}
}

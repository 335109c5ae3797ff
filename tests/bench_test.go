package tests

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/tests/twin"
)

// counting is a journal that only counts.
type counting struct{ entries int }

func (c *counting) Record(journal.Entry) { c.entries++ }

// crowd is the default scenario with 1e5 tasks and the given factor of days for them.
func crowd(days time.Duration) actors.Config {
	s := scenario.Default()
	s.Duration *= days
	s.Workload.Over *= days
	s.Workload.Tasks = 100_000
	return actors.Config{Name: "crowd", Seed: s.Seed, Horizon: s.Duration, Pools: s.Pools, Tasks: s.Tasks(), PolicyName: "greedy"}
}

// cost is what one run took.
type cost struct {
	wall   time.Duration
	allocs uint64
	bytes  uint64
}

func measure(run func()) cost {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	run()
	wall := time.Since(begin)
	runtime.ReadMemStats(&after)
	return cost{wall, after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc}
}

// BenchmarkSimulationAgainstTwin runs the engine and its sequential twin by turns on the
// same 1e5 tasks. x_of_twin is the engine's speed over the twin's, the median over the
// rounds; the aim is 0.5. The twin scans the living instances at every step of the hazard,
// where the engine has an index: with few at a time both are cheap, with 1e4 the scan
// begins to show.
func BenchmarkSimulationAgainstTwin(b *testing.B) {
	b.Run("alive=10", func(b *testing.B) { compare(b, crowd(1000)) })
	b.Run("alive=1e3", func(b *testing.B) { compare(b, crowd(10)) })
	b.Run("alive=1e4", func(b *testing.B) { compare(b, crowd(1)) })
}

func compare(b *testing.B, c actors.Config) {
	t := twin.Config{Seed: c.Seed, End: clock.At(c.Horizon), Pools: c.Pools, Tasks: c.Tasks, After: twin.Never}
	var engine, other []cost
	var ratios []float64
	for b.Loop() {
		var entries, twins counting
		c.Journal, c.Policy = &entries, policy("greedy")
		t.Journal = &twins
		engine = append(engine, measure(func() {
			if err := system.Run(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		}))
		other = append(other, measure(func() {
			if err := twin.Run(t); err != nil {
				b.Fatal(err)
			}
		}))
		if entries != twins || entries.entries < 5*len(c.Tasks) {
			b.Fatalf("the engine wrote %d entries, the twin %d", entries.entries, twins.entries)
		}
		last := len(engine) - 1
		ratios = append(ratios, float64(other[last].wall)/float64(engine[last].wall))
	}
	b.ReportMetric(0, "ns/op") // both runs together: no use
	b.ReportMetric(median(ratios), "x_of_twin")
	report := func(name string, costs []cost) {
		task := float64(len(c.Tasks))
		of := func(what func(cost) float64) float64 {
			var all []float64
			for _, one := range costs {
				all = append(all, what(one)/task)
			}
			return median(all)
		}
		b.ReportMetric(of(func(c cost) float64 { return float64(c.wall) }), name+"_ns/task")
		b.ReportMetric(of(func(c cost) float64 { return float64(c.allocs) }), name+"_allocs/task")
		b.ReportMetric(of(func(c cost) float64 { return float64(c.bytes) }), name+"_B/task")
	}
	report("engine", engine)
	report("twin", other)
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[len(x)/2] + x[(len(x)-1)/2]) / 2
}

// BenchmarkDefaultScenario runs the default scenario once with each of its policies: what
// one row of a sweep costs.
func BenchmarkDefaultScenario(b *testing.B) {
	s := scenario.Default()
	tasks := s.Tasks()
	var entries counting
	for b.Loop() {
		for _, name := range []string{"greedy", "fallback", "ondemand"} {
			c := actors.Config{Name: "default", Seed: s.Seed, Horizon: s.Duration, Pools: s.Pools, Tasks: tasks, PolicyName: name, Policy: policy(name), Journal: &entries}
			if err := system.Run(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(entries.entries)/float64(b.N), "entries/op")
}

package sweep

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/metrics"
)

// defaults is the default scenario with three policies.
const defaults = "schema: tessera/v1\n"

// loaded loads a sweep file with a text.
func loaded(t testing.TB, text string, o Options) *Sweep {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sweep.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path, strings.NewReader(""), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// swept runs a sweep into a folder.
func swept(t testing.TB, s *Sweep, dir string, o RunOptions) Outcome {
	t.Helper()
	f, err := OpenFolder(dir, &s.Plan, false)
	if err != nil {
		t.Fatal(err)
	}
	o.Log = zap.NewNop()
	o.Expect, o.Add = func(int) {}, func(int) {}
	out, err := s.Run(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// cpu is the processor time this process has had.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRuns is the default scenario under 400 seeds: bare, in a loop that keeps nothing,
// and swept, with all that is written. By processor time, so that it can be told on a machine
// that has other work, the second costs less than a tenth more.
func BenchmarkRuns(b *testing.B) {
	const seeds = 400
	s := loaded(b, defaults, Options{Seeds: span(1, seeds)})
	report := func(b *testing.B, before time.Duration) {
		runs := float64(b.N * seeds * 3)
		b.ReportMetric(float64((cpu()-before).Nanoseconds())/runs, "cpu-ns/run")
		b.ReportMetric(runs/b.Elapsed().Seconds(), "runs/s")
	}
	b.Run("bare", func(b *testing.B) {
		before := cpu()
		for b.Loop() {
			bare(b, s)
		}
		report(b, before)
	})
	for _, jobs := range []int{1, 2} {
		b.Run(fmt.Sprintf("swept/jobs=%d", jobs), func(b *testing.B) {
			before := cpu()
			for b.Loop() {
				swept(b, s, b.TempDir(), RunOptions{Executor: Local{Jobs: jobs}})
			}
			report(b, before)
		})
	}
}

// bare runs a sweep of one point in a loop that keeps nothing.
func bare(b *testing.B, s *Sweep) {
	r, err := s.points.scenario(0)
	if err != nil {
		b.Fatal(err)
	}
	system := actors.NewSystem(zap.NewNop())
	for _, seed := range s.Seeds {
		one := *r
		one.Seed = seed
		tasks := one.Tasks()
		for _, p := range one.Policies {
			var numbers metrics.Collector
			config, err := one.Run(p, tasks, &numbers)
			if err != nil {
				b.Fatal(err)
			}
			if err := system.Run(context.Background(), config); err != nil {
				b.Fatal(err)
			}
			_ = numbers.Summary()
		}
	}
}

// BenchmarkMillion is the time until the first of a million runs can begin: one point with
// many seeds, and many points with one.
func BenchmarkMillion(b *testing.B) {
	for name, text := range map[string]string{
		"points=1":      "schema: tessera/sweep/v1\nseeds: 1..333334\n",
		"points=1000":   "schema: tessera/sweep/v1\nseeds: 1..334\naxes:\n  workload.tasks: [" + numbers(1000) + "]\n",
		"points=333333": "schema: tessera/sweep/v1\nseeds: 1\naxes:\n  workload.tasks: [" + numbers(577) + "]\n  max_instances: [" + numbers(578) + "]\n",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s := loaded(b, text, Options{})
				f, err := OpenFolder(b.TempDir(), &s.Plan, false)
				if err != nil {
					b.Fatal(err)
				}
				x, err := newExtent(&s.Plan)
				if err != nil {
					b.Fatal(err)
				}
				if runs, missing := x.count(f.store, Shard{}); runs < 1_000_000 || missing != runs {
					b.Fatal(runs, missing)
				}
				f.Close()
			}
		})
	}
}

// numbers writes 1 to n as items of a list.
func numbers(n int) string {
	text := "1"
	for i := 2; i <= n; i++ {
		text += fmt.Sprint(", ", i)
	}
	return text
}

// BenchmarkMemory is the memory that is live when the results of 100,000 runs are written.
func BenchmarkMemory(b *testing.B) {
	s := loaded(b, defaults, Options{Seeds: span(1, 33_334)})
	for b.Loop() {
		f, err := OpenFolder(b.TempDir(), &s.Plan, false)
		if err != nil {
			b.Fatal(err)
		}
		x, err := newExtent(&s.Plan)
		if err != nil {
			b.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for u := range x.missing(f.store, Shard{}) {
			for _, p := range s.Points[0].Policies {
				hour := 1.5
				r := Record{ID: s.id(&s.Points[0], s.Seeds[u.seed], p), Summary: &metrics.Summary{TotalCost: float64(u.seed), AvgCompletion: &hour}}
				if err := f.store.Add([]Record{r}); err != nil {
					b.Fatal(err)
				}
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/100_002, "store_B/run")
		if _, _, err := x.write(f); err != nil {
			b.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapSys)/1e6, "heap_MB")
		f.Close()
	}
}

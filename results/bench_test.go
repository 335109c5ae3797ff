package results

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/bobby-math/tessera/metrics"
)

// many yields n runs of three policies as a sweep over the given number of points would.
// The run is made anew each time.
func many(n, points int) iter.Seq2[*Run, error] {
	policies := []string{"greedy", "fallback:after=1", "ondemand"}
	return func(yield func(*Run, error) bool) {
		random := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			completion := 5 + random.ExpFloat64()
			r := &Run{
				ID:   fmt.Sprintf("%064x", random.Uint64()),
				Axes: []Axis{{"market.sigma", fmt.Sprint(i * points / n)}, {"tasks", "100"}}, Seed: uint64(i / 3),
				Policy: policies[i%3], Status: OK,
				Summary: metrics.Summary{
					TotalCost: 480 * random.Float64(), SpotCost: 100 * random.Float64(), OnDemandCost: 200 * random.Float64(),
					AvgCompletion: &completion, P50Completion: &completion, P90Completion: &completion, P99Completion: &completion,
					Makespan: &completion, AvgWaiting: &completion, TotalTasks: 100, CompletedTasks: 100,
					MissedDeadlines: random.IntN(3), TotalPreemptions: random.IntN(50), SpotHours: random.Float64(), WorkDone: random.Float64(),
					WorkLost: random.Float64(), RestartOverhead: random.Float64(), EndTime: 48,
				},
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

var benchAxes = []string{"market.sigma", "tasks"}

func BenchmarkWrite(b *testing.B) {
	for _, f := range forms {
		b.Run(f.name, func(b *testing.B) {
			runs, _ := collect(many(1000, 10))
			var out bytes.Buffer
			w, err := f.write(&out, benchAxes)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				if err := w.Add(runs[rows%len(runs)]); err != nil {
					b.Fatal(err)
				}
				if rows++; out.Len() > 1<<26 {
					out.Reset()
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	runs, _ := collect(many(10_000, 10))
	for _, f := range forms {
		data := f.bytes(b, benchAxes, runs)
		b.Run(f.name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				for _, err := range f.read(data) {
					if err != nil {
						b.Fatal(err)
					}
					rows++
				}
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(len(data))/10_000, "bytes/row")
		})
	}
}

// 100,000 runs at one point, the most work there is for so many, and at a hundred.
func BenchmarkSummarize(b *testing.B) {
	for _, points := range []int{1, 100} {
		b.Run(fmt.Sprintf("runs=100000/points=%d", points), func(b *testing.B) {
			for b.Loop() {
				var before, after runtime.MemStats
				s := NewSummarizer(Summarized, nil)
				runtime.GC()
				runtime.ReadMemStats(&before)
				for r := range many(100_000, points) {
					s.Add(r)
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				sum, err := s.Summary("")
				if err != nil {
					b.Fatal(err)
				}
				if err := sum.WriteJSON(io.Discard); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "held-MB")
			}
		})
	}
}

// 100,000 runs of 30 seeds a point whose values are all skewed, so that every interval is
// one of the bootstrap.
func BenchmarkSummarizeSkewed(b *testing.B) {
	for b.Loop() {
		s := NewSummarizer(Summarized, nil)
		for r := range many(100_000, 1000) {
			r.Summary.TotalCost = 1 / (1e-4 + r.Summary.TotalCost)
			*r.Summary.AvgCompletion = r.Summary.TotalCost
			r.Summary.WorkLost = r.Summary.TotalCost
			s.Add(r)
		}
		if _, err := s.Summary(""); err != nil {
			b.Fatal(err)
		}
	}
}

// All files of 100,000 runs, the most memory in use on the way.
func BenchmarkFolder(b *testing.B) {
	for b.Loop() {
		w, err := Create(b.TempDir(), benchAxes, nil, "")
		if err != nil {
			b.Fatal(err)
		}
		i, most := 0, uint64(0)
		for r := range many(100_000, 100) {
			if err := w.Add(r); err != nil {
				b.Fatal(err)
			}
			if i++; i%10_000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
		if _, err := w.Commit(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(most)/1e6, "heap-MB")
	}
}

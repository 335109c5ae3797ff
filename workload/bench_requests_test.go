package workload

import (
	"testing"
	"time"

	"github.com/bobby-math/tessera/rng"
)

func BenchmarkArrivals(b *testing.B) {
	lognormal := ServiceTime{Drawn: rng.Duration{Shape: rng.Lognormal, Mean: time.Second, CV: 1}}
	constant := ServiceTime{Drawn: rng.Duration{Shape: rng.Constant, Mean: time.Second}}
	counts := make([]int, 1000)
	for i := range counts {
		counts[i] = 1_000_000
	}
	for _, bench := range []struct {
		name     string
		requests Requests
	}{
		{"poisson, exponential", Requests{Process: "poisson", Rate: 100}},
		{"poisson, constant", Requests{Process: "poisson", Rate: 100, Service: constant}},
		{"poisson, lognormal", Requests{Process: "poisson", Rate: 100, Service: lognormal}},
		{"gamma of CV 4, exponential", Requests{Process: "gamma", Rate: 100, CV: 4}},
		{"gamma of CV 1.5, exponential", Requests{Process: "gamma", Rate: 100, CV: 1.5}},
		{"counts, exponential", Requests{Process: "counts", Counts: counts}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			arrivals := bench.requests.Arrivals(1)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := arrivals.Next(); !ok {
					b.Fatal("no more requests")
				}
			}
		})
	}
}

func BenchmarkAutoscalerCount(b *testing.B) {
	a := DefaultAutoscaler
	a.PerReplica = 1
	s := a.New(1)
	arrivals := Requests{Process: "poisson", Rate: 100}.Arrivals(1)
	b.ReportAllocs()
	for b.Loop() {
		r, _ := arrivals.Next()
		s.Count(r.At)
	}
}

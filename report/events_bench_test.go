package report_test

import (
	"io"
	"testing"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// BenchmarkEvents writes the events of the default scenario, of three policies, as JSON.
func BenchmarkEvents(b *testing.B) {
	s := scenario.Default()
	system := actors.NewSystem(zap.NewNop())
	var log journal.Log
	for _, name := range []string{"greedy", "fallback", "ondemand"} {
		policy, err := scheduler.Parse(name)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Simulate(b.Context(), system, policy, s.Tasks(), &log); err != nil {
			b.Fatal(err)
		}
	}
	events := report.NewEvents(io.Discard, report.Names{Pools: s.Pools})
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range log.Entries {
			events.Record(e)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(log.Entries)), "ns/event")
}

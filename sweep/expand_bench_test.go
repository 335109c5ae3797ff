package sweep

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// tenThousand is a sweep of 10,000 points over three axes.
func tenThousand(base string) string {
	values := func(n int, format string) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(format, i+1))
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	return fmt.Sprintf("schema: tessera/sweep/v1\n%saxes:\n  duration: %s\n  market.pools[*].preemption.rate: %s\n  workload.work.mean: %s\n",
		base, values(100, "%dh"), values(10, "%d/d"), values(10, "%dh"))
}

// BenchmarkPoint measures what a point of a sweep costs before any of its runs, on one processor,
// collecting garbage too.
func BenchmarkPoint(b *testing.B) {
	example, err := filepath.Abs("../examples/scenario.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for name, base := range map[string]string{"default": "", "example": "scenario: " + example + "\n"} {
		b.Run(name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "sweep.yaml")
			if err := os.WriteFile(file, []byte(tenThousand(base)), 0o644); err != nil {
				b.Fatal(err)
			}
			points := 0
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			for b.Loop() {
				s, err := Load(file, nil, Options{})
				if err != nil {
					b.Fatal(err)
				}
				points += len(s.Points)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(points), "µs/point")
		})
	}
}

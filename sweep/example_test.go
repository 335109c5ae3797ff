package sweep_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/sweep"
)

// A sweep in memory: every policy at every value of an axis, under every seed.
func ExampleLoad() {
	const file = `
schema: tessera/sweep/v1
base: {duration: 24h, workload: {tasks: 20}}
axes: {workload.checkpoint: [15m, 4h]}
policies: [greedy, ondemand]
seeds: [1, 2]
`
	s, err := sweep.Load(spec.Stdin, strings.NewReader(file), sweep.Options{})
	if err != nil {
		log.Fatal(err)
	}
	rows, err := s.Rows(context.Background(), sweep.RunOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Printf("%-3s seed %d %-8s $%.2f\n", r.Axes[0].Value, r.Seed, r.Policy, r.Summary.TotalCost)
	}
	// Output:
	// 15m seed 1 greedy   $22.93
	// 15m seed 1 ondemand $73.97
	// 15m seed 2 greedy   $26.35
	// 15m seed 2 ondemand $83.44
	// 4h  seed 1 greedy   $27.86
	// 4h  seed 1 ondemand $73.97
	// 4h  seed 2 greedy   $32.60
	// 4h  seed 2 ondemand $83.44
}

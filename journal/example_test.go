package journal_test

import (
	"context"
	"fmt"
	"log"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// The journal of a run, read for a number that no metric has: how long the spot instances
// lived that were preempted.
func ExampleLog() {
	greedy, err := scheduler.Parse("greedy")
	if err != nil {
		log.Fatal(err)
	}
	s := scenario.Default()
	s.SetPolicies([]scheduler.Spec{greedy})
	if err := s.Check(); err != nil {
		log.Fatal(err)
	}
	var run journal.Log
	if _, err := s.Simulate(context.Background(), actors.NewSystem(zap.NewNop()), greedy, s.Tasks(), &run); err != nil {
		log.Fatal(err)
	}

	launched := map[cloud.InstanceID]clock.Time{}
	var hours float64
	preempted := 0
	for _, e := range run.Entries {
		switch e.Kind {
		case journal.Launch:
			launched[e.Instance] = e.At
		case journal.Preempt:
			hours += e.At.Sub(launched[e.Instance]).Hours()
			preempted++
		}
	}
	fmt.Printf("%d of %d instances preempted, after %.2f h on average\n", preempted, len(launched), hours/float64(preempted))
	// Output:
	// 106 of 206 instances preempted, after 2.67 h on average
}

package scenario_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// A scenario made in Go: 50 tasks on two zones, one cheaper and one with less capacity.
func ExampleScenario_Simulate() {
	zone := func(name string, spot float64) market.Pool {
		return market.NewPool(cloud.Pool{Region: "us-east-1", Zone: name, InstanceType: "p3.2xlarge"}, cloud.PerHour(3.06), cloud.PerHour(spot))
	}
	s := scenario.Default()
	s.Duration = 24 * time.Hour
	s.Pools = []market.Pool{zone("us-east-1a", 0.92), zone("us-east-1b", 1.15)}
	s.Workload.Tasks, s.Workload.Over = 50, s.Duration
	s.Drain = true // run on until every task is done

	policies, err := scheduler.ParseList([]string{"greedy", "ondemand"}, scheduler.KindTasks)
	if err != nil {
		log.Fatal(err)
	}
	s.SetPolicies(policies)
	if err := s.Check(); err != nil { // everything that is wrong, at once
		log.Fatal(err)
	}
	system := actors.NewSystem(zap.NewNop())
	tasks := s.Tasks() // the same for every policy
	for _, policy := range policies {
		run, err := s.Simulate(context.Background(), system, policy, tasks, nil)
		if err != nil {
			log.Fatal(err)
		}
		sum := run.Summary()
		fmt.Printf("%v: $%.2f, %d of %d tasks done after %.1f h\n", policy, sum.TotalCost, sum.CompletedTasks, sum.TotalTasks, sum.EndTime)
	}
	// Output:
	// greedy: $318.03, 50 of 50 tasks done after 40.8 h
	// ondemand: $853.56, 50 of 50 tasks done after 39.5 h
}

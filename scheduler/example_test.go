package scheduler_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

func init() {
	scheduler.Register(scheduler.Entry{
		Name: "split", Title: "Split by length", Doc: "on-demand for tasks of more than the given work, spot for the others",
		Source: "example",
		Params: []scheduler.Param{{Name: "over", Type: scheduler.Duration, Default: 8 * time.Hour, Max: 1000 * time.Hour,
			Doc: "work of a task above which it gets on-demand; less is more expensive and sooner done"}},
		New: func(a scheduler.Args) (any, error) { return &split{over: a.Duration("over")}, nil },
	})
}

// split is a policy: state in, actions out. The Placer turns "this task, that purchase"
// into actions.
type split struct {
	over   time.Duration
	placer scheduler.Placer
}

func (p *split) Decide(v *scheduler.View) []scheduler.Action {
	p.placer.Begin(v)
	for t := range v.Pending() {
		purchase := cloud.Spot
		if t.Work > p.over {
			purchase = cloud.OnDemand
		}
		if !p.placer.Place(t, purchase) {
			break
		}
	}
	return p.placer.End()
}

// A policy of your own, registered and compared with others on the same tasks and prices.
func Example() {
	policies, err := scheduler.ParseList([]string{"split", "split:over=4h", "greedy"}, scheduler.KindTasks)
	if err != nil {
		log.Fatal(err)
	}
	s := scenario.Default()
	s.SetPolicies(policies)
	if err := s.Check(); err != nil {
		log.Fatal(err)
	}
	system := actors.NewSystem(zap.NewNop())
	tasks := s.Tasks()
	for _, policy := range policies {
		run, err := s.Simulate(context.Background(), system, policy, tasks, nil)
		if err != nil {
			log.Fatal(err)
		}
		sum := run.Summary()
		fmt.Printf("%-13v $%.2f, %.1f h a task, %d preemptions\n", policy, sum.TotalCost, *sum.AvgCompletion, sum.TotalPreemptions)
	}
	// Output:
	// split:over=8h $329.18, 6.0 h a task, 67 preemptions
	// split:over=4h $488.30, 5.7 h a task, 16 preemptions
	// greedy        $182.25, 6.2 h a task, 106 preemptions
}

package metrics

import (
	"testing"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// TestSplitTellsBillsApart: instance 0 is of a replica and costs $1, instance 1 is of a
// task and costs $2; only the launch says whose they are.
func TestSplitTellsBillsApart(t *testing.T) {
	var service ServiceCollector
	var batch Collector
	s := &Split{Service: &service, Batch: &batch}
	for _, e := range []journal.Entry{
		{Kind: journal.Arrive, Task: 0},
		{Kind: journal.Launch, Instance: 0, Replica: 1, Purchase: cloud.OnDemand},
		{Kind: journal.Launch, Instance: 1, Purchase: cloud.Spot},
		{Kind: journal.Refuse, Replica: 2},
		{Kind: journal.Complete, Task: 0},
		{Kind: journal.Preempt, Instance: 1, Purchase: cloud.Spot, Cost: 2 * cloud.Dollar},
		{Kind: journal.Close, Instance: 0, Purchase: cloud.OnDemand, Cost: cloud.Dollar},
		{Kind: journal.End},
	} {
		s.Record(e)
	}
	replicas, tasks := service.Summary(), batch.Summary()
	if replicas.Cost() != cloud.Dollar || replicas.Preemptions != 0 || replicas.Refused != 1 || replicas.OnDemandLaunches != 1 || replicas.SpotLaunches != 0 {
		t.Errorf("service: %+v", replicas)
	}
	if batch.TotalCost() != 2*cloud.Dollar || tasks.TotalPreemptions != 1 || tasks.RefusedLaunches != 0 || tasks.CompletedTasks != 1 {
		t.Errorf("batch: %+v", tasks)
	}
}

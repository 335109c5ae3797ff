package metrics

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// A journal of three tasks, the first of which is preempted once, worked out by hand.
func TestCollector(t *testing.T) {
	h := func(x float64) clock.Time { return clock.Time(x * float64(time.Hour)) }
	d := func(x float64) time.Duration { return time.Duration(x * float64(time.Hour)) }
	var c Collector
	for _, e := range []journal.Entry{
		{At: h(0), Kind: journal.Price, Price: cloud.PerHour(0.25)},
		{At: h(0), Kind: journal.Arrive, Task: 0, Span: d(4), Deadline: h(6)},
		{At: h(0), Kind: journal.Launch, Purchase: cloud.Spot, Instance: 0, Task: 0},
		{At: h(0.5), Kind: journal.Ready, Instance: 0},
		{At: h(0.5), Kind: journal.Start, Task: 0, Instance: 0}, // waited 0.5
		{At: h(1), Kind: journal.Arrive, Task: 1, Span: d(1), Deadline: clock.Never},
		{At: h(1), Kind: journal.Launch, Purchase: cloud.OnDemand, Instance: 1, Task: 1},
		{At: h(1.5), Kind: journal.Start, Task: 1, Instance: 1}, // waited 0.5
		{At: h(2.5), Kind: journal.Complete, Task: 1, Instance: 1},
		{At: h(2.5), Kind: journal.Terminate, Purchase: cloud.OnDemand, Instance: 1, Span: d(1), Cost: 1_000_000_000},
		{At: h(3), Kind: journal.Notice, Instance: 0},
		// 2.5 h of progress, of which half an hour is lost.
		{At: h(3), Kind: journal.Preempt, Purchase: cloud.Spot, Instance: 0, Span: d(2.5), Cost: 625_000_000},
		{At: h(3), Kind: journal.Interrupt, Task: 0, Instance: 0, Span: d(0.5)},
		{At: h(3), Kind: journal.Refuse, Purchase: cloud.Spot, Reason: journal.AboveBid},
		{At: h(3), Kind: journal.Launch, Purchase: cloud.Spot, Instance: 3, Task: 0},
		{At: h(4), Kind: journal.Start, Task: 0, Instance: 3, Span: d(0.25)}, // waited 1 more
		{At: h(6), Kind: journal.Arrive, Task: 2, Span: d(9), Deadline: h(7)},
		// 4 - 2 h were left, after a quarter of overhead: done at 6.25, past the deadline.
		{At: h(6.25), Kind: journal.Complete, Task: 0, Instance: 3},
		{At: h(6.25), Kind: journal.Terminate, Purchase: cloud.Spot, Instance: 3, Span: d(2.25), Cost: 500_000_001},
		{At: h(8), Kind: journal.Unfinished, Task: 2, Span: d(9)},
		{At: h(8), Kind: journal.End},
	} {
		c.Record(e)
	}
	p := pointer[float64]
	want := Summary{
		TotalCost: 2.125000001, SpotCost: 1.125000001, OnDemandCost: 1,
		// Completions 1.5 (task 1) and 6.25 (task 0).
		AvgCompletion: p(3.875), P50Completion: p(1.5), P90Completion: p(6.25), P99Completion: p(6.25),
		Makespan: p(6.25), AvgWaiting: p((0.5 + 1.5) / 2),
		TotalTasks: 3, CompletedTasks: 2, UnfinishedTasks: 1, DeadlineTasks: 2, MissedDeadlines: 2,
		TotalPreemptions: 1, SpotLaunched: 2, OnDemandLaunched: 1, RefusedLaunches: 1, PreemptionNotices: 1,
		SpotHours: 4.75, OnDemandHours: 1,
		WorkDone: 5, WorkLost: 0.5, RestartOverhead: 0.25,
		EndTime: 8,
	}
	if diff := cmp.Diff(want, c.Summary(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
	if got := c.TotalCost(); got != 2_125_000_001 {
		t.Errorf("exact cost is %d", got)
	}
	waiting := []Waiting{{Task: 2, Arrival: h(6), Left: d(9)}}
	if diff := cmp.Diff(waiting, c.Waiting()); diff != "" {
		t.Error(diff)
	}
}

// The numbers of nothing: no mean, no quantile, no zero in their place.
func TestNothingHappened(t *testing.T) {
	var c Collector
	c.Record(journal.Entry{Kind: journal.End, At: clock.At(time.Hour)})
	if diff := cmp.Diff(Summary{EndTime: 1}, c.Summary()); diff != "" {
		t.Error(diff)
	}
}

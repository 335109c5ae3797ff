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

// The journal of a job in two regions by ticks of an hour: one tick of spot in region 0 at $1,
// idle for one, then a move for $5 and 1.5 h on demand in region 1, whose second tick counts
// whole. What is lost after the finish is no preemption of the job.
func TestCollectorOfAJob(t *testing.T) {
	h := func(x float64) clock.Time { return clock.Time(x * float64(time.Hour)) }
	entries := []journal.Entry{
		{At: h(0), Kind: journal.Price, Pool: 0, Price: cloud.PerHour(1)},
		{At: h(0), Kind: journal.Price, Pool: 1, Price: cloud.PerHour(2)},
		{At: h(0), Kind: journal.Arrive, Task: 0, Span: 2 * time.Hour, Deadline: h(6)},
		{At: h(0), Kind: journal.Turn, Pool: 0},
		{At: h(0), Kind: journal.Launch, Purchase: cloud.Spot, Instance: 0, Pool: 0},
		{At: h(0), Kind: journal.Start, Task: 0, Instance: 0},
		{At: h(0.5), Kind: journal.Price, Pool: 1, Price: cloud.PerHour(4)}, // not the first
		{At: h(1), Kind: journal.Preempt, Purchase: cloud.Spot, Instance: 0, Span: time.Hour, Cost: cloud.Dollar},
		{At: h(1), Kind: journal.Interrupt, Task: 0, Instance: 0},
		{At: h(2), Kind: journal.Turn, Pool: 1},
		{At: h(2), Kind: journal.Launch, Purchase: cloud.OnDemand, Instance: 1, Pool: 1},
		{At: h(2), Kind: journal.Start, Task: 0, Instance: 1, Span: 30 * time.Minute, Cost: 5 * cloud.Dollar},
		{At: h(3.5), Kind: journal.Complete, Task: 0, Instance: 1},
		{At: h(3.5), Kind: journal.Terminate, Purchase: cloud.OnDemand, Instance: 1, Span: 90 * time.Minute, Cost: 20 * cloud.Dollar},
		{At: h(4), Kind: journal.Preempt, Purchase: cloud.Spot, Instance: 2},
		{At: h(4), Kind: journal.End},
	}
	bound := 10 * cloud.Dollar
	for _, c := range []struct {
		peer         bool
		total        float64 // $
		onDemand, up float64
	}{
		{false, 26, 20, 16},
		// At the first prices of region 1: a tick at $2 and two at $10, and moves are free.
		{true, 22, 20, 12},
	} {
		job := &Collector{Bound: &bound, Job: &Job{Tick: time.Hour, OnDemand: []cloud.Price{cloud.PerHour(8), cloud.PerHour(10)}, PeerBilling: c.peer}}
		for _, e := range entries {
			job.Record(e)
		}
		got, p, n := job.Summary(), pointer[float64], pointer[int]
		want := Summary{
			TotalCost: c.total, OnDemandCost: c.onDemand, TotalPreemptions: 1,
			Finish: p(3.5), FinishTick: n(4), SpotTicks: n(1), OnDemandTicks: n(2), IdleTicks: n(1),
			Switches: n(1), FinalRegion: n(1), Egress: p(5), Bound: p(10), Regret: p(c.up),
		}
		of := cmpopts.IgnoreFields(Summary{}, "SpotCost", "AvgCompletion", "P50Completion", "P90Completion", "P99Completion", "Makespan", "AvgWaiting",
			"TotalTasks", "CompletedTasks", "DeadlineTasks", "SpotLaunched", "OnDemandLaunched", "SpotHours", "OnDemandHours", "WorkDone", "RestartOverhead", "EndTime")
		if diff := cmp.Diff(want, got, of); diff != "" {
			t.Errorf("peer billing %t:\n%s", c.peer, diff)
		}
		if job.TotalCost().Dollars() != c.total || got.WorkDone != 2 || got.RestartOverhead != 0.5 {
			t.Errorf("%v, %+v", job.TotalCost(), got)
		}
	}
	unfinished := &Collector{Job: &Job{Tick: time.Hour}}
	unfinished.Record(journal.Entry{Kind: journal.End})
	if s := unfinished.Summary(); s.Finish != nil || s.FinishTick != nil || s.IdleTicks != nil || *s.Switches != 0 || s.Bound != nil || s.Regret != nil {
		t.Errorf("of a job that never ran: %+v", s)
	}
}

// A journal of a service of two replicas beside a task. From 10 s on two are ready until 40 s
// and from 60 s to the end at 70 s: 40 s of 60. Instance 0 is of replica 1 and costs $1,
// instance 1 is of the task and costs $2; only the launch says whose they are.
func TestCollectorOfAServiceBesideATask(t *testing.T) {
	s := func(seconds int) clock.Time { return clock.At(time.Duration(seconds) * time.Second) }
	bound := cloud.Dollar / 4
	c := &Collector{Service: &Service{From: s(10), HasRequests: true}, Bound: &bound}
	for _, e := range []journal.Entry{
		{At: 0, Kind: journal.Target, Count: 2},
		{At: 0, Kind: journal.Arrive, Task: 0, Deadline: clock.Never},
		{At: 0, Kind: journal.Launch, Instance: 0, Replica: 1, Purchase: cloud.OnDemand},
		{At: 0, Kind: journal.Launch, Instance: 1, Purchase: cloud.Spot},
		{At: 0, Kind: journal.Launch, Instance: 2, Replica: 2, Purchase: cloud.Spot},
		{At: 0, Kind: journal.Refuse, Replica: 3},
		{At: s(5), Kind: journal.Serve, Replica: 1},
		{At: s(10), Kind: journal.Serve, Replica: 2},
		{At: s(11), Kind: journal.Request, Task: 0},
		{At: s(13), Kind: journal.Respond, Task: 0, Span: 2 * time.Second},
		{At: s(20), Kind: journal.Request, Task: 1},
		{At: s(21), Kind: journal.Request, Task: 2},
		{At: s(22), Kind: journal.Request, Task: 3},
		{At: s(40), Kind: journal.Retry, Task: 1},
		{At: s(40), Kind: journal.Down, Replica: 2},
		{At: s(40), Kind: journal.Preempt, Instance: 2, Purchase: cloud.Spot, Cost: cloud.Dollar / 2},
		{At: s(41), Kind: journal.Fail, Task: 1, Reason: journal.TimedOut},
		{At: s(41), Kind: journal.Fail, Task: 2, Reason: journal.Lost},
		{At: s(50), Kind: journal.Complete, Task: 0},
		{At: s(50), Kind: journal.Preempt, Instance: 1, Purchase: cloud.Spot, Cost: 2 * cloud.Dollar},
		{At: s(60), Kind: journal.Target, Count: 1},
		{At: s(70), Kind: journal.Close, Instance: 0, Purchase: cloud.OnDemand, Cost: cloud.Dollar},
		{At: s(70), Kind: journal.End},
	} {
		c.Record(e)
	}
	p, n := pointer[float64], pointer[int]
	want := Summary{
		TotalCost: 3.5, SpotCost: 2.5, OnDemandCost: 1, TasksCost: p(2), Bound: p(0.25), Regret: p(1.25),
		TotalTasks: 1, CompletedTasks: 1, TotalPreemptions: 2, SpotLaunched: 2, OnDemandLaunched: 1, RefusedLaunches: 1,
		Measured: p(60), Available: p(40), Availability: p(40. / 60), MeanReady: p((30*2 + 30*1) / 60.),
		SpotTime: p(30), OnDemandTime: p(60), // the task's 40 s are none of the service
		Requests: n(4), Answered: n(1), TimedOut: n(1), Lost: n(1), Retries: n(1), FailureRate: p(2. / 3),
		AvgLatency: p(2), P50Latency: p(2), P90Latency: p(2), P99Latency: p(2),
	}
	of := cmpopts.IgnoreFields(Summary{}, "AvgCompletion", "P50Completion", "P90Completion", "P99Completion", "Makespan", "AvgWaiting", "EndTime")
	if diff := cmp.Diff(want, c.Summary(), of, cmpopts.EquateApprox(0.01, 0)); diff != "" {
		t.Error(diff)
	}
	if c.Service.Requests.InFlight() != 1 || c.TotalCost() != 7*cloud.Dollar/2 {
		t.Errorf("%d in flight, %v", c.Service.Requests.InFlight(), c.TotalCost())
	}
	alone := &Collector{Service: &Service{}}
	alone.Record(journal.Entry{Kind: journal.End})
	if s := alone.Summary(); *s.Availability != 0 || s.Requests != nil || s.TasksCost != nil || s.Finish != nil {
		t.Errorf("of a service that never ran: %+v", s)
	}
}

package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scheduler"
)

var oddNames = Names{
	Pools: []market.Pool{{Name: cloud.Pool{Zone: `z"1`, InstanceType: "m\n"}}},
	Tasks: []string{"first\\", `"quoted"`},
}

func entries() []journal.Entry {
	hour := clock.At(time.Hour)
	return []journal.Entry{
		{Kind: journal.Price, Price: cloud.PerHour(0.3), Instance: cloud.None, Task: cloud.None},
		{Kind: journal.Arrive, Pool: cloud.None, Instance: cloud.None, Task: 1, Span: 90 * time.Minute, Deadline: 2 * hour},
		{Kind: journal.Launch, Purchase: cloud.Spot, Instance: 0, Task: 1, Price: cloud.PerHour(0.3)},
		{At: hour / 4, Kind: journal.Preempt, Purchase: cloud.Spot, Task: cloud.None, Span: 15 * time.Minute, Cost: 75_000_000},
		{At: hour, Kind: journal.End, Pool: cloud.None, Instance: cloud.None, Task: cloud.None},
	}
}

// The document is valid JSON whatever names there are, and says what was recorded.
func TestDocument(t *testing.T) {
	var spool bytes.Buffer
	events := NewEvents(&spool, oddNames)
	for _, e := range entries() {
		events.Record(e)
	}
	if err := events.Flush(); err != nil {
		t.Fatal(err)
	}
	mean := 1.5
	d := Document{
		Manifest: Manifest{Argv: []string{"tessera"}, Seed: 7},
		Parts: []Part{
			{Result: Result{PolicyName: "Greedy", Summary: metrics.Summary{TotalCost: 0.075, AvgCompletion: &mean}}, Events: bytes.NewReader(spool.Bytes())},
			{Result: Result{PolicyName: "Other"}},
		},
	}
	var out bytes.Buffer
	if err := d.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Schema   string
		Manifest struct{ Seed int }
		Results  []struct {
			Policy_name string
			Total_cost  float64
			Avg         *float64 `json:"avg_completion_time"`
			Events      []map[string]any
		}
	}
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	if read.Schema != Schema || read.Manifest.Seed != 7 || len(read.Results) != 2 {
		t.Fatalf("read back: %+v", read)
	}
	first, second := read.Results[0], read.Results[1]
	if first.Policy_name != "Greedy" || first.Total_cost != 0.075 || *first.Avg != 1.5 || len(first.Events) != 5 {
		t.Errorf("first result: %+v", first)
	}
	if second.Avg != nil || second.Events == nil || len(second.Events) != 0 {
		t.Errorf("second result: %+v", second)
	}
	preempt := first.Events[3]
	if preempt["time_h"] != 0.25 || preempt["kind"] != "preempt" || preempt["pool"] != "z\"1/m\n" ||
		preempt["instance"] != 0.0 || preempt["ran_h"] != 0.25 || preempt["cost_usd"] != 0.075 {
		t.Errorf("preempt event: %v", preempt)
	}
	arrive := first.Events[1]
	if arrive["task"] != `"quoted"` || arrive["work_h"] != 1.5 || arrive["deadline_h"] != 2.0 {
		t.Errorf("arrive event: %v", arrive)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// A disk that is full is not overlooked.
func TestWriteErrorsAreReported(t *testing.T) {
	events := NewEvents(failing{}, oddNames)
	for _, e := range entries() {
		events.Record(e)
	}
	if events.Flush() == nil {
		t.Error("events: no error")
	}
	if (&Document{}).WriteJSON(failing{}) == nil {
		t.Error("document: no error")
	}
}

func TestTable(t *testing.T) {
	mean := 5.25
	var out strings.Builder
	err := Table(&out, []Result{
		{PolicyName: "Greedy", Policy: "greedy", Summary: metrics.Summary{TotalCost: 25, AvgCompletion: &mean, CompletedTasks: 3, TotalTasks: 4, SpotLaunched: 7}},
		{PolicyName: "Seer", Policy: "seer", Clairvoyant: true},
		{PolicyName: "OnDemandOnly", Policy: "ondemand", Summary: metrics.Summary{TotalCost: 100}},
	}, Yardstick{OnDemand: 100})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{
		"Policy Cost % of on-demand Mean h P50 h P99 h Completed Preemptions Spot On-demand",
		"Greedy $25.00 25.0% 5.25 - - 3/4 0 7 0",
		"Seer (clairvoyant) $0.00 0.0% - - - 0/0 0 0 0",
		"OnDemandOnly $100.00 100.0% - - - 0/0 0 0 0",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("line %d: %s, want %s", i, got, want)
		}
		if len(lines[i]) != len(lines[0]) {
			t.Errorf("line %d is %d wide, the head %d", i, len(lines[i]), len(lines[0]))
		}
	}
	out.Reset()
	if err := Table(&out, []Result{{PolicyName: "Greedy"}}, Yardstick{}); err != nil || !strings.Contains(out.String(), " -  ") {
		t.Errorf("without the yardstick its column is empty: %v\n%s", err, out.String())
	}
}

func some[T any](x T) *T { return &x }

// A table has the columns that the work has: of a job, of a service with requests, of one
// beside tasks.
func TestTableOfAJobAndOfAService(t *testing.T) {
	service := metrics.Summary{TotalCost: 30, Availability: some(0.99999), MeanReady: some(3.25), TotalPreemptions: 2}
	for _, c := range []struct {
		name, head, row string
		summary         metrics.Summary
		change          func(*metrics.Summary)
	}{
		{"a job in time", "Policy Cost % of on-demand Above optimum Finish h Slack h Deadline Preemptions Spot On-demand Spot h On-demand h Idle h Egress",
			"P $25.00 50.0% $5.00 3.50 0.50 met 1 2 0 3.00 1.00 0.00 $2.00",
			metrics.Summary{TotalCost: 25, Regret: some(5.), Finish: some(3.5), FinishTick: some(4), SpotTicks: some(3), OnDemandTicks: some(1), IdleTicks: some(0), Egress: some(2.), TotalPreemptions: 1, SpotLaunched: 2}, nil},
		{"a job too late, in one region, without a bound", "Policy Cost % of on-demand Finish h Slack h Deadline Preemptions Spot On-demand Spot h On-demand h Idle h",
			"P $25.00 50.0% 5.00 -1.00 MISSED 0 0 0 3.00 0.00 2.00",
			metrics.Summary{TotalCost: 25, Finish: some(5.), FinishTick: some(5), SpotTicks: some(3), OnDemandTicks: some(0), IdleTicks: some(2), Egress: some(0.), MissedDeadlines: 1}, nil},
		{"a job that is never done", "Policy Cost % of on-demand Finish h Slack h Deadline Preemptions Spot On-demand Spot h On-demand h Idle h",
			"P $0.00 0.0% - - MISSED 0 0 0 0.00 0.00 0.00",
			metrics.Summary{FinishTick: some(0), SpotTicks: some(0), OnDemandTicks: some(0), IdleTicks: some(0), MissedDeadlines: 1}, nil},
		{"a service", "Policy Cost % of on-demand Available Mean ready Preemptions Spot On-demand", "P $30.00 60.0% 99.99% 3.25 2 0 0", service, nil},
		{"with requests and a bound", "Policy Cost % of on-demand Lower bound Available Mean ready Requests Failed Mean s P50 s P99 s Preemptions Spot On-demand",
			"P $30.00 60.0% $20.00 99.99% 3.25 7 50.00% 2.00 1.00 9.00 2 0 0", service, func(s *metrics.Summary) {
				s.Bound, s.Requests, s.FailureRate, s.AvgLatency, s.P50Latency, s.P99Latency = some(20.), some(7), some(0.5), some(2.), some(1.), some(9.)
			}},
		{"beside tasks", "Policy Cost % of on-demand Available Mean ready Mean h P50 h P99 h Completed Preemptions Spot On-demand", "P $30.00 60.0% 99.99% 3.25 - - - 1/3 2 0 0", service,
			func(s *metrics.Summary) { s.TotalTasks, s.CompletedTasks = 3, 1 }},
	} {
		if c.change != nil {
			c.change(&c.summary)
		}
		var out strings.Builder
		y := Yardstick{OnDemand: 50, Deadline: 4 * time.Hour, Tick: time.Hour}
		if err := Table(&out, []Result{{PolicyName: "P", Summary: c.summary}}, y); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		for i, want := range []string{c.head, c.row} {
			if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
				t.Errorf("%s: %s, want %s", c.name, got, want)
			}
		}
	}
}

// The spans of a job are its instances in order; what it no longer needs is not preempted.
func TestSpansOfAJob(t *testing.T) {
	h := func(x int) clock.Time { return clock.At(time.Duration(x) * time.Hour) }
	var s Spans
	for _, e := range []journal.Entry{
		{At: 0, Kind: journal.Arrive},
		{At: h(2), Kind: journal.Preempt, Purchase: cloud.Spot, Span: 2 * time.Hour},
		{At: h(5), Kind: journal.Complete},
		{At: h(5), Kind: journal.Preempt, Purchase: cloud.Spot, Pool: 1, Span: time.Hour},
		{At: h(4), Kind: journal.Terminate, Purchase: cloud.OnDemand, Span: time.Hour},
	} {
		s.Record(e)
	}
	var out strings.Builder
	if err := s.Print(&out, "Greedy", []market.Pool{{Name: cloud.Pool{Zone: "a", InstanceType: "m"}}, {Name: cloud.Pool{Zone: "b", InstanceType: "m"}}}); err != nil {
		t.Fatal(err)
	}
	const want = `
Greedy
     0.00 h  to    2.00 h  spot in a/m  preempted
     3.00 h  to    4.00 h  on-demand in a/m
     4.00 h  to    5.00 h  spot in b/m
     5.00 h  done
`
	if out.String() != want {
		t.Errorf("got%s", out.String())
	}
}

// A number is shown as it is, a choice by its word; what is the default is left out.
func TestTitleShowsParametersAsUsersTypeThem(t *testing.T) {
	for text, want := range map[string]string{
		"fallback:after=1":                  "OnDemandFallback after=1",
		"spothedge:variant=artifact":        "SpotHedge variant=artifact",
		"spothedge:variant=paper:bench=40":  "SpotHedge bench=40",
		"spothedge:fallback=none:bench=120": "SpotHedge fallback=none bench=120",
	} {
		policy, err := scheduler.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Title(policy); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// full is an entry with all values, after 90 minutes; a span of 90 s is 0.025 h.
var full = journal.Entry{
	At: clock.At(90 * time.Minute), Purchase: cloud.Spot, Because: journal.Arrived | journal.Woken, Pool: 0, Instance: 7, Task: 1,
	Price: cloud.PerHour(0.25), Cost: 1_500_000_000, Deadline: clock.At(4 * time.Hour), Count: 3, Replica: 2, Span: 90 * time.Second,
	Pending: 5, Reason: journal.NoCapacity,
}

// withAll has the event of each kind with all its fields.
var withAll = map[journal.Kind]string{
	journal.Price:      `{"time_h":1.5,"kind":"price","pool":"a/m","price_usd_per_h":0.25}`,
	journal.Capacity:   `{"time_h":1.5,"kind":"capacity","pool":"a/m","capacity":3}`,
	journal.Arrive:     `{"time_h":1.5,"kind":"arrive","task":"two","work_h":0.025,"deadline_h":4}`,
	journal.Launch:     `{"time_h":1.5,"kind":"launch","pool":"a/m","instance":7,"replica":2,"task":"two","purchase":"spot","price_usd_per_h":0.25}`,
	journal.Refuse:     `{"time_h":1.5,"kind":"refuse","pool":"a/m","instance":7,"replica":2,"task":"two","purchase":"spot","reason":"no capacity"}`,
	journal.Ready:      `{"time_h":1.5,"kind":"ready","pool":"a/m","instance":7}`,
	journal.Start:      `{"time_h":1.5,"kind":"start","pool":"a/m","instance":7,"task":"two","overhead_h":0.025,"egress_usd":1.5}`,
	journal.Complete:   `{"time_h":1.5,"kind":"complete","instance":7,"task":"two"}`,
	journal.Notice:     `{"time_h":1.5,"kind":"notice","pool":"a/m","instance":7,"lead_h":0.025}`,
	journal.Preempt:    `{"time_h":1.5,"kind":"preempt","pool":"a/m","instance":7,"purchase":"spot","ran_h":0.025,"cost_usd":1.5}`,
	journal.Terminate:  `{"time_h":1.5,"kind":"terminate","pool":"a/m","instance":7,"purchase":"spot","ran_h":0.025,"cost_usd":1.5}`,
	journal.Interrupt:  `{"time_h":1.5,"kind":"interrupt","instance":7,"task":"two","lost_h":0.025}`,
	journal.Close:      `{"time_h":1.5,"kind":"close","pool":"a/m","instance":7,"purchase":"spot","ran_h":0.025,"cost_usd":1.5}`,
	journal.Turn:       `{"time_h":1.5,"kind":"turn","pool":"a/m"}`,
	journal.Decide:     `{"time_h":1.5,"kind":"decide","pool":"a/m","because":"task arrived, woken as asked","actions":3,"tasks_pending":5,"purchase":"spot","price_usd_per_h":0.25}`,
	journal.Unfinished: `{"time_h":1.5,"kind":"unfinished","task":"two","left_h":0.025}`,
	journal.Stall:      `{"time_h":1.5,"kind":"stall"}`,
	journal.End:        `{"time_h":1.5,"kind":"end"}`,
	journal.Target:     `{"time_h":1.5,"kind":"target","wanted":3}`,
	journal.Serve:      `{"time_h":1.5,"kind":"serve","pool":"a/m","replica":2,"cold_start_s":90}`,
	journal.Down:       `{"time_h":1.5,"kind":"down","pool":"a/m","replica":2,"requests_lost":3}`,
	journal.Request:    `{"time_h":1.5,"kind":"request","request":1}`,
	journal.Respond:    `{"time_h":1.5,"kind":"respond","pool":"a/m","replica":2,"request":1,"latency_s":90}`,
	journal.Retry:      `{"time_h":1.5,"kind":"retry","replica":2,"request":1,"lost_s":90}`,
	journal.Fail:       `{"time_h":1.5,"kind":"fail","request":1,"reason":"no capacity","after_s":90}`,
	journal.Rebalance:  `{"time_h":1.5,"kind":"rebalance","pool":"a/m","instance":7,"lead_s":90}`,
}

// withFew has those that lack what they may lack: no deadline, no task, no replica, no first
// launch, and nothing to pay for.
var withFew = map[journal.Kind]string{
	journal.Arrive: `{"time_h":1.5,"kind":"arrive","task":"two","work_h":0.025}`,
	journal.Launch: `{"time_h":1.5,"kind":"launch","pool":"a/m","instance":7,"purchase":"spot","price_usd_per_h":0.25}`,
	journal.Refuse: `{"time_h":1.5,"kind":"refuse","pool":"a/m","instance":7,"purchase":"spot","reason":"no capacity"}`,
	journal.Start:  `{"time_h":1.5,"kind":"start","pool":"a/m","instance":7,"task":"two","overhead_h":0.025}`,
	journal.Decide: `{"time_h":1.5,"kind":"decide","because":"task arrived, woken as asked","actions":3,"tasks_pending":5}`,
}

func TestTheEventOfEachKind(t *testing.T) {
	names := Names{Pools: []market.Pool{{Name: cloud.Pool{Zone: "a", InstanceType: "m"}}}, Tasks: []string{"one", "two"}}
	var entries []journal.Entry
	var want []string
	for _, k := range journal.Kinds() {
		e := full
		e.Kind = k
		entries, want = append(entries, e), append(want, withAll[k])
		if withFew[k] == "" {
			continue
		}
		e.Deadline, e.Replica, e.Cost = clock.Never, cloud.NoReplica, 0
		switch k {
		case journal.Launch, journal.Refuse:
			e.Task = cloud.None
		case journal.Decide:
			e.Pool = cloud.None
		}
		entries, want = append(entries, e), append(want, withFew[k])
	}
	var out bytes.Buffer
	events := NewEvents(&out, names)
	for _, e := range entries {
		events.Record(e)
	}
	if err := events.Flush(); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(out.String(), ",\n")
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

// A field that a timeline is said to show elsewhere is one of the kind, so that a field with
// a new name is not lost.
func TestWhatATimelineShowsElsewhereAreFields(t *testing.T) {
	for kind, keys := range elsewhere {
		for _, key := range strings.Fields(keys) {
			found := false
			for _, f := range kind.Fields() {
				found = found || f.Key == key
			}
			if !found {
				t.Errorf("%v has no field %s", kind, key)
			}
		}
	}
}

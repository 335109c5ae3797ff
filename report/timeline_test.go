package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// lines returns the events of a timeline of one run, without the metadata.
func lines(t *testing.T, entries ...journal.Entry) (list []string) {
	t.Helper()
	var out bytes.Buffer
	timeline := NewTimeline(&out)
	run := timeline.Run("greedy", oddNames)
	for _, e := range entries {
		run.Record(e)
	}
	if err := timeline.Close(); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) {
		t.Fatalf("not JSON: %s", out.String())
	}
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		if strings.HasPrefix(line, `{"ph"`) && !strings.HasPrefix(line, `{"ph":"M"`) {
			list = append(list, line)
		}
	}
	return list
}

func on(minute int, kind journal.Kind, instance cloud.InstanceID, task cloud.TaskID) journal.Entry {
	return journal.Entry{At: clock.At(time.Duration(minute) * time.Minute), Kind: kind, Purchase: cloud.Spot, Instance: instance, Task: task}
}

// wantLines compares, of each event that is no counter, phase, name, track and microseconds.
func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	var short []string
	for _, line := range got {
		var e struct {
			Ph, Name string
			Tid      int
			Ts       json.Number
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.Ph == "C" {
			continue
		}
		short = append(short, strings.TrimSpace(strings.Join([]string{e.Ph, e.Ts.String(), "T" + string(rune('0'+e.Tid)), e.Name}, " ")))
	}
	if strings.Join(short, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(short, "\n"), strings.Join(want, "\n"))
	}
}

// Tracks 1 and 2 are the policy's, 3 the refusals of the pool, 4 its first lane. A minute is
// 6e7 microseconds.
func TestOverheadThatIsCutShortEndsWithItsInstance(t *testing.T) {
	start := on(1, journal.Start, 0, 1)
	start.Span = 10 * time.Minute
	wantLines(t, lines(t, on(0, journal.Launch, 0, 1), on(1, journal.Ready, 0, cloud.None), start, on(5, journal.Preempt, 0, cloud.None)),
		"B 0 T4 spot 0",
		"B 0 T4 provisioning",
		"E 60000000 T4",
		"B 60000000 T4 running",
		`B 60000000 T4 task "quoted"`,
		"B 60000000 T4 overhead",
		"i 300000000 T4 preempted",
		"E 300000000 T4", // overhead
		"E 300000000 T4", // task
		"E 300000000 T4", // running
		"E 300000000 T4", // the instance
	)
}

func TestOverheadEndsBeforeWhatComesAfterIt(t *testing.T) {
	start := on(1, journal.Start, 0, 0)
	start.Span = 10 * time.Minute
	wantLines(t, lines(t, on(0, journal.Launch, 0, 0), on(1, journal.Ready, 0, cloud.None), start, on(20, journal.Complete, 0, 0))[6:],
		"E 660000000 T4", // overhead: at 1 + 10 minutes
		"E 1200000000 T4",
	)
}

func TestLanesAreUsedAgainLowestFirst(t *testing.T) {
	got := lines(t,
		on(0, journal.Launch, 0, 0), on(0, journal.Launch, 1, 1), on(0, journal.Launch, 2, cloud.None),
		on(1, journal.Terminate, 1, cloud.None), on(2, journal.Terminate, 0, cloud.None),
		on(3, journal.Launch, 3, 0), on(3, journal.Launch, 4, 1), on(3, journal.Launch, 5, 1),
	)
	var launches []string
	for _, line := range got {
		if strings.Contains(line, `"name":"spot `) {
			launches = append(launches, line[strings.Index(line, `"tid":`)+6:][:1])
		}
	}
	// Instances 0, 1, 2 on the lanes 4, 5, 6; then 4 and 5 are free, and 7 is new.
	if tracks := strings.Join(launches, " "); tracks != "4 5 6 4 5 7" {
		t.Errorf("the instances are on tracks %s", tracks)
	}
}

func TestRequestsInFlightAreSampledOnceASecond(t *testing.T) {
	request := func(at time.Duration, kind journal.Kind) journal.Entry {
		return journal.Entry{At: clock.At(at), Kind: kind, Pool: cloud.None, Instance: cloud.None}
	}
	got := lines(t,
		request(1100*time.Millisecond, journal.Request), request(1200*time.Millisecond, journal.Request),
		request(1300*time.Millisecond+1, journal.Respond), request(5*time.Second, journal.Fail), request(9*time.Second, journal.End),
	)
	want := []string{ // what holds at the end of the seconds 1 and 5
		`{"ph":"C","name":"requests in flight","pid":1,"ts":1300000.001,"args":{"requests":1}}`,
		`{"ph":"C","name":"requests in flight","pid":1,"ts":5000000,"args":{"requests":0}}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

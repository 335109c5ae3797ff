package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/report"
)

// traceEvent is an event of a timeline as a reader of the format has it.
type traceEvent struct {
	Ph, Name, S string
	Pid, Tid    int
	Ts          json.Number
	Args        map[string]any
}

// at returns the instant exactly: microseconds with up to three decimals.
func (e traceEvent) at(t testing.TB) clock.Time {
	whole, rest, _ := strings.Cut(e.Ts.String(), ".")
	n, err := strconv.ParseInt(whole+(rest + "000")[:3], 10, 64)
	if err != nil || len(rest) > 3 {
		t.Fatalf("ts %s is not microseconds", e.Ts)
	}
	return clock.Time(n)
}

// readTimeline writes the journals as runs of one timeline and reads it back.
func readTimeline(t testing.TB, pools []market.Pool, runs ...[]journal.Entry) []traceEvent {
	var out bytes.Buffer
	timeline := report.NewTimeline(&out)
	for n, entries := range runs {
		run := timeline.Run(fmt.Sprint("policy ", n), report.Names{Pools: pools})
		for _, e := range entries {
			run.Record(e)
		}
	}
	if err := timeline.Close(); err != nil {
		t.Fatal(err)
	}
	var trace struct{ TraceEvents []traceEvent }
	d := json.NewDecoder(&out)
	d.UseNumber()
	if err := d.Decode(&trace); err != nil {
		t.Fatal(err)
	}
	return trace.TraceEvents
}

// TestTimelinesAreSound holds the timelines of random runs to the rules of the format, and
// their numbers to the journals.
func TestTimelinesAreSound(t *testing.T) {
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		first := simulate(t, s.with("greedy"))
		second := simulate(t, s.with("fallback:after=1"))
		events := readTimeline(t, s.Pools, first, second)
		checkTracks(t, events)
		got, want := tallyTimeline(events), tallyJournal(first, second)
		if !maps.Equal(got, want) {
			t.Fatalf("seed %d: the timeline has %v, the journal %v", seed, got, want)
		}
		if got, want := lanesOf(events), mostAlive(first, len(s.Pools))+mostAlive(second, len(s.Pools)); got != want {
			t.Fatalf("seed %d: %d lanes for %d instances at a time", seed, got, want)
		}
	}
}

func TestTimelinesOfServicesAreSound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		entries := journalOf(t, s, policy)
		events := readTimeline(t, s.Pools, entries)
		checkTracks(r, events)
		if got, want := tallyTimeline(events), tallyJournal(entries); !maps.Equal(got, want) {
			r.Fatalf("the timeline has %v, the journal %v", got, want)
		}
		serving := 0.0
		last := int64(-1)
		for _, e := range events {
			if e.Ph == "C" && e.Name == "requests in flight" {
				second := int64(e.at(t)) / int64(time.Second)
				if second <= last {
					r.Fatalf("two samples of the requests in second %v", second)
				}
				last = second
			}
			if e.Ph == "C" && e.Name == "replicas" {
				serving, _ = e.Args["ready"].(json.Number).Float64()
			}
		}
		ready := 0.0
		for _, e := range entries {
			switch e.Kind {
			case journal.Serve:
				ready++
			case journal.Down:
				ready--
			}
		}
		if serving != ready {
			r.Fatalf("%v replicas ready at the end, %v in the journal", serving, ready)
		}
	})
}

// checkTracks: instants of a track and of a counter never go back, every begin has an end,
// and every track has a name before its first event.
func checkTracks(t interface{ Fatalf(string, ...any) }, events []traceEvent) {
	type key struct {
		pid, tid int
		counter  string
	}
	last, depth, named := map[key]clock.Time{}, map[key]int{}, map[key]bool{}
	for n, e := range events {
		k := key{pid: e.Pid, tid: e.Tid}
		if e.Ph == "C" {
			k.counter = e.Name
		}
		if e.Ph == "M" {
			named[k] = true
			continue
		}
		at := e.at(nil)
		if at < last[k] {
			t.Fatalf("event %d, %+v: the track was at %v", n, e, last[k])
		}
		last[k] = at
		switch e.Ph {
		case "B":
			depth[k]++
		case "E":
			depth[k]--
		}
		if depth[k] < 0 || !named[key{pid: e.Pid, tid: e.Tid}] && e.Ph != "C" {
			t.Fatalf("event %d, %+v: an end without a begin, or a track without a name", n, e)
		}
	}
	for k, d := range depth {
		if d != 0 {
			t.Fatalf("track %+v has %d slices without end", k, d)
		}
	}
}

// tallyTimeline counts what a timeline shows, and adds up its bills to the nano-dollar.
func tallyTimeline(events []traceEvent) map[string]int64 {
	tally := map[string]int64{}
	for _, e := range events {
		switch {
		case e.Ph == "B" && strings.HasPrefix(e.Name, "task "):
			tally["start"]++
		case e.Ph == "B" && (strings.HasPrefix(e.Name, "spot ") || strings.HasPrefix(e.Name, "on-demand ")):
			tally["launch"]++
		case e.Ph == "i" && e.Name == "preempted":
			tally["preempt"]++
		case e.Ph == "i" && e.Name == "preemption notice":
			tally["notice"]++
		case e.Ph == "i" && e.Name == "rebalance recommendation":
			tally["rebalance"]++
		case e.Ph == "i" && strings.Contains(e.Name, "refused: "):
			tally["refuse"]++
		case e.Ph == "i" && e.Args["actions"] != nil:
			tally["decide"]++
			deeds, _ := e.Args["actions"].(json.Number).Int64()
			tally["deeds"] += deeds
		}
		if cost, billed := e.Args["cost_usd"].(json.Number); billed {
			dollars, _ := cost.Float64()
			tally["bills"] += int64(math.Round(dollars * 1e9))
		}
	}
	return tally
}

func tallyJournal(runs ...[]journal.Entry) map[string]int64 {
	tally := map[string]int64{}
	for _, entries := range runs {
		for _, e := range entries {
			switch e.Kind {
			case journal.Start, journal.Launch, journal.Notice, journal.Rebalance, journal.Refuse:
				tally[e.Kind.String()]++
			case journal.Decide:
				tally["decide"]++
				tally["deeds"] += int64(e.Count)
			case journal.Preempt:
				tally["preempt"]++
			}
			if e.Kind == journal.Preempt || e.Kind == journal.Terminate || e.Kind == journal.Close {
				tally["bills"] += int64(e.Cost)
			}
		}
	}
	return tally
}

func lanesOf(events []traceEvent) (n int) {
	for _, e := range events {
		if name, _ := e.Args["name"].(string); e.Name == "thread_name" && strings.HasPrefix(name, "lane ") {
			n++
		}
	}
	return n
}

// mostAlive adds up the most instances that lived at a time in each pool.
func mostAlive(entries []journal.Entry, pools int) (sum int) {
	alive, most := make([]int, pools), make([]int, pools)
	for _, e := range entries {
		if e.Pool == cloud.None {
			continue
		}
		switch e.Kind {
		case journal.Launch:
			alive[e.Pool]++
			most[e.Pool] = max(most[e.Pool], alive[e.Pool])
		case journal.Preempt, journal.Terminate, journal.Close:
			alive[e.Pool]--
		}
	}
	for _, n := range most {
		sum += n
	}
	return sum
}

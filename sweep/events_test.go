package sweep

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scheduler"
)

// eventsIn returns events.parquet of a folder.
func eventsIn(t *testing.T, dir string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, results.EventsName))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestEventsDoNotDependOnHowASweepRan: one worker, several, or a folder whose runs were
// finished before anybody asked for events.
func TestEventsDoNotDependOnHowASweepRan(t *testing.T) {
	s := loaded(t, small, Options{})
	one, four, later := t.TempDir(), t.TempDir(), t.TempDir()
	out := swept(t, s, one, RunOptions{Executor: Local{Jobs: 1}, Events: true})
	swept(t, s, four, RunOptions{Executor: Local{Jobs: 4}, Events: true})
	swept(t, s, later, RunOptions{Executor: Local{Jobs: 2}})
	swept(t, s, later, RunOptions{Executor: Local{Jobs: 2}, Events: true})
	if got := eventsIn(t, one); !bytes.Equal(got, eventsIn(t, four)) || !bytes.Equal(got, eventsIn(t, later)) {
		t.Error("the files differ")
	}
	if last := out.Outputs[len(out.Outputs)-1]; last.Path != results.EventsName {
		t.Errorf("the manifest does not name it: %v", out.Outputs)
	}
}

// TestEventsAddUpToTheRuns: the bills of a run's events are its cost.
func TestEventsAddUpToTheRuns(t *testing.T) {
	s := loaded(t, small, Options{})
	dir := t.TempDir()
	swept(t, s, dir, RunOptions{Executor: Local{Jobs: 2}, Events: true})
	type bill struct {
		RunID string   `parquet:"run_id"`
		Cost  *float64 `parquet:"cost_usd,optional"`
	}
	rows, err := parquet.ReadFile[bill](filepath.Join(dir, results.EventsName))
	if err != nil {
		t.Fatal(err)
	}
	cost := map[string]float64{}
	for _, r := range rows {
		if r.Cost != nil {
			cost[r.RunID] += *r.Cost
		}
	}
	folder, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	for run, err := range folder.Runs() {
		if err != nil {
			t.Fatal(err)
		}
		runs++
		if off := cost[run.ID] - run.Summary.TotalCost; off > 1e-6 || off < -1e-6 {
			t.Errorf("run %.8s cost %v, its events add up to %v", run.ID, run.Summary.TotalCost, cost[run.ID])
		}
	}
	if runs != 24 {
		t.Errorf("%d runs, want 24", runs)
	}
}

// TestInterruptedEventsLeaveNothing: the file is there in whole or not at all.
func TestInterruptedEventsLeaveNothing(t *testing.T) {
	s := loaded(t, small, Options{})
	dir := t.TempDir()
	swept(t, s, dir, RunOptions{Executor: Local{Jobs: 2}})
	f, err := OpenFolder(dir, &s.Plan, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	_, err = s.Run(ctx, f, RunOptions{Executor: Local{Jobs: 1}, Events: true, Log: zap.NewNop(), Expect: func(int) {}, Add: func(int) {
		if told++; told == 3 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*events*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*events*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestEventsThatCannotBeKeptLeaveNothing: where the file cannot get its name, nothing is left
// of it and the manifest does not speak of it.
func TestEventsThatCannotBeKeptLeaveNothing(t *testing.T) {
	s := loaded(t, small, Options{})
	dir := t.TempDir()
	swept(t, s, dir, RunOptions{Executor: Local{Jobs: 2}})
	f, err := OpenFolder(dir, &s.Plan, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Mkdir(filepath.Join(dir, results.EventsName), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := s.Run(t.Context(), f, RunOptions{Executor: Local{Jobs: 1}, Events: true, Log: zap.NewNop(), Expect: func(int) {}, Add: func(int) {}})
	if err == nil {
		t.Error("a folder of that name is no error")
	}
	for _, o := range out.Outputs {
		if o.Path == "" || o.Path == results.EventsName {
			t.Errorf("outputs name %+v", o)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestARunThatFailsOnlyTheSecondTimeIsToldSo: the policy of the stored run is another now.
func TestARunThatFailsOnlyTheSecondTimeIsToldSo(t *testing.T) {
	s := loaded(t, "schema: tessera/sweep/v1\nseeds: 1\nbase: {duration: 2h, workload: {tasks: 3}, policies: greedy}\n", Options{})
	dir := t.TempDir()
	f, err := OpenFolder(dir, &s.Plan, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := &execution{Sweep: s, RunOptions: RunOptions{Add: func(int) {}}, store: f.store, system: actors.NewSystem(zap.NewNop())}
	point := &s.Points[0]
	id := s.id(point, 1, point.Policies[0])
	if err := f.store.Add([]Record{{ID: id, Summary: &metrics.Summary{}}}); err != nil {
		t.Fatal(err)
	}
	one, err := s.points.scenario(0)
	if err != nil {
		t.Fatal(err)
	}
	one.Seed = 1
	one.Policies[0].Entry.New = func(scheduler.Args) (any, error) { return broken{}, nil }
	file, err := results.CreateEvents(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Discard()
	err = e.eventsOf(t.Context(), Work{unit{}, *one}, file, map[ID]bool{})
	if err == nil || !strings.Contains(err.Error(), "with another result") {
		t.Errorf("error %v", err)
	}
}

// broken is a policy that crashes.
type broken struct{}

func (broken) Decide(*scheduler.View) []scheduler.Action { panic("out of ideas") }

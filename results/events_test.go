package results

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// event is a row of events.parquet, as a reader sees it.
type event struct {
	RunID    string   `parquet:"run_id,dict"`
	Sequence int64    `parquet:"sequence"`
	Time     int64    `parquet:"time_ns"`
	Kind     string   `parquet:"kind,dict"`
	Pool     *string  `parquet:"pool,optional,dict"`
	Instance *int32   `parquet:"instance,optional"`
	Task     *int32   `parquet:"task,optional"`
	Purchase *string  `parquet:"purchase,optional,dict"`
	Price    *float64 `parquet:"price_usd_per_h,optional"`
	Cost     *float64 `parquet:"cost_usd,optional"`
	Span     *int64   `parquet:"span_ns,optional"`
	Count    *int32   `parquet:"count,optional"`
	Pending  *int32   `parquet:"tasks_pending,optional"`
	Reason   *string  `parquet:"reason,optional,dict"`
	Because  *string  `parquet:"because,optional,dict"`
	Replica  *int32   `parquet:"replica,optional"`
	Deadline *int64   `parquet:"deadline_ns,optional"`
}

// happenings are entries of a run, of kinds with different columns.
func happenings() []journal.Entry {
	none := journal.Entry{Instance: cloud.None, Task: cloud.None, Pool: cloud.None}
	price, decide, launch, end := none, none, none, none
	price.Kind, price.Pool, price.Price = journal.Price, 1, cloud.PerHour(0.25)
	decide.At, decide.Kind, decide.Count, decide.Pending = 60, journal.Decide, 3, 2
	launch.At, launch.Kind, launch.Instance, launch.Pool, launch.Purchase, launch.Price = 60, journal.Launch, 0, 0, cloud.Spot, cloud.PerHour(0.5)
	end.At, end.Kind, end.Instance, end.Pool, end.Purchase = clock.Time(3600e9), journal.Preempt, 0, 0, cloud.Spot
	end.Cost, end.Span = 1_500_000_000, 7
	arrive, respond := none, none
	arrive.Kind, arrive.Task, arrive.Span, arrive.Deadline = journal.Arrive, 4, 8, 9
	respond.Kind, respond.Task, respond.Pool, respond.Replica, respond.Span = journal.Respond, 5, 1, 2, 6
	return []journal.Entry{price, decide, launch, end, arrive, respond}
}

// writeEvents writes the same entries as two runs.
func writeEvents(t *testing.T) (path string, out Output) {
	t.Helper()
	dir := t.TempDir()
	w, err := CreateEvents(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"aa", "bb"} {
		run := w.Run(id, []string{"a/m", "b/m"})
		for _, e := range happenings() {
			run.Record(e)
		}
	}
	if out, err = w.Commit(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, EventsName), out
}

func TestEventsReadBack(t *testing.T) {
	path, out := writeEvents(t)
	rows, err := parquet.ReadFile[event](path)
	if err != nil {
		t.Fatal(err)
	}
	to := func(s string) *string { return &s }
	usd := func(x float64) *float64 { return &x }
	count := func(n int32) *int32 { return &n }
	long := func(n int64) *int64 { return &n }
	want := []event{
		{RunID: "bb", Kind: "price", Pool: to("b/m"), Price: usd(0.25)},
		{RunID: "bb", Sequence: 1, Time: 60, Kind: "decide", Count: count(3), Pending: count(2), Because: to(journal.Because(0).String())},
		{RunID: "bb", Sequence: 2, Time: 60, Kind: "launch", Pool: to("a/m"), Instance: count(0), Purchase: to("spot"), Price: usd(0.5)},
		{RunID: "bb", Sequence: 3, Time: 3600e9, Kind: "preempt", Pool: to("a/m"), Instance: count(0), Purchase: to("spot"), Cost: usd(1.5), Span: long(7)},
		{RunID: "bb", Sequence: 4, Kind: "arrive", Task: count(4), Span: long(8), Deadline: long(9)},
		{RunID: "bb", Sequence: 5, Kind: "respond", Pool: to("b/m"), Task: count(5), Replica: count(2), Span: long(6)},
	}
	if diff := cmp.Diff(want, rows[6:]); diff != "" {
		t.Error(diff)
	}
	again, same := writeEvents(t)
	if out != same {
		t.Errorf("%s differs from %s: %v, %v", path, again, out, same)
	}
}

// Row groups bound what is held; 64 rows are held besides, and here the last are fewer.
func TestEventsOfALongRunAreInRowGroups(t *testing.T) {
	dir := t.TempDir()
	w, err := CreateEvents(dir)
	if err != nil {
		t.Fatal(err)
	}
	run := w.Run("aa", []string{"a/m", "b/m"})
	for range groupRows + 7 {
		run.Record(happenings()[0])
	}
	if _, err := w.Commit(); err != nil || run.Err != nil {
		t.Fatal(err, run.Err)
	}
	path := filepath.Join(dir, EventsName)
	rows, err := parquet.ReadFile[event](path)
	if err != nil || len(rows) != groupRows+7 {
		t.Fatalf("%d rows, want %d: %v", len(rows), groupRows+7, err)
	}
	for i, r := range rows {
		if r.Sequence != int64(i) || *r.Pool != "b/m" || r.Instance != nil {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(text), int64(len(text)))
	if err != nil || len(file.RowGroups()) != 2 || file.RowGroups()[0].NumRows() != groupRows {
		t.Errorf("row groups: %v, %v; want two, the first of %d rows", len(file.RowGroups()), err, groupRows)
	}
}

func TestEventsAreGoneIfDiscarded(t *testing.T) {
	dir := t.TempDir()
	w, err := CreateEvents(dir)
	if err != nil {
		t.Fatal(err)
	}
	w.Run("aa", nil).Record(happenings()[1])
	w.Discard()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestEventsThatCannotBeWrittenAreNotHeld(t *testing.T) {
	w, err := CreateEvents(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	run := w.Run("aa", nil)
	run.Err = os.ErrClosed
	for range 10 * batchRows {
		run.Record(happenings()[1])
	}
	if w.held > 0 {
		t.Errorf("%d rows are held that cannot be written", w.held)
	}
}

// A column is null in the events of a kind without the value, and where the value is none:
// no task, no replica, no deadline, no first launch.
func TestColumnsOfEventsAreNullWhereTheTableSaysSo(t *testing.T) {
	full := journal.Entry{Deadline: 1, Replica: 1} // all else may be 0
	none := journal.Entry{Deadline: clock.Never, Pool: cloud.None, Task: cloud.None}
	w, err := CreateEvents(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	for _, k := range journal.Kinds() {
		has, optional := map[string]bool{}, map[string]bool{}
		for _, f := range k.Fields() {
			has[f.Column] = true
			optional[f.Column] = f.When == journal.IfAny || f.When == journal.IfLaunch
		}
		if has["pool"] && !optional["pool"] {
			none.Pool = 0
		} else {
			none.Pool = cloud.None
		}
		for n, e := range []journal.Entry{full, none} {
			e.Kind = k
			w.Run("aa", []string{"a/m"}).Record(e)
			for i, c := range eventColumns {
				want := i < 4 || has[c.name] && (n == 0 || !optional[c.name])
				if got := !w.batch[i][0].IsNull(); got != want {
					t.Errorf("%v %d: column %s is there: %v, want %v", k, n, c.name, got, want)
				}
			}
			if err := w.flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestEventsReadInDuckDB(t *testing.T) {
	path, _ := writeEvents(t)
	lines := strings.Split(strings.TrimSuffix(duckDB(t, path), "\n"), "\n")
	columns := len(eventColumns)
	want := "aa\t3\t3600000000000\tpreempt\ta/m\t0\tNULL\tspot\tNULL\t1.5\t7\tNULL\tNULL\tNULL\tNULL\tNULL\tNULL"
	if len(lines) != columns+12 || lines[columns+3] != want {
		t.Errorf("DuckDB reads\n%s\nwant in it %s", strings.Join(lines, "\n"), want)
	}
}

// duckDB returns what DuckDB reads in a Parquet file: a line for each column, then one for
// each row.
func duckDB(t *testing.T, path string) string {
	t.Helper()
	modules, err := exec.Command("npm", "root", "--global").Output()
	if err != nil {
		t.Skip("npm is not here; .ci/run installs it")
	}
	cmd := exec.Command("node", "testdata/read_parquet.cjs", path)
	cmd.Env = append(os.Environ(), "NODE_PATH="+strings.TrimSpace(string(modules))+":"+os.Getenv("NODE_PATH"))
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "Cannot find module '@duckdb/node-api'") {
		t.Skip("DuckDB is not here; .ci/run installs it: npm install --global @duckdb/node-api")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

package results

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// happenings are entries of a run, of kinds with different columns.
func happenings() []journal.Entry {
	none := journal.Entry{Instance: cloud.None, Task: cloud.None, Pool: cloud.None}
	price, decide, launch, end := none, none, none, none
	price.Kind, price.Pool, price.Price = journal.Price, 1, cloud.PerHour(0.25)
	decide.At, decide.Kind, decide.Count, decide.Pending = 60, journal.Decide, 3, 2
	launch.At, launch.Kind, launch.Instance, launch.Pool, launch.Purchase, launch.Price = 60, journal.Launch, 0, 0, cloud.Spot, cloud.PerHour(0.5)
	end.At, end.Kind, end.Instance, end.Pool, end.Purchase = clock.Time(3600e9), journal.Preempt, 0, 0, cloud.Spot
	end.Cost, end.Span = 1_500_000_000, 7
	return []journal.Entry{price, decide, launch, end}
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
	}
	if diff := cmp.Diff(want, rows[4:]); diff != "" {
		t.Error(diff)
	}
	again, same := writeEvents(t)
	if out != same {
		t.Errorf("%s differs from %s: %v, %v", path, again, out, same)
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
	if len(w.rows) > batchRows {
		t.Errorf("%d rows are held that cannot be written", len(w.rows))
	}
}

func TestEveryColumnOfEventsIsDescribed(t *testing.T) {
	page, err := os.ReadFile("../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	row := reflect.TypeFor[event]()
	for i := range row.NumField() {
		name, _, _ := strings.Cut(row.Field(i).Tag.Get("parquet"), ",")
		if !strings.Contains(string(page), "| `"+name+"` |") {
			t.Errorf("docs/events.md does not describe %s", name)
		}
	}
}

func TestEventsReadInDuckDB(t *testing.T) {
	path, _ := writeEvents(t)
	lines := strings.Split(strings.TrimSuffix(duckDB(t, path), "\n"), "\n")
	columns := reflect.TypeFor[event]().NumField()
	want := "aa\t3\t3600000000000\tpreempt\ta/m\t0\tNULL\tspot\tNULL\t1.5\t7\tNULL\tNULL\tNULL\tNULL"
	if len(lines) != columns+8 || lines[columns+3] != want {
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

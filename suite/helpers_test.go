package suite

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/sweep"
)

var system = actors.NewSystem(zap.NewNop())

// The data and the numbers of the published simulators lie beside the repository.
const (
	realData = "../../shared/traces"
	golden   = "../../shared/golden/"
)

// onRealData returns settings with the data of the published evaluations, and others as name,
// values separated by commas, and so on.
func onRealData(t testing.TB, others ...string) sweep.Settings {
	t.Helper()
	if _, err := os.Stat(realData); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the data of the published evaluations is not here")
	}
	return on(realData, others...)
}

func on(data string, others ...string) sweep.Settings {
	s := sweep.Settings{"data": {data}}
	for i := 0; i < len(others); i += 2 {
		s[others[i]] = strings.Split(others[i+1], ",")
	}
	return s
}

// loaded returns the sweep of a suite.
func loaded(t testing.TB, s *Suite, settings sweep.Settings) *sweep.Sweep {
	t.Helper()
	made, err := sweep.LoadCases(s.Name, settings, sweep.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

var registered atomic.Int64

// sweepOf returns the sweep of some cases.
func sweepOf(t testing.TB, cases *sweep.Cases) *sweep.Sweep {
	t.Helper()
	name := "test-" + strconv.FormatInt(registered.Add(1), 10)
	sweep.RegisterSuite(name, func(sweep.Settings) (*sweep.Cases, error) { return cases, nil })
	made, err := sweep.LoadCases(name, nil, sweep.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// ran returns the rows of a sweep.
func ran(t testing.TB, s *sweep.Sweep, jobs int) (rows []row) {
	t.Helper()
	runs, err := s.Rows(t.Context(), sweep.RunOptions{Executor: sweep.Local{Jobs: jobs}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		if r.Status != results.OK {
			t.Fatalf("%s: %s", r.Point(), r.Error)
		}
		rows = append(rows, row{r})
	}
	return rows
}

// text returns the published form of rows, as CSV.
func (s *Suite) text(t testing.TB, rows []row) string {
	t.Helper()
	var b strings.Builder
	out := csv.NewWriter(&b)
	line := func(value func(Column) string) {
		var values []string
		for _, c := range s.Columns {
			values = append(values, value(c))
		}
		if err := out.Write(values); err != nil {
			t.Fatal(err)
		}
	}
	line(func(c Column) string { return c.Name })
	for _, r := range rows {
		line(func(c Column) string { return c.Value(r.Run) })
	}
	out.Flush()
	return b.String()
}

// value returns the value of a column of the published form.
func (s *Suite) value(t testing.TB, r row, column string) string {
	t.Helper()
	for _, c := range s.Columns {
		if c.Name == column {
			return c.Value(r.Run)
		}
	}
	t.Fatalf("%s has no column %s", s.Name, column)
	return ""
}

// goldenRow is a row of a golden file by column.
type goldenRow map[string]string

func (g goldenRow) float(t *testing.T, column string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(g[column], 64)
	if err != nil {
		t.Fatalf("%s of %v: %v", column, g, err)
	}
	return x
}

// key is the job of a row.
func (g goldenRow) key() [5]string {
	trim := func(column string) string {
		x, _ := strconv.ParseFloat(g[column], 64)
		return short(x)
	}
	return [5]string{g["trace_env"], g["trace_id"], trim("task_h"), trim("deadline_h"), trim("restart_overhead_h")}
}

// compare compares columns of the published form with others of a golden row: costs within
// 1e-6 $, all else exactly.
func (g goldenRow) compare(t *testing.T, s *Suite, r row, columns map[string]string) {
	t.Helper()
	for ours, theirs := range columns {
		got, want := s.value(t, r, ours), g[theirs]
		if ours == "cost_usd" {
			cost, err := strconv.ParseFloat(got, 64)
			if err == nil && math.Abs(cost-g.float(t, theirs)) <= 1e-6 {
				continue
			}
		}
		if got != want {
			t.Errorf("%v: %s is %s", g, theirs, got)
		}
	}
}

func readGolden(t *testing.T, name string) (rows []goldenRow) {
	t.Helper()
	f, err := os.Open(golden + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the golden numbers are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if _, err := r.ReadString('\n'); err != nil { // a comment
		t.Fatal(err)
	}
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := goldenRow{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// written writes a file for a test.
func written(t testing.TB, name, text string) string {
	t.Helper()
	path := t.TempDir() + "/" + name
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

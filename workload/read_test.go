package workload

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

// defaults of every test: a row that is silent costs two minutes a restart and saves
// every half hour.
var defaults = Task{RestartOverhead: 2 * time.Minute, Checkpoint: Checkpoint(30 * time.Minute)}

func TestReadTasks(t *testing.T) {
	// One workload, and every way to write it. Half an hour is 0.5 or 30m; one second is
	// 1s or 1/3600 = 0.000277777777777778 hours, which is 1e9 ns after rounding.
	want := []Task{
		{ID: 0, Name: "b", Arrival: 0, Work: 90 * time.Minute, Deadline: clock.At(26 * time.Hour),
			RestartOverhead: time.Second, Checkpoint: Nothing},
		{ID: 1, Name: "a", Arrival: clock.At(30 * time.Minute), Work: 2 * time.Hour, Deadline: clock.Never,
			RestartOverhead: 2 * time.Minute, Checkpoint: Checkpoint(30 * time.Minute)},
		{ID: 2, Name: "7", Arrival: clock.At(30 * time.Minute), Work: 1, Deadline: clock.At(30 * time.Minute),
			RestartOverhead: 0, Checkpoint: Continuously},
	}
	tests := map[string]string{
		"CSV": `id,arrival,work,deadline,restart_overhead,checkpoint
a,0.5,2,,,
7,30m,1ns,0.5,0,continuous
b,0,1.5,26h,1s,none
`,
		"CSV in another order and case, with spaces and quotes": `Checkpoint, WORK ,id,Restart_Overhead,deadline,arrival
,2h,a,,,0.5
0,1ns, "7",0s,0.5h,0.5
"None",1.5,b,0.000277777777777778,26,0`,
		"CSV of Excel": "\ufeffid,arrival,work,deadline,restart_overhead,checkpoint\r\n" +
			"a,0.5,2,,,\r\n\r\n7,0.5,1ns,0.5,0,CONTINUOUS\r\nb,0,1.5,26,1s,none\r\n",
		"JSON Lines": `{"id": "a", "arrival": 0.5, "work": 2}
{"id": 7, "arrival": "30m", "work": "1ns", "deadline": 0.5, "restart_overhead": 0, "checkpoint": 0}
{"id": "b", "arrival": 0, "work": "1h30m", "deadline": 26, "restart_overhead": "1s", "checkpoint": "none"}
`,
		"JSON Lines in another order and case, with nulls and empty lines": "\ufeff\n" +
			`{"work": "2", "ID": "a", "Arrival": 5e-1, "deadline": null, "checkpoint": ""}` + "\r\n\r\n" +
			`{"id":"7","arrival":"0.5","work":"1ns","deadline":"30m","restart_overhead":"0","checkpoint":"continuous"}` + "\n" +
			`{"id":"b","arrival":"0s","work":1.5,"deadline":"26h","restart_overhead":0.000277777777777778,"checkpoint":"None"}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ReadTasks("tasks", strings.NewReader(text), defaults)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("tasks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadTasksTellsEveryProblem(t *testing.T) {
	const header = "id,arrival,work,deadline,restart_overhead,checkpoint\n"
	const known = "(known: id, arrival, work, deadline, restart_overhead, checkpoint)"
	const forms = "write hours as 1.5 or a duration as 90m, at most 100 years"
	tests := []struct {
		name, text string
		want       []string // after "tasks: "
	}{
		{"an empty file", "", []string{"no tasks"}},
		{"a mark and nothing else", "\ufeff", []string{"no tasks"}},
		{"empty lines", "\n\n \n", []string{
			`line 3: unknown column "" ` + known,
			"line 3: column id is missing", "line 3: column arrival is missing", "line 3: column work is missing"}},
		{"a header and nothing else", header, []string{"no tasks"}},
		{"a file compressed with gzip", "\x1f\x8b\x08\x00\x00", []string{"compressed with gzip: decompress it first"}},
		{"a file that is not UTF-8", header + "caf\xe9,0,1,,,\nb,0,1,,,\n\xff,0,1,,,\n", []string{
			"line 2: not UTF-8 text", "line 4: not UTF-8 text"}},
		{"a JSON array", "[\n{}]", []string{
			"line 1: a JSON array: write one object a line, without brackets and commas between them"}},
		{"columns misnamed, missing and twice", "id,werk,id\n", []string{
			`line 1: unknown column "werk" ` + known,
			"line 1: column id comes twice",
			"line 1: column arrival is missing",
			"line 1: column work is missing"}},
		{"a header that cannot be read", "id,\"arrival\nwork\na,0,1\n", []string{
			`line 1: not CSV: extraneous or missing " in quoted-field`}},
		{"a row under an unknown column is still read", "id,arrival,work,prio\na,0,-1,9\n", []string{
			`line 1: unknown column "prio" ` + known,
			`line 2: work "-1" must be positive (at least 1ns)`}},
		{"rows too short, too long and badly quoted", header + "a,0\nb,0,1,,,,\nc\"c,0,1,,,\nd,0,x,,,\n", []string{
			"line 2: has 2 cells, and the header 6",
			"line 3: has 7 cells, and the header 6",
			`line 4: not CSV: bare " in non-quoted-field`,
			`line 5: work "x" is not a time: ` + forms}},
		{"a name over two lines counts as two", header + "\"a\nb\",0,1,,,\nc,0,0,,,\n", []string{
			`line 4: work "0" must be positive (at least 1ns)`}},
		{"each field beyond its bounds", header + ",,,,,\na,-1,-2,-3,-4,-5\nb,2,1,1.5,,\nc,876000.001,876001h,1e999,1,never\n", []string{
			"line 2: id is missing", "line 2: arrival is missing", "line 2: work is missing",
			`line 3: arrival "-1" must be >= 0`,
			`line 3: work "-2" must be positive (at least 1ns)`,
			`line 3: deadline "-3" must be >= 0`,
			`line 3: restart_overhead "-4" must be >= 0`,
			`line 3: checkpoint "-5" must be >= 0`,
			`line 4: deadline "1.5" must not be before the arrival, 2h0m0s`,
			`line 5: arrival "876000.001" must be at most 100 years (876000h)`,
			`line 5: work "876001h" must be at most 100 years (876000h)`,
			`line 5: deadline "1e999" must be at most 100 years (876000h)`,
			`line 5: checkpoint "never" is neither a time nor "none" nor "continuous": ` + forms}},
		{"numbers that are none", header + "a,NaN,Inf,-Inf,nan,+Inf\n", []string{
			`line 2: arrival "NaN" is not a time: ` + forms,
			`line 2: work "Inf" must be at most 100 years (876000h)`,
			`line 2: deadline "-Inf" must be >= 0`,
			`line 2: restart_overhead "nan" is not a time: ` + forms,
			`line 2: checkpoint "+Inf" must be at most 100 years (876000h)`}},
		{"work that rounds to nothing", header + "a,0,1e-13,,,\n", []string{ // 0.36 ns
			`line 2: work "1e-13" must be positive (at least 1ns)`}},
		{"one id on three lines", header + "a,0,1,,,\nb,0,1,,,\na,0,1,,,\na,0,1,,,\n", []string{
			`line 4: id "a" is also the id on line 2`, `line 5: id "a" is also the id on line 2`}},
		{"keys misnamed, missing and twice", `{"id":"a","arrival":0,"wrk":1}` + "\n" + `{"id":"b","arrival":0,"work":1,"work":2}`, []string{
			`line 1: unknown key "wrk" ` + known,
			"line 1: work is missing",
			"line 2: key work comes twice"}},
		{"values of a wrong kind", `{"id":true,"arrival":[0],"work":{"h":1},"deadline":false}`, []string{
			`line 1: id "true" must be a string or a number`,
			`line 1: arrival "[0]" is not a time: ` + forms,
			`line 1: work "{\"h\":1}" is not a time: ` + forms,
			`line 1: deadline "false" is not a time: ` + forms}},
		{"lines that are no objects", `{}` + "\n" + `7` + "\n" + `{"id":"a"} {}` + "\n" + `{"id" 1}`, []string{
			"line 1: id is missing", "line 1: arrival is missing", "line 1: work is missing",
			"line 2: not a JSON object: it does not begin with {",
			"line 3: not a JSON object: something comes after its end",
			"line 4: not a JSON object: expected colon after object key"}},
		{"a last line cut off after a value", `{"id":"a","arrival":0,"work":1}` + "\n" + `{"id":"b","arrival":0`, []string{
			"line 2: the object is cut off before its end"}},
		{"a last line cut off in a string", `{"id":"a","arrival":0,"work":1}` + "\n" + `{"id":"b`, []string{
			"line 2: the object is cut off before its end"}},
		{"a value too long to repeat", header + strings.Repeat("x", 99) + ",0," + strings.Repeat("y", 61) + ",,,", []string{
			`line 2: work "` + strings.Repeat("y", 60) + `"... is not a time: ` + forms}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tasks, err := ReadTasks("tasks", strings.NewReader(test.text), defaults)
			var broken *FileError
			if !errors.As(err, &broken) || tasks != nil {
				t.Fatalf("got tasks %v and error %v", tasks, err)
			}
			want := "tasks: " + strings.Join(test.want, "\ntasks: ")
			if diff := gocmp.Diff(want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadTasksStopsListingAtTwentyProblems(t *testing.T) {
	text := "id,arrival,work\n" + strings.Repeat("x,0,0\n", 15)
	_, err := ReadTasks("f", strings.NewReader(text), Task{})
	// 15 rows without work, and all but the first with an id taken: 29 problems.
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 21 || lines[20] != "f: ... and 9 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestReadTasksPassesOnTheErrorOfItsReader(t *testing.T) {
	cause := errors.New("the disk is gone")
	_, err := ReadTasks("f", iotest.ErrReader(cause), Task{})
	if !errors.Is(err, cause) || err.Error() != "read f: the disk is gone" {
		t.Errorf("got %v", err)
	}
}

// TestReadTasksRoundTrip writes random tasks in both formats and reads them back.
func TestReadTasksRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := drawTasks(t)
		want := slices.Clone(tasks)
		slices.SortStableFunc(want, func(a, b Task) int { return cmp.Compare(a.Arrival, b.Arrival) })
		for i := range want {
			want[i].ID = cloud.TaskID(i)
		}
		spell := func(d time.Duration) string {
			// As hours, a float64 is off by at most half a nanosecond below 2^51 ns (625
			// hours): two roundings of 2^-53 each.
			if d < 1<<51 && rapid.Bool().Draw(t, "as hours") {
				return strconv.FormatFloat(float64(d)/float64(time.Hour), 'g', -1, 64)
			}
			return d.String()
		}
		formats := []struct {
			name  string
			write func([]Task, func(time.Duration) string) string
		}{{"CSV", writeCSV}, {"JSON Lines", writeJSONL}}
		for _, format := range formats {
			text := format.write(tasks, spell)
			got, err := ReadTasks("f", strings.NewReader(text), defaults)
			if err != nil {
				t.Fatalf("%s: %v\n%s", format.name, err, text)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s\n%s", format.name, diff, text)
			}
		}
	})
}

func drawTasks(t *rapid.T) []Task {
	times := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, int64(longest)))
	names := rapid.StringMatching(`\S{1,9}`).Filter(func(s string) bool { return s == strings.TrimSpace(s) })
	ids := rapid.SliceOfNDistinct(names, 1, 20, rapid.ID).Draw(t, "ids")
	tasks := make([]Task, len(ids))
	for i, id := range ids {
		task := Task{
			Name:            id,
			Arrival:         clock.Time(times.Draw(t, "arrival")),
			Work:            max(time.Duration(times.Draw(t, "work")), 1),
			Deadline:        clock.Never,
			RestartOverhead: time.Duration(times.Draw(t, "restart overhead")),
			Checkpoint:      Checkpoint(times.Draw(t, "checkpoint")),
		}
		if rapid.Bool().Draw(t, "has a deadline") {
			task.Deadline = clock.Time(rapid.Int64Range(int64(task.Arrival), int64(longest)).Draw(t, "deadline"))
		}
		if rapid.Bool().Draw(t, "saves nothing") {
			task.Checkpoint = Nothing
		}
		tasks[i] = task
	}
	return tasks
}

// cells writes each field of a task as ReadTasks understands it.
func (t Task) cells(spell func(time.Duration) string) [columns]string {
	deadline, checkpoint := "", "none"
	if t.Deadline != clock.Never {
		deadline = spell(time.Duration(t.Deadline))
	}
	if t.Checkpoint != Nothing {
		checkpoint = spell(time.Duration(t.Checkpoint))
	}
	return [columns]string{t.Name, spell(time.Duration(t.Arrival)), spell(t.Work),
		deadline, spell(t.RestartOverhead), checkpoint}
}

func writeCSV(tasks []Task, spell func(time.Duration) string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(columnNames[:])
	for _, t := range tasks {
		cells := t.cells(spell)
		_ = w.Write(cells[:])
	}
	w.Flush()
	return b.String()
}

func writeJSONL(tasks []Task, spell func(time.Duration) string) string {
	var b strings.Builder
	w := json.NewEncoder(&b)
	for _, t := range tasks {
		object := make(map[string]any)
		for c, text := range t.cells(spell) {
			if _, err := strconv.ParseFloat(text, 64); err == nil && column(c) != idColumn {
				object[columnNames[c]] = json.Number(text)
			} else if text != "" {
				object[columnNames[c]] = text
			}
		}
		_ = w.Encode(object)
	}
	return b.String()
}

// FuzzReadTasks: whatever the bytes, either tasks that keep every promise, which written
// and read again are the same, or a FileError.
func FuzzReadTasks(f *testing.F) {
	seeds := []string{
		"", "\ufeff", "\x1f\x8b", "\xff\xfe", "[{}]", "{", "id,arrival,work\n", "\"",
		"id,arrival,work,deadline,restart_overhead,checkpoint\na,0.5,2h,30h,1m,none\nb,0,1e-3,,,continuous\n",
		"work,id,arrival\r\n1,\"a\nb\",0x1p3\r\n1,a,1_0\r\n",
		`{"id":"a","arrival":0,"work":1}` + "\n" + `{"id":2,"arrival":"1h","work":"3m","checkpoint":null}`,
		`{"id":"a","arrival":0,"work":1,}`, `{"id":"\ud800","arrival":[[`, `{"id":{"id":1}]}`,
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tasks, err := ReadTasks("f", bytes.NewReader(data), defaults)
		if err != nil {
			checkFileError(t, err)
			return
		}
		checkTasks(t, tasks)
		text := writeJSONL(tasks, time.Duration.String) // in CSV a name would lose its \r\n
		again, err := ReadTasks("f", strings.NewReader(text), defaults)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := gocmp.Diff(tasks, again); diff != "" {
			t.Fatalf("read again (-first +second):\n%s", diff)
		}
	})
}

func checkFileError(t *testing.T, err error) {
	var broken *FileError
	if !errors.As(err, &broken) {
		t.Fatalf("not a FileError: %v", err)
	}
	byLine := func(a, b input.Problem) int { return cmp.Compare(a.Line, b.Line) }
	if n := len(broken.List); n == 0 || n > input.MaxProblems || !slices.IsSortedFunc(broken.List, byLine) {
		t.Fatalf("problems %v", broken.List)
	}
	_ = err.Error()
}

func checkTasks(t *testing.T, tasks []Task) {
	if len(tasks) == 0 {
		t.Fatal("neither tasks nor an error")
	}
	names := make(map[string]bool)
	for i, task := range tasks {
		switch {
		case task.ID != cloud.TaskID(i),
			i > 0 && task.Arrival < tasks[i-1].Arrival,
			task.Name == "" || names[task.Name],
			task.Arrival < 0 || task.Arrival > clock.At(longest),
			task.Work < 1 || task.Work > longest,
			task.Deadline < task.Arrival,
			task.RestartOverhead < 0 || task.RestartOverhead > longest,
			task.Checkpoint < 0:
			t.Fatalf("task %d: %+v", i, task)
		}
		names[task.Name] = true
	}
}

// BenchmarkReadTasks reads a file of 1e5 tasks in each format.
func BenchmarkReadTasks(b *testing.B) {
	tasks := make([]Task, 100_000)
	for i := range tasks {
		tasks[i] = Task{Name: fmt.Sprintf("job-%07d", i), Arrival: clock.Time(i) * 1e9, Work: time.Hour,
			Deadline: clock.At(1000 * time.Hour), Checkpoint: Nothing}
	}
	hours := func(d time.Duration) string { return strconv.FormatFloat(d.Hours(), 'g', 10, 64) }
	for name, text := range map[string]string{"csv": writeCSV(tasks, hours), "jsonl": writeJSONL(tasks, hours)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ReadTasks("f", io.Reader(strings.NewReader(text)), defaults); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(tasks))/b.Elapsed().Seconds(), "tasks/s")
		})
	}
}

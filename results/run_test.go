package results

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/metrics"
)

// anyRun draws a run, with values at the ends of their ranges among the others.
func anyRun(axes []string) *rapid.Generator[*Run] {
	return rapid.Custom(func(t *rapid.T) *Run {
		word := rapid.StringOf(rapid.SampledFrom([]rune(`ab,"' =é#`)))
		r := newRun(axes)
		r.ID = word.Draw(t, "id")
		for i := range r.Axes {
			r.Axes[i].Value = word.Draw(t, "value")
		}
		r.Seed = rapid.Uint64().Draw(t, "seed")
		r.Policy = word.Draw(t, "policy")
		r.Clairvoyant = rapid.Bool().Draw(t, "clairvoyant")
		r.Status = rapid.SampledFrom([]Status{OK, Failed}).Draw(t, "status")
		r.Error = rapid.StringOf(rapid.SampledFrom([]rune("ab,\"\n\t é"))).Draw(t, "error")
		if r.Status == OK {
			r.Summary = anySummary(t)
		}
		return r
	})
}

func anySummary(t *rapid.T) (s metrics.Summary) {
	number := rapid.Custom(func(t *rapid.T) float64 {
		return rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.MaxFloat64, 5e-324, 0.1})).Draw(t, "x")
	})
	r := Run{Status: OK}
	for _, c := range Metrics() {
		switch p := c.field(&r).(type) {
		case *int:
			*p = rapid.Int().Draw(t, c.Name)
		case *float64:
			*p = number.Draw(t, c.Name)
		case **int:
			if rapid.Bool().Draw(t, c.Name+" is there") {
				n := rapid.Int().Draw(t, c.Name)
				*p = &n
			}
		case **float64:
			if rapid.Bool().Draw(t, c.Name+" is there") {
				x := number.Draw(t, c.Name)
				*p = &x
			}
		}
	}
	return r.Summary
}

// form is a way to write runs and read them back.
type form struct {
	name  string
	write func(*bytes.Buffer, []string) (interface {
		Add(*Run) error
		Close() error
	}, error)
	read func([]byte) iter.Seq2[*Run, error]
}

var forms = []form{
	{"CSV", func(b *bytes.Buffer, axes []string) (interface {
		Add(*Run) error
		Close() error
	}, error) {
		return NewCSV(b, axes)
	}, func(data []byte) iter.Seq2[*Run, error] { return ReadCSV("runs.csv", bytes.NewReader(data)) }},
	{"Parquet", func(b *bytes.Buffer, axes []string) (interface {
		Add(*Run) error
		Close() error
	}, error) {
		return NewParquet(b, axes)
	}, func(data []byte) iter.Seq2[*Run, error] {
		return ReadParquet("runs.parquet", bytes.NewReader(data), int64(len(data)))
	}},
}

func (f form) bytes(t rapid.TB, axes []string, runs []*Run) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := f.write(&b, axes)
	for _, r := range runs {
		if err == nil {
			err = w.Add(r)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func collect(runs iter.Seq2[*Run, error]) (list []*Run, err error) {
	for r, err := range runs {
		if err != nil {
			return list, err
		}
		list = append(list, r)
	}
	return list, nil
}

// keys returns the keys of the run's axes.
func (r *Run) keys() []string {
	keys := make([]string, len(r.Axes))
	for i, a := range r.Axes {
		keys[i] = a.Key
	}
	return keys
}

func TestWhatIsWrittenReadsBackTheSame(t *testing.T) {
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				axes := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z.",]*`), 0, 3, rapid.ID).
					Filter(func(a []string) bool { return checkAxes(a) == nil }).Draw(t, "axes")
				runs := rapid.SliceOfN(anyRun(axes), 0, 200).Draw(t, "runs")
				data := f.bytes(t, axes, runs)
				back, err := collect(f.read(data))
				if err != nil {
					t.Fatal(err)
				}
				if len(back) != len(runs) {
					t.Fatalf("%d runs back of %d", len(back), len(runs))
				}
				for i := range runs {
					// Bits, so that 0 and -0 differ.
					if diff := cmp.Diff(runs[i], back[i], cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })); diff != "" {
						t.Fatal(diff)
					}
				}
				if !bytes.Equal(data, f.bytes(t, axes, runs)) {
					t.Fatal("the same runs gave other bytes")
				}
			})
		})
	}
}

// three are three runs whose numbers are worked out by hand in the tests about them.
func three() []*Run {
	h := 1.5
	return []*Run{
		{ID: "a1", Axes: []Axis{{"market.sigma", "0.1"}}, Seed: 1, Policy: "greedy", Status: OK,
			Summary: metrics.Summary{TotalCost: 0.1, AvgCompletion: &h, TotalTasks: 3, CompletedTasks: 3}},
		{ID: "b2", Axes: []Axis{{"market.sigma", "0.1"}}, Seed: math.MaxUint64, Policy: "fallback:after=1", Status: Failed, Error: "policy said \"no\",\nand stopped"},
		{ID: "c3", Axes: []Axis{{"market.sigma", "a,b"}}, Seed: 2, Policy: "optimal", Clairvoyant: true, Status: OK,
			Summary: metrics.Summary{TotalCost: 1.0 / 3, TotalTasks: 1, UnfinishedTasks: 1}},
	}
}

func TestCSVIsWhatAReaderExpects(t *testing.T) {
	text := string(forms[0].bytes(t, []string{"market.sigma"}, three()))
	lines := strings.SplitN(text, "\n", 3)
	if want := "run_id,market.sigma,seed,policy,clairvoyant,status,error,cost_usd,spot_cost_usd,"; !strings.HasPrefix(lines[0], want) {
		t.Errorf("header %q", lines[0])
	}
	// cost, spot, on-demand; the mean completion and no quantiles, makespan, waiting; tasks.
	if want := "a1,0.1,1,greedy,false,ok,,0.1,0,0,1.5,,,,,,3,3,0,"; !strings.HasPrefix(lines[1], want) {
		t.Errorf("row %q", lines[1])
	}
	// A failed run has no numbers: nothing stands between the commas of all metrics.
	want := "b2,0.1,18446744073709551615,\"fallback:after=1\",false,failed,\"policy said \"\"no\"\",\nand stopped\"" + strings.Repeat(",", len(Metrics())) + "\n"
	if want = strings.ReplaceAll(want, `"fallback:after=1"`, "fallback:after=1"); !strings.HasPrefix(lines[2], want) {
		t.Errorf("rows %q, want %q", lines[2], want)
	}
}

func TestAWriterRefusesWhatWouldNotReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*Run)
		want  string
	}{
		"a number that is none":   {func(r *Run) { r.Summary.SpotCost = math.NaN() }, "run a1: spot_cost_usd NaN must be finite"},
		"an axis of another":      {func(r *Run) { r.Axes[0].Key = "x" }, `axis 1 is "x", want "market.sigma"`},
		"an axis too few":         {func(r *Run) { r.Axes = nil }, "0 axes, want the 1 of the sweep"},
		"a status that is none":   {func(r *Run) { r.Status = "done" }, `status "done" must be "ok" or "failed"`},
		"a policy of two lines":   {func(r *Run) { r.Policy = "a\nb" }, `policy "a\nb" must be one line`},
		"a value that is no text": {func(r *Run) { r.Axes[0].Value = "\xff" }, `axis market.sigma "\xff" must be one line of UTF-8`},
	} {
		for _, f := range forms {
			r := three()[0]
			c.spoil(r)
			w, err := f.write(new(bytes.Buffer), []string{"market.sigma"})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Add(r); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v, want %s", f.name, name, err, c.want)
			}
		}
	}
	for _, axes := range [][]string{{"seed"}, {"run_id"}, {"a", "a"}, {""}, {"a\n"}} {
		if _, err := NewCSV(new(bytes.Buffer), axes); err == nil {
			t.Errorf("axes %q were taken", axes)
		}
		if _, err := NewParquet(new(bytes.Buffer), axes); err == nil {
			t.Errorf("axes %q were taken", axes)
		}
	}
}

// A metric that a run may lack may be missing from a file that an earlier version wrote.
func TestFilesOfAnEarlierVersionAreRead(t *testing.T) {
	old, err := csv.NewReader(bytes.NewReader(forms[0].bytes(t, []string{"market.sigma"}, three()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	from := slices.Index(old[0], "finish_h")
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	for _, row := range old {
		if err := out.Write(row[:from]); err != nil {
			t.Fatal(err)
		}
	}
	out.Flush()
	runs, err := collect(ReadCSV("runs.csv", &text))
	if err != nil || len(runs) != 3 {
		t.Fatal(len(runs), err)
	}
	for i, want := range three() {
		if runs[i].ID != want.ID || runs[i].Summary.TotalCost != want.Summary.TotalCost || runs[i].Summary.Finish != nil {
			t.Errorf("%+v", runs[i])
		}
	}
}

func TestDamagedCSVSaysWhere(t *testing.T) {
	good := string(forms[0].bytes(t, []string{"market.sigma"}, three()))
	last := Columns[len(Columns)-1].Name
	for _, c := range []struct{ name, old, new, want string }{
		{"a number that is none", "ok,,0.1,", "ok,,x,", `runs.csv: line 2, column 27: cost_usd "x" is not of type float64`},
		{"a number that is missing", "ok,,0.1,", "ok,,,", `runs.csv: line 2, column 27: cost_usd is missing`},
		{"a count that is a fraction", ",3,3,0,", ",3.5,3,0,", `arrived_tasks "3.5" is not of type int64`},
		{"a seed below zero", "0.1,1,greedy", "0.1,-1,greedy", `line 2, column 8: seed "-1" is not of type uint64`},
		{"numbers of a failed run", "and stopped\",", "and stopped\",5", `line 4, column 14: cost_usd is there though the run failed`},
		{"an unknown status", ",failed,", ",done,", `line 3, column 52: status "done" must be "ok" or "failed"`},
		{"a quote left open", "\"a,b\"", "\"a,b", "line 5"},
		{"a value too many", "c3,", "c3,c3,", "line 5: the row has not as many values as the header"},
		{"another column", ",cost_usd,", ",cost,", `line 1, column 58: column "cost" where cost_usd should be; did you mean "cost_usd"?`},
		{"a column too few", ",work_h,", ",", `column "lost_work_h" where work_h should be`},
		{"a column too many", "," + last + "\n", "," + last + ",more\n", `column "more" is not known`},
		{"no file of runs", "run_id,", "id,", "line 1: the header must begin with run_id"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%s: nothing was replaced", c.name)
		}
		_, err := collect(ReadCSV("runs.csv", strings.NewReader(bad)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := collect(ReadCSV("runs.csv", strings.NewReader(""))); err == nil || !strings.Contains(err.Error(), "line 1: the file is empty") {
		t.Error(err)
	}
	// Wherever it is cut, but between rows, that is noticed; manifests tell the rest.
	var whole []int
	for n := range 4 {
		whole = append(whole, len(forms[0].bytes(t, []string{"market.sigma"}, three()[:n])))
	}
	for cut := range good {
		_, err := collect(ReadCSV("runs.csv", strings.NewReader(good[:cut])))
		if (err == nil) != slices.Contains(whole, cut) {
			t.Errorf("cut after %q: %v", good[:cut][strings.LastIndex(good[:cut], "\n")+1:], err)
		}
	}
}

// A damaged Parquet file gives an error or the same runs, never a panic and never others.
func TestDamagedParquetIsNoticed(t *testing.T) {
	good := forms[1].bytes(t, []string{"market.sigma"}, three())
	for cut := range good {
		if _, err := collect(forms[1].read(good[:cut])); err == nil {
			t.Fatalf("cut after %d of %d bytes: no error", cut, len(good))
		} else if !strings.Contains(err.Error(), "runs.parquet: ") {
			t.Fatalf("cut after %d: %v", cut, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := bytes.Clone(good)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		var file *FileError
		if _, err := collect(forms[1].read(bad)); err != nil && !errors.As(err, &file) {
			t.Fatalf("error without a file: %v", err)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add(string(forms[0].bytes(f, []string{"market.sigma"}, three())))
	f.Add("run_id,seed\n")
	f.Fuzz(func(t *testing.T, text string) {
		runs, err := collect(ReadCSV("runs.csv", strings.NewReader(text)))
		if err != nil || len(runs) == 0 {
			return
		}
		again, err := collect(forms[0].read(forms[0].bytes(t, runs[0].keys(), runs)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(runs, again); diff != "" {
			t.Fatal(diff)
		}
	})
}

// DuckDB reads what we write: the names, types and values of columns are what they should
// be to a reader that shares no code with us.
func TestParquetReadsInDuckDB(t *testing.T) {
	path := t.TempDir() + "/runs.parquet"
	runs := three()
	if err := os.WriteFile(path, forms[1].bytes(t, []string{"market.sigma"}, runs), 0o644); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asDuckDB([]string{"market.sigma"}, runs), duckDB(t, path)); diff != "" {
		t.Error(diff)
	}
}

// asDuckDB is what the script should print: names and types, then each row, a tab between
// values.
func asDuckDB(axes []string, runs []*Run) string {
	types := map[string]string{"string": "VARCHAR", "bool": "BOOLEAN", "uint64": "UBIGINT", "int64": "BIGINT", "float64": "DOUBLE"}
	var text strings.Builder
	for _, c := range columnsOf(axes) {
		fmt.Fprintf(&text, "%s %s\n", c.Name, types[c.Type()])
	}
	for _, r := range runs {
		for i, c := range columnsOf(axes) {
			if i > 0 {
				text.WriteByte('\t')
			}
			if c.missing(r) {
				text.WriteString("NULL")
				continue
			}
			text.Write(c.appendText(nil, r))
		}
		text.WriteByte('\n')
	}
	return text.String()
}

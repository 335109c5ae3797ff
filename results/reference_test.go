package results

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/journal"
)

// The pages of the documentation that are made from the tables in the code.

var update = flag.Bool("update", false, "write docs/runs.md and docs/events.md")

func TestTheReferencePagesAreCurrent(t *testing.T) {
	for path, want := range map[string]string{"../docs/runs.md": runsReference(), "../docs/events.md": eventsReference()} {
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != want {
			t.Errorf("%s is not what the table in the code says (%v); write it with: go test ./results -update", path, err)
		}
	}
}

// runsReference returns the page docs/runs.md, made of Columns.
func runsReference() string {
	var page strings.Builder
	page.WriteString(`# The files of a sweep

*This page is made from the table in results/columns.go: go test ./results -update.*

A sweep writes these into its folder, each complete or not at all:

| file | what is in it |
|---|---|
| ` + "`runs.csv`, `runs.parquet`" + ` | a row a run, the columns below; the same in both |
| ` + "`columns.json`" + ` | the columns of these files, with types, units and meanings, for programs |
| ` + "`summary.json`" + ` | for each point, policy and metric: mean with 95 % interval, deviation, quantiles, the difference from the baseline seed by seed |
| ` + "`manifest.json`" + ` | where all this comes from: versions, command, resolved scenario, inputs, times, digests of the other files |

Equal sweeps give equal files, byte for byte, but for the manifest. A missing value is
empty in CSV and null in Parquet. Numbers in CSV read back the same. Intervals are Student's
t; where the values are too skewed for it (` + "`ci95_method`" + ` is ` + "`bootstrap-t`" + `) those of the
bootstrap. In ` + "`summary.json`" + ` an end without bound is null.

## columns

After ` + "`run_id`" + ` stands a column for each axis of the sweep, named by its key, with the value
as text. What stands under metric can be typed in ` + "`tessera compare --metric`" + `; under JSON
stands the name of the same number in the [results](results.md) of a run.

| column | metric | JSON | type | unit | meaning |
|---|---|---|---|---|---|
`)
	for _, c := range columnsOf(nil) {
		fmt.Fprintf(&page, "| %s | %s | %s | %s | %s | %s |\n", code(c.Name), code(c.Metric), code(c.key()), c.Type(), c.Unit, c.Meaning)
	}
	return page.String()
}

func code(name string) string {
	if name == "" {
		return ""
	}
	return "`" + name + "`"
}

// key returns the name of a metric in the JSON of metrics.Summary, empty if it is none of its.
func (c Column) key() string {
	r := new(Run)
	field, of := reflect.ValueOf(c.field(r)).Pointer(), reflect.ValueOf(&r.Summary).Elem()
	for i := range of.NumField() {
		if of.Field(i).Addr().Pointer() == field && c.Metric != "" {
			name, _, _ := strings.Cut(of.Type().Field(i).Tag.Get("json"), ",")
			return name
		}
	}
	return ""
}

// eventsReference returns the page docs/events.md, made of the table of package journal.
func eventsReference() string {
	var page strings.Builder
	page.WriteString(`# Events

*This page is made from the table in journal/table.go: go test ./results -update.*

What happened in a run, in order; events at one instant are in the order in which they
happened. A run writes them into its [results](results.md#events), as JSON;
` + "`tessera sweep FILE --events`" + ` writes those of all its runs, as Parquet.

## JSON

Every event has ` + "`time_h`" + `, the hours since the run began, ` + "`kind`" + ` and the fields of its kind, with
their units in parentheses. ` + "`pool`" + ` is ` + "`zone/type`" + `; ` + "`instance`, `replica` and `request`" + ` are numbers;
` + "`task`" + ` is the id in the task file, or without one a number. The provider grants a launch at
once, and the instance is ready after provisioning.

| kind | fields | meaning |
|---|---|---|
`)
	for _, k := range journal.Kinds() {
		var fields []string
		for _, f := range k.Fields() {
			fields = append(fields, fieldCell(f))
		}
		fmt.Fprintf(&page, "| `%v` | %s | %s |\n", k, strings.Join(fields, ", "), k.Doc())
	}
	page.WriteString(`
## Parquet

` + "`events.parquet`" + ` has the runs in the order of the sweep. When the results are written every run
is made once more, one after the other, and its result must be the same as before; so the
file is the same, to the byte, however the runs were spread or interrupted, and takes the
time of the runs again. The shards of a sweep do not write it: sweep the merged folder with
` + "`--events`" + `.

Every event has the first four columns. The others are null in events of other kinds, and
where the table above says so.

| column | unit | kinds | meaning |
|---|---|---|---|
`)
	units := map[string]journal.Unit{"time_ns": journal.Nanoseconds}
	for _, v := range journal.Values() {
		units[v.Column] = v.Unit
	}
	for _, c := range eventColumns {
		fmt.Fprintf(&page, "| `%s` | %v | %s | %s |\n", c.name, units[c.name], kindsWith(c.name), c.doc)
	}
	return page.String()
}

// fieldCell is the key of a field with its unit and when it is there.
func fieldCell(f journal.Field) string {
	notes := slices.DeleteFunc([]string{f.Unit.String(), f.When.String()}, func(s string) bool { return s == "" })
	if len(notes) == 0 {
		return "`" + f.Key + "`"
	}
	return fmt.Sprintf("`%s` (%s)", f.Key, strings.Join(notes, ", "))
}

// kindsWith names the kinds that have the value of a column.
func kindsWith(column string) string {
	var names []string
	for _, k := range journal.Kinds() {
		if slices.ContainsFunc(k.Fields(), func(f journal.Field) bool { return f.Column == column }) {
			names = append(names, k.String())
		}
	}
	if names == nil {
		return "all"
	}
	return strings.Join(names, ", ")
}

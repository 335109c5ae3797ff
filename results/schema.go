package results

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// columnsFile is columns.json: what the columns of the files of runs mean.
type columnsFile struct {
	Schema  string       `json:"schema"`
	Columns []columnLine `json:"columns"`
}

type columnLine struct {
	Name string `json:"name"`
	// Role is "id", "axis", "key" (what the run is besides) or "metric".
	Role     string `json:"role"`
	Type     string `json:"type"`
	Unit     string `json:"unit"`
	Meaning  string `json:"meaning"`
	Metric   string `json:"metric,omitempty"`
	Nullable bool   `json:"nullable"`
}

func schemaOf(axes []string) *columnsFile {
	made := &columnsFile{Schema: Schema}
	for i, c := range columnsOf(axes) {
		role := "key"
		switch {
		case i == 0:
			role = "id"
		case i <= len(axes):
			role = "axis"
		case c.Metric != "":
			role = "metric"
		}
		made.Columns = append(made.Columns, columnLine{c.Name, role, c.Type(), c.Unit, c.Meaning, c.Metric, c.nullable(new(Run))})
	}
	return made
}

// WriteJSON writes the file.
func (f *columnsFile) WriteJSON(to io.Writer) error {
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(f)
}

// Reference returns the page docs/runs.md, made of Columns.
func Reference() string {
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

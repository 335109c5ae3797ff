package results

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/journal"
)

// EventsReference returns the page docs/events.md, made of the table of package journal.
func EventsReference() string {
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

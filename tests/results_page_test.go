package tests

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
)

// jsonKeys returns the names of the fields of a struct in JSON.
func jsonKeys(of reflect.Type) (keys []string) {
	for i := range of.NumField() {
		key, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		if key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// docs/results.md names every field of a document but the metrics, none that is not there, and
// the schemas by their present versions. The metrics are in docs/runs.md, which is generated.
func TestThePageOfResultsIsCurrent(t *testing.T) {
	text, err := os.ReadFile("../docs/results.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	known := slices.Concat(jsonKeys(reflect.TypeFor[report.Manifest]()), jsonKeys(reflect.TypeFor[report.Result]()), []string{"events"})
	var named []string
	for _, line := range strings.Split(page, "\n") {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		if !strings.HasPrefix(line, "| `") || strings.Contains(first, "/") {
			continue
		}
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(first, -1) {
			named = append(named, name[1])
		}
	}
	for _, key := range known {
		if !slices.Contains(named, key) {
			t.Errorf("%s is not described", key)
		}
	}
	for _, name := range named {
		if !slices.Contains(known, name) {
			t.Errorf("%s is described and is no field", name)
		}
	}
	if !strings.Contains(page, `{"schema": "`+report.Schema+`"`) || !strings.Contains(page, "| `"+report.Schema+"` |") {
		t.Errorf("the schema %s is not shown", report.Schema)
	}
	current := map[string]string{}
	for _, schema := range []string{report.Schema, results.Schema, results.SummarySchema, results.ManifestSchema} {
		current[schema[:strings.LastIndex(schema, "/")]] = schema
	}
	for _, schema := range regexp.MustCompile("tessera/[a-z]+/v[0-9]+").FindAllString(page, -1) {
		if now := current[schema[:strings.LastIndex(schema, "/")]]; now == "" || schema > now {
			t.Errorf("there is no schema %s", schema)
		}
	}
	runs, err := os.ReadFile("../docs/runs.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range jsonKeys(reflect.TypeFor[metrics.Summary]()) {
		if !strings.Contains(string(runs), "| `"+key+"` |") {
			t.Errorf("docs/runs.md has no metric %s: it needs a line in results.Columns", key)
		}
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

func TestPoliciesJSONSaysWhatAPolicyIsForAndWhatItsParametersTake(t *testing.T) {
	stdout, stderr, code := runCommand("policies", "--format", "json")
	if code != exitOK {
		t.Fatal(stderr)
	}
	var list []struct {
		Name   string
		For    []string
		Params []map[string]any
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		t.Fatal(err)
	}
	purposes := map[string][]string{
		"greedy": {"batch", "job", "multi-region job"}, "ondemand": {"batch", "service", "job", "multi-region job"}, "spothedge": {"service"},
		"time-sliced": {"job"}, "uniform-progress": {"job", "multi-region job"},
	}
	params := map[string]any{}
	for _, p := range list {
		if want := purposes[p.Name]; want != nil && !reflect.DeepEqual(p.For, want) {
			t.Errorf("%s is for %v, want %v", p.Name, p.For, want)
		}
		for _, q := range p.Params {
			delete(q, "doc")
			params[p.Name+":"+q["name"].(string)] = q
		}
	}
	for name, want := range map[string]any{
		"spothedge:variant": map[string]any{"name": "variant", "default": "paper", "choices": []any{"paper", "artifact", "skypilot"}},
		"spothedge:bench":   map[string]any{"name": "bench", "default": 0.0, "min": 0.0, "max": 1e6},
	} {
		if !reflect.DeepEqual(params[name], want) {
			t.Errorf("%s: %v, want %v", name, params[name], want)
		}
	}
}

// A list that nobody can read is an error, as every output that cannot be written.
func TestPoliciesToAFullDevice(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full on this system")
	}
	defer full.Close()
	for _, args := range [][]string{{"policies"}, {"policies", "--format", "json"}} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, full, &stderr); code != exitInput {
			t.Errorf("%v: exit code %d, want %d: %s", args, code, exitInput, &stderr)
		}
	}
}

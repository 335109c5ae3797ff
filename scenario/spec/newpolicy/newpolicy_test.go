// Package newpolicy shows that a policy with parameters of every type is one file: nothing else
// in the project knows this one.
package newpolicy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/scheduler"
)

func init() {
	scheduler.Register(scheduler.Entry{
		Name: "picky", Title: "Picky", Doc: "waits", Source: "example",
		Params: []scheduler.Param{
			{Name: "count", Doc: "how many", Default: 2, Min: 1, Max: 9},
			{Name: "patience", Doc: "how long", Type: scheduler.Duration, Default: time.Hour, Max: 48 * time.Hour},
			{Name: "part", Doc: "how much", Type: scheduler.Share, Default: 0.25},
			{Name: "mood", Doc: "how", Type: scheduler.Choice, Choices: []string{"calm", "wild"}},
			{Name: "label", Doc: "its name", Type: scheduler.Text},
			{Name: "table", Doc: "what it knows", Type: scheduler.File},
		},
		New: func(a scheduler.Args) (any, error) { return &picky{a}, nil },
	})
}

type picky struct{ scheduler.Args }

func (*picky) Decide(*scheduler.View) []scheduler.Action { return nil }

// said is what the policy of a scenario was made with.
func said(t *testing.T, s scheduler.Spec) string {
	t.Helper()
	p, err := s.NewForTasks()
	if err != nil {
		t.Fatal(err)
	}
	a := p.(*picky).Args
	path, data := a.File("table")
	return fmt.Sprintln(a.Int("count"), a.Duration("patience"), a.Share("part"), a.Choice("mood"), a.Text("label"), filepath.Base(path), string(data))
}

func load(t *testing.T, text string) (*spec.Resolved, error) {
	t.Helper()
	if err := os.WriteFile("in/s.yaml", []byte("schema: tessera/v1\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	return spec.Load("in/s.yaml", nil, nil)
}

func inFolder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.Mkdir("in", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "in/t.csv", "1,2")
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestParametersOfEveryType(t *testing.T) {
	inFolder(t)
	for text, want := range map[string]string{
		"policies: picky\n": "2 1h0m0s 0.25 calm  . ",
		"policies: picky:count=3:patience=90s:part=15%:mood=wild:label=a b:table=t.csv\n":                                 "3 1m30s 0.15 wild a b t.csv 1,2",
		"policies: [{name: picky, count: 9, patience: 2h, part: 0.5, mood: wild, label: \"a=#1\", table: t.csv}]\n":       "9 2h0m0s 0.5 wild a=#1 t.csv 1,2",
		"policies: [{name: picky, label: \"true\", table: ../in/t.csv}]\n":                                                "2 1h0m0s 0.25 calm true t.csv 1,2",
		"service: {replicas: 1, batch_policy: \"picky:label=x:table=t.csv\"}\nworkload: {tasks: 1}\npolicies: ondemand\n": "2 1h0m0s 0.25 calm x t.csv 1,2",
	} {
		r, err := load(t, text)
		if err != nil {
			t.Fatal(err)
		}
		var shown bytes.Buffer
		if err := r.Write(&shown, false); err != nil {
			t.Fatal(err)
		}
		t.Chdir(t.TempDir()) // what is shown means the same everywhere
		write(t, "s.yaml", shown.String())
		again, err := spec.Load("s.yaml", nil, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, shown.String())
		}
		for _, r := range []*spec.Resolved{r, again} {
			policy := r.Scenario.Policies[0]
			if r.Scenario.Service != nil {
				policy = r.Scenario.Service.Batch
			}
			if got := said(t, policy); got != want+"\n" {
				t.Errorf("%s: got %s, want %s\n%s", text, got, want, shown.String())
			}
			if files := strings.Count(text, ".csv"); len(r.Scenario.Inputs) != files {
				t.Errorf("%s: inputs %v", text, r.Scenario.Inputs)
			}
		}
		if r.Content() != again.Content() {
			t.Errorf("%s: shown it has another address", text)
		}
		inFolder(t)
	}
}

func TestWrongParametersAreProblemsWithTheirPlace(t *testing.T) {
	inFolder(t)
	for text, want := range map[string]string{
		"policies: [{name: picky, count: 10}]\n":                        `in/s.yaml:2:26: policies[0].count: policy picky: count="10" must be a whole number in [1, 9]`,
		"policies: [{name: picky, patience: 3d}]\n":                     `policies[0].patience: policy picky: patience="3d" must be a time like 90s or 1h30m, in [0s, 48h]`,
		"policies: [{name: picky, part: 1.5}]\n":                        `policies[0].part: policy picky: part="1.5" must be a share like 0.15 or 15%, in [0, 1]`,
		"policies: [{name: picky, mood: cal}]\n":                        `policies[0].mood: policy picky: mood="cal" must be one of calm, wild; did you mean "calm"?`,
		"policies: [{name: picky, label: \"a:b\"}]\n":                   `in/s.yaml:2:26: policies[0].label: "a:b" must be without ':'`,
		"policies: [{name: picky, label: [a]}]\n":                       "policies[0].label: must be one value",
		"policies: [{name: picky, table: none.csv}]\n":                  "in/s.yaml:2:12: policies[0]: table: open in/none.csv: no such file",
		"service: {replicas: 1, batch_policy: \"picky:table=n.csv\"}\n": "in/s.yaml:2:38: service.batch_policy: table: open in/n.csv: no such file",
		"policies: [{name: picky, cuont: 3}]\n":                         `policy picky has no parameter "cuont"; did you mean "count"? (known: count, patience, part, mood, label, table)`,
	} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

// The file of the policy of the tasks is in the address of every run beside the service; that
// of a policy that is compared is in the digest of the policy.
func TestAFileThatChangesIsAnotherAddress(t *testing.T) {
	inFolder(t)
	address := func(text string) string {
		r, err := load(t, text)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x %s", r.Content(), r.Scenario.Policies[0].Digest())
	}
	for _, text := range []string{
		"service: {replicas: 1, batch_policy: \"picky:table=t.csv\"}\nworkload: {tasks: 1}\npolicies: ondemand\n",
		"policies: picky:table=t.csv\n",
	} {
		write(t, "in/t.csv", "1,2")
		first := address(text)
		if again := address(text); again != first {
			t.Errorf("%s: %s, then %s", text, first, again)
		}
		write(t, "in/t.csv", "1,3")
		if address(text) == first {
			t.Errorf("%s: the content of the file is not in the address", text)
		}
	}
}

func TestParametersOfEveryTypeAreDocumented(t *testing.T) {
	text, err := spec.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties struct {
			Policies struct {
				AnyOf []struct {
					Items struct {
						AnyOf []struct{ Properties map[string]map[string]any }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, p := range schema.Properties.Policies.AnyOf[0].Items.AnyOf {
		if p.Properties["name"]["const"] != "picky" {
			continue
		}
		found = true
		for name, want := range map[string]string{
			"count":    "whole number; [1, 9]; 2; map[maximum:9 minimum:1 type:integer]",
			"patience": "duration; [0s, 48h]; 1h; map[pattern:^(-?(\\d+(\\.\\d*)?|\\.\\d+)(d|h|m|s|ms|us|µs|ns))+$ type:string]",
			"part":     "share; [0, 1]; 0.25; map[anyOf:[map[maximum:1 minimum:0 type:number] map[pattern:^-?(\\d+(\\.\\d*)?|\\.\\d+)%$ type:string]]]",
			"mood":     "word; one of calm, wild; calm; map[enum:[calm wild]]",
			"label":    "text; a text without ':' and ','; none; map[type:string]",
			"table":    "file; the path of a file, without ':' and ','; none; map[type:string]",
		} {
			s := p.Properties[name]
			line := fmt.Sprintf("%v; %v; %v", s["x-unit"], s["x-range"], s["x-default"])
			for _, key := range []string{"x-unit", "x-range", "x-default", "description", "default"} {
				delete(s, key)
			}
			if got := fmt.Sprintf("%s; %v", line, s); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
	if !found {
		t.Error("the schema does not know the policy")
	}
	for _, line := range []string{
		"| `picky` | `count` | how many | whole number | [1, 9] | 2 |",
		"| `picky` | `patience` | how long | duration | [0s, 48h] | 1h |",
		"| `picky` | `part` | how much | share | [0, 1] | 0.25 |",
		"| `picky` | `mood` | how | word | one of calm, wild | calm |",
		"| `picky` | `label` | its name | text | a text without ':' and ',' | none |",
		"| `picky` | `table` | what it knows | file | the path of a file, without ':' and ',' | none |",
	} {
		if !strings.Contains(spec.Reference(), line) {
			t.Errorf("the reference has no %s", line)
		}
	}
}

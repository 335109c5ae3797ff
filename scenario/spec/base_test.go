package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// bases are scenarios of which others are made, some with something wrong in them.
var bases = []string{
	"schema: tessera/v1\n",
	"schema: tessera/v1\nduration: 10h\nmarket:\n  pools:\n    - {on_demand: $2/h, price: {files: p.csv}}\n    - {zone: b, capacity: {file: c.json, polarity: available}}\n    - {zone: c, price: {model: simple}}\nworkload: {file: t.csv}\npolicies: [greedy, fallback:after=2, ondemand]\n",
	"schema: tessera/v1\nmarket: {pools: [{zone: a, capacity: {count: 3}}, {zone: b, preemption: {model: bid}}]}\nservice: {replicas: 2, requests: {process: poisson, rate: 1/s}}\n",
	"schema: tessera/v1\nduration: x\nmarket: {pools: [{on_demand: 3}, {price: {spread: -1}}]}\n",
	"schema: tessera/v1\nmarket: {pools: []}\npolicies: []\nservice:\n",
}

// overridden draws overrides of any keys, by values that are right or wrong.
func overridden(t *rapid.T, most int) (overrides []Override) {
	all := leaves(Root(), "")
	for range rapid.IntRange(0, most).Draw(t, "settings") {
		l := rapid.SampledFrom(all).Draw(t, "key")
		low, high := parseRange(l.key.Range)
		path, texts := l.path, append([]string{low.text, high.text, "7m", "$0.41/h", "3", "0.3", "[1, 2]", "{a: 1}", "null", "x y"}, l.key.Choices...)
		switch rapid.IntRange(0, 5).Draw(t, "place") {
		case 0:
			path = strings.Replace(path, "[0]", rapid.SampledFrom([]string{"[*]", "[1]", "[2]", "[9]"}).Draw(t, "pool"), 1)
		case 1:
			path = rapid.SampledFrom([]string{"policies", "policies[0]", "policies[1].after", "policies[*].after", "policies[0].name", "policies[1]"}).Draw(t, "policy")
			texts = []string{"greedy", "ondemand", "[greedy, fallback]", "fallback:after=7", "{name: fallback, after: 1}", "4", "-1", "[greedy, greedy]", "[spothedge, round-robin]", "null"}
		case 2:
			path = path[:strings.LastIndexAny("."+path, ".[")] // a section
			texts = []string{"null", "{}", "{model: simple, spread: 0.1}", "{price: {mean: $0.2/h}}", "[{zone: z}, {}]", "{mean: 2h}", "1"}
			if path == "" {
				path = "market.pools"
			}
		case 3:
			path += rapid.SampledFrom([]string{".x", "[0]", "s"}).Draw(t, "typo")
		}
		if text := rapid.SampledFrom(texts).Draw(t, "value"); text != "" {
			if value, err := Parse(text, Origin{Source: FromFlag, Name: "--x", Line: len(overrides), Set: true}); err == nil {
				overrides = append(overrides, Override{path, value})
			}
		}
	}
	return overrides
}

// A scenario made from a base is the one that is made from nothing: the same keys, the same
// problems, the same content, whatever the base had decoded and the inputs had read before.
func TestAScenarioFromABaseIsTheOneMadeFromNothing(t *testing.T) {
	inFolder(t, map[string]string{
		"p.csv":  "Timestamp,AvailabilityZone,SpotPrice\n2030-01-01T00:00:00Z,z,0.25\n2030-01-01T03:00:00Z,y,0.5\n2030-01-09T00:00:00Z,z,0.25\n",
		"c.json": `{"metadata":{"gap_seconds":3600},"data":[2,0,0,1,1,1,1,1,1,1,1,1]}`,
		"t.csv":  "id,arrival,work\na,0,1\n",
	})
	inputs, taken := scenario.NewInputs(), 0
	rapid.Check(t, func(t *rapid.T) {
		file, err := Read("s.yaml", []byte(rapid.SampledFrom(bases).Draw(t, "base")))
		if err != nil {
			t.Fatal(err)
		}
		below := overridden(t, 2)
		base := NewBase(file, nil, below, inputs)
		for range 3 {
			overrides := overridden(t, 4)
			got, err := base.With(overrides)
			tree := Root().def.Clone()
			tree.merge(file)
			tree, wrong := over(tree, below)
			tree, more := over(tree, overrides)
			want, found := resolve(expanded(tree), nil, nil)
			found = append(append(wrong, more...), found...)
			if err != nil || found != nil {
				var text string
				if found != nil {
					text = found.Sorted().Error()
				}
				if err == nil || err.Error() != text {
					t.Fatalf("%v\nfrom nothing\n%v", err, text)
				}
				continue
			}
			taken++
			policies := cmp.Transformer("name", func(s scheduler.Spec) string { return s.String() })
			if diff := cmp.Diff(want.File, got.File, policies, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
			if diff := same(want.Scenario, got.Scenario); diff != "" {
				t.Fatal(diff)
			}
			if want.Content() != got.Content() {
				t.Fatal("another content")
			}
			if diff := cmp.Diff(want.Warnings, got.Warnings); diff != "" {
				t.Fatal(diff)
			}
			if a, b := want.said.oneLine(), got.said.oneLine(); a != b {
				t.Fatalf("%s\nfrom nothing\n%s", b, a)
			}
		}
	})
	if taken == 0 {
		t.Error("none was a scenario")
	}
}

// Equal contents are equal runs: scenarios of one content differ in nothing but what is left out.
func TestContentTellsScenariosApart(t *testing.T) {
	base := NewBase(&Tree{Kind: Mapping}, nil, nil, nil)
	known := map[[32]byte]*scenario.Scenario{}
	rapid.Check(t, func(t *rapid.T) {
		r, err := base.With(overridden(t, 1))
		if err != nil {
			t.Skip("not a scenario")
		}
		s := *r.Scenario
		s.Name, s.Seed, s.PolicyNames = "", 0, nil
		before, found := known[r.Content()]
		known[r.Content()] = &s
		if found && s.Service == nil {
			if diff := same(before, &s); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

package spec

import (
	"slices"
	"strings"
)

// presets are scenarios that go by a name instead of that of a file: what the commands of
// that name run by default.
var presets = map[string]string{
	"job": `
name: job
job: {work: 48h}
`,
	"service": `
name: service
duration: 24h
lower_bound: true
market:
  pools:
    - zone: [synthetic-1, synthetic-2, synthetic-3]
      on_demand: $3/h
      price: {mean: $1/h}
      provisioning: {shape: constant, mean: 0s}
service: {replicas: 3, load: {shape: constant, mean: 2m}}
`,
}

// preset returns the preset of that name, nil if there is none. Nobody said what is in it, so
// all of it counts as a default.
func preset(name string) *Tree {
	text, known := presets[name]
	if !known {
		return nil
	}
	t, err := Read(name, []byte("schema: "+Version+text))
	if err != nil {
		panic(err)
	}
	t.from(Origin{Source: Default, Name: "tessera " + name})
	return t
}

// PresetText says in one line what a preset sets, key by key; empty for another name.
func PresetText(name string) string {
	t := preset(name)
	if t == nil {
		return ""
	}
	var parts []string
	t.leaves("", func(path string, value *Tree) {
		if path != "name" && path != "schema" {
			parts = append(parts, path+"="+value.oneLine())
		}
	})
	return strings.Join(parts, " ")
}

// leaves calls visit with every value that is no mapping, and its path.
func (t *Tree) leaves(path string, visit func(path string, value *Tree)) {
	scalar := func(t *Tree) bool { return t.Kind == Scalar }
	switch {
	case t.Kind == Mapping:
		for _, f := range t.Fields {
			f.Value.leaves(join(path, f.Key), visit)
		}
	case t.Kind == List && !slices.ContainsFunc(t.Items, scalar):
		for i, item := range t.Items {
			item.leaves(at(path, i), visit)
		}
	default:
		visit(path, t)
	}
}

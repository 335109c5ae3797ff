package spec

import (
	"path/filepath"
	"reflect"
)

// Content returns, as text, everything that a run of r depends on but its seed and its
// policy: equal texts give equal runs. The name of the scenario is not in it, and a file is
// there with the SHA-256 of what is in it and its last name, which tells its format, so
// that it is the same in whatever folder it lies.
func (r *Resolved) Content() string {
	sums := map[string]string{}
	for _, input := range r.Scenario.Inputs {
		sums[input.Path] = input.SHA256
	}
	c := r.File.withPaths(func(p Path) Path {
		return Path("sha256-" + sums[string(p)] + "/" + filepath.Base(string(p)))
	})
	c.Name, c.Seed, c.Policies = "", 0, nil
	out := &writer{}
	out.mapping(root, encode(root, reflect.ValueOf(c), nil), "")
	return out.text.String()
}

package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// Reference returns the tables of all keys, in Markdown.
func Reference() string {
	r := &reference{}
	r.section(Root(), "")
	return r.String()
}

type reference struct{ strings.Builder }

func (r *reference) line(format string, args ...any) { fmt.Fprintf(r, format+"\n", args...) }

// section writes a table of the keys of a mapping, then those of the mappings in it.
func (r *reference) section(k *Key, path string) {
	if path != "" {
		r.line("\n### `%s`\n\n%s\n", path, k.Doc)
	}
	r.table(k)
	if path == "" {
		r.policies()
	}
	for _, c := range k.Keys {
		if c.Keys == nil {
			continue
		}
		below := join(path, c.Name)
		if c.IsList {
			below += "[]"
		}
		r.section(c, below)
	}
}

// table writes the keys of a mapping that are no mappings themselves.
func (r *reference) table(k *Key) {
	if !slices.ContainsFunc(k.Keys, func(c *Key) bool { return c.Keys == nil }) {
		return
	}
	r.line("| key | what it is | unit | range | default |\n|---|---|---|---|---|")
	for _, c := range k.Keys {
		if c.Keys != nil {
			continue
		}
		r.line("| `%s` | %s | %s | %s | %s |", c.Name, cell(c.Doc+c.choiceDocs()), cell(c.Unit), cell(c.Range), cell(c.Default))
	}
}

// choiceDocs says what the words mean that say not enough themselves.
func (k *Key) choiceDocs() string {
	var docs []string
	for i, doc := range k.ChoiceDocs {
		if doc != "" {
			docs = append(docs, fmt.Sprintf("`%s`: %s", k.Choices[i], doc))
		}
	}
	if docs == nil {
		return ""
	}
	return " " + strings.Join(docs, "; ") + "."
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// policies writes a table of the parameters of the policies.
func (r *reference) policies() {
	r.line("\n### `policies[]`\n\nA policy, with the parameters it has.\n")
	r.line("| name | parameter | what it is | unit | range | default |\n|---|---|---|---|---|---|")
	for _, e := range scheduler.All() {
		if len(e.Params) == 0 {
			r.line("| `%s` | | %s | | | |", e.Name, cell(e.Doc))
		}
		for _, p := range e.Params {
			k := policyKey(p)
			r.line("| `%s` | `%s` | %s | %s | %s | %s |", e.Name, k.Name, cell(k.Doc), k.Unit, cell(k.Range), cell(k.Default))
		}
	}
}

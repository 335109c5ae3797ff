package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// object is a JSON object; encoding sorts its keys.
type object = map[string]any

// Schema returns the JSON Schema (draft 2020-12) of a scenario, as JSON. It fails if a key
// has no description, unit, default or range.
func Schema() ([]byte, error) {
	if err := Root().undescribed(""); err != nil {
		return nil, err
	}
	s := Root().schemaOfMapping()
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "urn:tessera:scenario:v1"
	s["title"] = "A scenario of Tessera"
	s["description"] = "What tessera run simulates."
	s["type"] = "object"
	s["required"] = []string{"schema"}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	err := out.Encode(s)
	return b.Bytes(), err
}

// undescribed returns an error for every key of which something is not said.
func (k *Key) undescribed(path string) error {
	var errs []error
	for _, c := range k.Keys {
		p := join(path, c.Name)
		facts := []struct{ what, text string }{{"description", c.Doc}}
		if c.Keys == nil {
			facts = append(facts, []struct{ what, text string }{{"unit", c.Unit}, {"default", c.Default}, {"range", c.Range}}...)
		}
		for _, f := range facts {
			if f.text == "" {
				errs = append(errs, fmt.Errorf("%s has no %s", p, f.what))
			}
		}
		errs = append(errs, c.undescribed(p))
	}
	return errors.Join(errs...)
}

func (k *Key) schemaOfMapping() object {
	properties := object{}
	for _, c := range k.Keys {
		properties[c.Name] = c.schema()
	}
	return object{"type": []string{"object", "null"}, "additionalProperties": false, "properties": properties}
}

func (k *Key) schema() object {
	var s object
	switch {
	case k.policies:
		s = object{"anyOf": policySchemas()}
	case k.form == nil:
		s = k.schemaOfMapping()
	case k.Choices != nil:
		s = object{"enum": k.Choices}
	default:
		s = maps.Clone(k.form.schema)
		k.bound(s)
	}
	if k.IsList {
		s = k.schemaOfList(s)
	}
	s["description"] = k.Doc
	if k.Unit != "" {
		s["x-unit"], s["x-range"], s["x-default"] = k.Unit, k.Range, k.Default
		s["description"] = fmt.Sprintf("%s. Unit: %s. Range: %s. Default: %s.", strings.TrimSuffix(k.Doc, "."), k.Unit, k.Range, k.Default)
	}
	if k.def != nil && !k.Derived && k.form != nil {
		s["default"] = k.def.json()
	}
	return s
}

// schemaOfList returns the schema of a list of items; a single value stands for a list of
// one.
func (k *Key) schemaOfList(items object) object {
	many := object{"type": "array", "items": items}
	if k.form == nil || k.policies {
		many["minItems"] = 1
	}
	if k.form == nil && !k.policies {
		return many
	}
	return object{"anyOf": []any{many, items}}
}

// bound puts the range of a number into its schema.
func (k *Key) bound(s object) {
	if alternatives, ok := s["anyOf"].([]any); ok {
		number := maps.Clone(alternatives[0].(object))
		s["anyOf"] = append([]any{number}, alternatives[1:]...)
		s = number
	}
	if s["type"] != "number" && s["type"] != "integer" {
		return
	}
	low, high := parseRange(k.Range)
	low.put(s, "minimum", "exclusiveMinimum")
	high.put(s, "maximum", "exclusiveMaximum")
}

// bound is one end of a range; the zero bound is none.
type bound struct {
	text string
	open bool
}

// parseRange reads a range like [0, 10], ($0/h, $10000/h] or >= 1s.
func parseRange(text string) (low, high bound) {
	if least, ok := strings.CutPrefix(text, ">= "); ok {
		return bound{text: least}, bound{}
	}
	from, to, ok := strings.Cut(text, ", ")
	if !ok || !strings.ContainsAny(text[:1], "[(") || !strings.ContainsAny(to[len(to)-1:], "])") {
		return bound{}, bound{}
	}
	return bound{from[1:], from[0] == '('}, bound{to[:len(to)-1], to[len(to)-1] == ')'}
}

func (b bound) put(s object, closed, open string) {
	if !plain(b.text) {
		return
	}
	if b.open {
		closed = open
	}
	s[closed] = json.Number(b.text)
}

// json returns a scalar as JSON has it.
func (t *Tree) json() any {
	if !t.Quoted && plain(t.Text) {
		return json.Number(t.Text)
	}
	if b, err := strconv.ParseBool(t.Text); err == nil && !t.Quoted {
		return b
	}
	return t.Text
}

// policySchemas returns the forms in which a policy can be written: as text, or as a
// mapping for each policy.
func policySchemas() (list []any) {
	var names []string
	for _, e := range scheduler.All() {
		names = append(names, e.Name)
		properties := object{"name": object{"const": e.Name, "description": e.Title + ": " + e.Doc}}
		for _, p := range e.Params {
			properties[p.Name] = policyKey(p).schema()
		}
		list = append(list, object{"type": "object", "required": []string{"name"}, "additionalProperties": false, "properties": properties})
	}
	return append(list, text(`^ *(`+strings.Join(names, "|")+`)`+settingsPattern+` *$`))
}

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

package spec

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"unicode"
)

// encode is the reverse of decode: the value of a key as a tree, with the origins that
// said has in the same places. A nil pointer or list is left out.
func encode(k *Key, v reflect.Value, said *Tree) *Tree {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	t := &Tree{}
	if said != nil {
		t.Origin = said.Origin
	}
	switch {
	case k.IsList:
		t.Kind = List
		for i := range v.Len() {
			t.Items = append(t.Items, encodeItem(k, v.Index(i), said.item(i)))
		}
	case k.form != nil:
		t.Text = k.form.write(v)
		t.Quoted = k.form.word
	default:
		t.Kind = Mapping
		for _, c := range k.Keys {
			if value, ok := c.get(v); ok {
				t.put(c.Name, Origin{}, encode(c, value, said.below(c.Name)))
			}
		}
	}
	return t
}

func encodeItem(k *Key, v reflect.Value, said *Tree) *Tree {
	if !k.policies {
		item := *k
		item.IsList = false
		return encode(&item, v, said)
	}
	t := encodePolicy(v.Interface().(Policy))
	for _, f := range t.Fields {
		if s := said.below(f.Key); s != nil {
			f.Value.Origin = s.Origin
		}
	}
	return t
}

// below and item return parts of what was said, nil where nothing was.
func (t *Tree) below(key string) *Tree {
	if t == nil {
		return nil
	}
	return t.field(key)
}

func (t *Tree) item(i int) *Tree {
	switch {
	case t == nil || i > 0 && t.Kind != List:
		return nil
	case t.Kind != List:
		return t
	case i < len(t.Items):
		return t.Items[i]
	}
	return nil
}

// String writes a tree as users do, in one line: a scalar bare, unless it has several lines.
func (t *Tree) String() string {
	if t.Kind == Scalar && !strings.ContainsFunc(t.Text, unicode.IsControl) {
		return t.Text
	}
	return t.oneLine()
}

// YAML writes a tree in one line, as a file has it.
func (t *Tree) YAML() string { return t.oneLine() }

// oneLine writes a tree in one line; nothing for nil.
func (t *Tree) oneLine() string {
	var parts []string
	switch {
	case t == nil:
		return ""
	case t.Kind == Scalar:
		return t.yaml()
	case t.Kind == List:
		for _, item := range t.Items {
			parts = append(parts, item.oneLine())
		}
		return "[" + list(parts) + "]"
	}
	for _, f := range t.Fields {
		parts = append(parts, f.Key+": "+f.Value.oneLine())
	}
	return "{" + list(parts) + "}"
}

// bare is text that YAML takes for text without quotes, wherever it stands.
var bare = regexp.MustCompile(`^[A-Za-z$/.][A-Za-z0-9_$/.+-]*$|^\d+(\.\d+)?[a-zµ%/][a-z0-9µ/.%]*$|^\d{4}-\d\d-\d\dT[0-9:.]+Z$`)

// taken are words that YAML takes for something else than text.
var taken = regexp.MustCompile(`^(?i:true|false|yes|no|on|off|y|n|null|~|\.inf|\.nan|\d[\d.]*e\d+)$`)

func (t *Tree) yaml() string {
	if !t.Quoted || bare.MatchString(t.Text) && !taken.MatchString(t.Text) {
		return t.Text
	}
	var b strings.Builder
	enc := json.NewEncoder(&b) // JSON strings are YAML strings
	enc.SetEscapeHTML(false)
	if err := enc.Encode(t.Text); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

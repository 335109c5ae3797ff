package spec

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

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

// yaml writes a scalar.
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

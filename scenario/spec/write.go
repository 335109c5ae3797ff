package spec

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// writer writes a scenario as YAML.
type writer struct {
	text strings.Builder
	// comments puts what a key is above it, and keys that have no value into comments.
	comments bool
	// examples has values for these keys.
	examples *Tree
	// origins puts where a value comes from behind it.
	origins bool
}

// Write writes r with every key that is known, so that reading it makes r again; of a job or
// service that is none only that it is none. With origins every value has a comment that says
// where it comes from.
func (r *Resolved) Write(w io.Writer, origins bool) error {
	out := &writer{origins: origins}
	t := encode(Root(), reflect.ValueOf(r.File), r.said)
	if r.Scenario.Service == nil {
		none(t.field("service")) // the replicas
	}
	if r.Scenario.Job == nil {
		none(t.field("job")) // the work
	}
	out.mapping(Root(), t, "")
	return out.to(w)
}

// none leaves of a section that is none the first key, which says so.
func none(section *Tree) { *section = Tree{Kind: Mapping, Fields: section.Fields[:1]} }

// WriteDefault writes the default scenario with a comment at every key: what it is, its
// unit, its range, its default. Keys whose default depends on others stand in comments.
func WriteDefault(w io.Writer) error {
	filled := defaultFile()
	filled.fill()
	out := &writer{comments: true, examples: encode(Root(), reflect.ValueOf(filled), nil)}
	out.mapping(Root(), Root().def, "")
	return out.to(w)
}

func (w *writer) to(out io.Writer) error {
	_, err := io.WriteString(out, w.text.String())
	return err
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.text, format+"\n", args...) }

// mapping writes the keys of a mapping; indent leads every line.
func (w *writer) mapping(k *Key, t *Tree, indent string) {
	examples := w.examples
	for i, c := range k.Keys {
		value := t.below(c.Name)
		w.examples = examples.below(c.Name)
		if w.comments {
			w.comment(c, indent, i > 0)
		}
		w.key(c, value, indent)
	}
	w.examples = examples
}

// key writes a key and its value; nil is none.
func (w *writer) key(k *Key, value *Tree, indent string) {
	value = value.single()
	switch {
	case value == nil && w.comments:
		w.line("%s", strings.TrimRight(fmt.Sprintf("%s# %s: %s", indent, k.Name, w.examples.single().oneLine()), " "))
	case value == nil, value.Kind == Mapping && len(value.Fields) == 0 && !w.comments:
	case value.Kind == Scalar:
		w.line("%s%s: %s%s", indent, k.Name, value.yaml(), w.origin(value))
	case value.Kind == Mapping:
		w.line("%s%s:", indent, k.Name)
		w.mapping(k, value, indent+"  ")
	case len(value.Items) == 0:
		w.line("%s%s: []", indent, k.Name)
	default:
		w.line("%s%s:", indent, k.Name)
		w.list(k, value, indent+"  ")
	}
}

// single returns the item of a list of one scalar, which stands for the list.
func (t *Tree) single() *Tree {
	if t != nil && t.Kind == List && len(t.Items) == 1 && t.Items[0].Kind == Scalar {
		return t.Items[0]
	}
	return t
}

func (w *writer) list(k *Key, t *Tree, indent string) {
	for i, item := range t.Items {
		if item.Kind == Scalar {
			w.line("%s- %s%s", indent, item.yaml(), w.origin(item))
			continue
		}
		below := &writer{comments: w.comments, origins: w.origins, examples: w.examples.item(i)}
		if k.policies {
			below.policy(item, indent+"  ")
		} else {
			below.mapping(k, item, indent+"  ")
		}
		w.text.WriteString(dash(below.text.String(), indent))
	}
}

// dash makes a mapping an item of a list: the dash leads its first key, or stands alone
// above the comments before that.
func dash(text, indent string) string {
	rest := strings.TrimPrefix(text, indent+"  ")
	if strings.HasPrefix(rest, "#") {
		return indent + "-\n" + text
	}
	return indent + "- " + rest
}

func (w *writer) policy(t *Tree, indent string) {
	entry, _ := scheduler.Find(t.field("name").Text)
	for _, f := range t.Fields {
		for _, p := range entry.Params {
			if w.comments && p.Name == f.Key {
				w.comment(policyKey(p), indent, false)
			}
		}
		w.line("%s%s: %s%s", indent, f.Key, f.Value.yaml(), w.origin(f.Value))
	}
}

func (w *writer) comment(k *Key, indent string, apart bool) {
	if apart && k.form == nil {
		w.line("")
	}
	text := k.Doc
	if k.Unit != "" {
		text += fmt.Sprintf(" (%s; %s; default %s)", k.Unit, k.Range, k.Default)
	}
	w.wrap(text, indent)
}

func (w *writer) wrap(text, indent string) {
	const width = 96
	line := indent + "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width && len(line) > len(indent)+1 {
			w.line("%s", line)
			line = indent + "#"
		}
		line += " " + word
	}
	w.line("%s", line)
}

func (w *writer) origin(t *Tree) string {
	if !w.origins {
		return ""
	}
	return "  # " + t.Origin.String()
}

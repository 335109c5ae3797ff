package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Key describes a key of a scenario.
type Key struct {
	Name, Doc string
	// Unit of its values; empty for a mapping.
	Unit string
	// Default is the default as text; where it depends on other keys, how.
	Default string
	// Range is what its values may be.
	Range string
	// Choices are the words that it is one of, if it is, and what they mean.
	Choices, ChoiceDocs []string
	// Keys of the mapping that it is, or that every item of its list is.
	Keys []Key
	// IsList tells that it is a list.
	IsList bool
	// Derived tells that its default depends on other keys.
	Derived bool

	form     *form // of a scalar, or of the items of a list of them
	policies bool
	index    int
	def      *Tree
}

// Root describes a whole scenario: its Keys are those of the file.
func Root() Key { return root }

var root Key

func init() {
	root.Keys = keysOf(reflect.TypeFor[File](), nil)
	root.def = encode(root, reflect.ValueOf(defaultFile()), nil)
	root.Keys = keysOf(reflect.TypeFor[File](), root.def)
}

// keysOf returns the keys of a struct; defaults is a mapping of their defaults.
func keysOf(t reflect.Type, defaults *Tree) (keys []Key) {
	for i := range t.NumField() {
		field := t.Field(i)
		tag := field.Tag.Get
		k := Key{Name: tag("key"), Doc: tag("doc"), Unit: tag("unit"), Default: tag("default"), Range: tag("range"), index: i}
		if defaults != nil {
			k.def = defaults.field(k.Name)
		}
		k.settle(field.Type, tag("choice"))
		keys = append(keys, k)
	}
	return keys
}

// settle fills in what the type, the choice and the defaults tell.
func (k *Key) settle(t reflect.Type, choice string) {
	if t.Kind() == reflect.Pointer {
		t, k.Derived = t.Elem(), true
	}
	if t.Kind() == reflect.Slice {
		t, k.IsList = t.Elem(), true
	}
	def := k.def
	if def != nil && def.Kind == List && len(def.Items) > 0 {
		def = def.Items[0]
	}
	if t == reflect.TypeFor[Policy]() {
		k.policies, k.Unit, k.Range = true, "policy", "registered policies, each once"
	} else if k.form = forms[t]; k.form == nil {
		k.Keys = keysOf(t, def)
		return
	} else if k.Unit == "" {
		k.Unit = k.form.unit
	}
	if choice != "" {
		k.Choices, k.ChoiceDocs = choices(choice)
		k.Unit, k.Range = "word", oneOf(k.Choices)
	}
	if k.Range == "" {
		k.Range = k.form.values
	}
	if k.Default == "" {
		k.Default = defaultText(k.def)
	}
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + list(words)
}

// defaultText writes a default in one line.
func defaultText(t *Tree) string {
	switch {
	case t == nil:
		return "none"
	case t.Kind == Scalar:
		return t.Text
	}
	var items []string
	for _, item := range t.Items {
		items = append(items, item.oneLine())
	}
	return fmt.Sprintf("[%s]", list(items))
}

func list(words []string) string { return strings.Join(words, ", ") }

// find returns the key of that name.
func (k Key) find(name string) (Key, bool) {
	i := slices.IndexFunc(k.Keys, func(c Key) bool { return c.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return k.Keys[i], true
}

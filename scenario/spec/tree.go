package spec

import (
	"slices"
)

// Tree is a value as it was said, with where that was: a scalar, a list or a mapping.
// The zero Tree is an empty scalar.
type Tree struct {
	Kind Kind
	// Text of a scalar; Quoted tells that it stood in quotes and is no number, Null that
	// nothing was said.
	Text         string
	Quoted, Null bool
	Items        []*Tree
	Fields       []*Field
	Origin       Origin

	by *edit // that made it, and may change it
}

// Kind is the form of a Tree.
type Kind int

const (
	// Scalar is one value, or none.
	Scalar Kind = iota
	// List has Items.
	List
	// Mapping has Fields, in the order in which they were said.
	Mapping
)

// Field is a key of a mapping and its value.
type Field struct {
	Key string
	// At is where the key stands.
	At    Origin
	Value *Tree
}

// field returns the value of a key; nil if it is not there.
func (t *Tree) field(key string) *Tree {
	if i := t.index(key); i >= 0 {
		return t.Fields[i].Value
	}
	return nil
}

// index returns the index of the field with a key; -1 if it is not there.
func (t *Tree) index(key string) int {
	for i := range t.Fields {
		if t.Fields[i].Key == key {
			return i
		}
	}
	return -1
}

// put sets a key of a mapping.
func (t *Tree) put(key string, at Origin, value *Tree) {
	if i := t.index(key); i >= 0 {
		t.Fields[i] = &Field{key, at, value}
		return
	}
	t.Fields = append(t.Fields, &Field{key, at, value})
}

// merge puts over on top of t: mappings key by key, all else instead of what was.
func (t *Tree) merge(over *Tree) {
	if t.Kind != Mapping || over.Kind != Mapping {
		*t = *over
		return
	}
	t.Origin = over.Origin
	for _, f := range over.Fields {
		below := t.field(f.Key)
		switch {
		case below == nil || below.Kind != Mapping:
			t.put(f.Key, f.At, f.Value)
		case f.Value.Null: // a mapping of which nothing is said
		default:
			below.merge(f.Value)
		}
	}
}

// Clone returns a copy of t that shares nothing with it.
func (t *Tree) Clone() *Tree {
	c := *t
	c.Items = slices.Clone(t.Items)
	for i, item := range c.Items {
		c.Items[i] = item.Clone()
	}
	c.Fields = slices.Clone(t.Fields)
	for i, f := range c.Fields {
		c.Fields[i] = &Field{f.Key, f.At, f.Value.Clone()}
	}
	return &c
}

// scalar returns a scalar tree.
func scalar(text string, quoted bool, at Origin) *Tree {
	return &Tree{Text: text, Quoted: quoted, Origin: at}
}

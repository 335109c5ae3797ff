package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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

func scalar(text string, quoted bool, at Origin) *Tree {
	return &Tree{Text: text, Quoted: quoted, Origin: at}
}

// step is one step of a path: a key, an index, or every index.
type step struct {
	key   string
	index int
	every bool
}

// nextStep takes the first step off a path like market.pools[0].price.mean, or pools[*] for all
// of a list; ok is false if it does not begin with one.
func nextStep(path string) (s step, rest string, ok bool) {
	if inside, bracket := strings.CutPrefix(path, "["); bracket {
		text, rest, closed := strings.Cut(inside, "]")
		if text == "*" {
			return step{every: true}, rest, closed
		}
		index, err := strconv.ParseUint(text, 10, 30)
		return step{index: int(index)}, rest, closed && err == nil && len(text) <= 9
	}
	key := strings.TrimPrefix(path, ".")
	n := 0
	for n < len(key) && inKey(key[n], n > 0) {
		n++
	}
	return step{key: key[:n]}, key[n:], n > 0
}

// inKey tells whether a character may be in a key; later is one that is not the first.
func inKey(c byte, later bool) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || later && ('0' <= c && c <= '9' || c == '-')
}

func checkPath(path string) error {
	if path == "" {
		return fmt.Errorf("path %q: is empty", path)
	}
	for rest := path; rest != ""; {
		s, after, ok := nextStep(rest)
		if !ok || rest == path && (s.key == "" || rest[0] == '.') {
			return fmt.Errorf("path %q: must be like market.pools[0].price.mean", path)
		}
		rest = after
	}
	return nil
}

func (s step) String() string {
	switch {
	case s.key != "":
		return s.key
	case s.every:
		return "[*]"
	}
	return fmt.Sprintf("[%d]", s.index)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func at(path string, index int) string { return path + "[" + strconv.Itoa(index) + "]" }

// With returns t with a value in the place that path names, the parameters of policies too; its
// keys, and the mappings on the way, need not be there, but items of lists must: [*] means all
// of them. t is not changed: what is beside the path, and the value, belong to both.
func (t *Tree) With(path string, value *Tree) (*Tree, error) { return new(edit).set(t, path, value) }

// edit is a series of changes of a tree. It copies a node that it changes, once: a node that it
// made is its own.
type edit struct {
	path  string // being set
	value *Tree
}

// set is With.
func (e *edit) set(t *Tree, path string, value *Tree) (*Tree, error) {
	if err := checkPath(path); err != nil {
		return t, err
	}
	e.path, e.value = path, value
	t, err := e.with(expanded(t), path)
	if err != nil {
		return t, err
	}
	return expanded(t), nil
}

// own returns t, or a copy that may be changed.
func (e *edit) own(t *Tree) *Tree {
	if t.by == e {
		return t
	}
	c := *t
	c.by = e
	c.Fields, c.Items = append(make([]*Field, 0, len(t.Fields)+1), t.Fields...), slices.Clone(t.Items)
	return &c
}

// done returns the path up to its rest.
func (e *edit) done(rest string) string { return e.path[:len(e.path)-len(rest)] }

// with returns t with the value at the rest of the path; after an error nothing is changed.
func (e *edit) with(t *Tree, rest string) (*Tree, error) {
	if rest == "" {
		return e.value, nil
	}
	s, after, _ := nextStep(rest)
	if s.key == "" {
		return e.withItem(t, s, rest, after)
	}
	if t.Kind == Scalar && t.Null {
		t = &Tree{Kind: Mapping, Origin: t.Origin, by: e}
	}
	if t.Kind != Mapping {
		return t, fmt.Errorf("%s is not a mapping, so it has no %s", e.done(rest), s.key)
	}
	f, i := &Field{Key: s.key, At: e.value.Origin}, t.index(s.key)
	if i >= 0 && after != "" {
		*f = *t.Fields[i]
	} else if after != "" {
		f.Value = &Tree{Null: true, Origin: e.value.Origin}
	}
	below, err := e.with(f.Value, after)
	if err != nil {
		return t, err
	}
	f.Value, t = below, e.own(t)
	if i < 0 {
		t.Fields = append(t.Fields, f)
	} else {
		t.Fields[i] = f
	}
	return t, nil
}

// withItem sets in one item of a list, or in all.
func (e *edit) withItem(t *Tree, s step, rest, after string) (*Tree, error) {
	if t.Kind != List {
		return t, fmt.Errorf("%s is not a list, so it has no %s", e.done(rest), s)
	}
	if !s.every && s.index >= len(t.Items) {
		return t, fmt.Errorf("%s has no %s: there are %d, from [0] on", e.done(rest), s, len(t.Items))
	}
	within := e
	if s.every && len(t.Items) > 1 {
		within = &edit{e.path, e.value} // what it changes is its own, so that an error in a later item undoes it
	}
	items := slices.Clone(t.Items)
	for i, item := range items {
		if s.every || i == s.index {
			var err error
			if items[i], err = within.with(item, after); err != nil {
				return t, err
			}
		}
	}
	t = e.own(t)
	t.Items = items
	return t, nil
}

// expanded returns t with its policies as mappings, as expandPolicies makes them.
func expanded(t *Tree) *Tree {
	i := t.index("policies")
	if i < 0 {
		return t
	}
	list := t.Fields[i].Value
	short := func(t *Tree) bool { return t.Kind == Scalar && !t.Null }
	if !short(list) && !slices.ContainsFunc(list.Items, short) {
		return t
	}
	c := *t
	c.Fields = slices.Clone(t.Fields)
	c.Fields[i] = &Field{c.Fields[i].Key, c.Fields[i].At, list.Clone()}
	expandPolicies(&c)
	return &c
}

// Find returns what is at a path, nil if nothing is.
func (t *Tree) Find(path string) *Tree {
	found, complete := t.nearest(path)
	if !complete {
		return nil
	}
	return found
}

// nearest returns what is at a path or, if nothing is, at the longest part of it.
func (t *Tree) nearest(path string) (found *Tree, complete bool) {
	for rest := path; rest != ""; {
		s, after, ok := nextStep(rest)
		if !ok {
			return t, false
		}
		below := t.below(s.key)
		if s.key == "" && t != nil && s.index < len(t.Items) {
			below = t.Items[s.index]
		}
		if below == nil {
			return t, false
		}
		t, rest = below, after
	}
	return t, true
}

// origin returns where what is at a path was said: the value itself, or, if it is a
// default, what lies around it.
func (t *Tree) origin(path string) Origin {
	for {
		found, complete := t.nearest(path)
		if path == "" || complete && found.Origin.Source != Default {
			return found.Origin
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

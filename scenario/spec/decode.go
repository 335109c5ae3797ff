package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/spelling"
)

// decoder makes a File of a Tree and collects what is wrong with it. A value with a
// problem leaves the default in place.
type decoder struct {
	problems Problems
	place    []step // of what is being decoded
}

// decoded is a tree and the File that it says.
type decoded struct {
	tree *Tree
	file *File
}

// part is what a decoded tree has in one place; the zero part is nothing.
type part struct {
	tree  *Tree
	value reflect.Value
}

// decode makes the File of a tree whose policies are expanded. What the tree shares with that
// of base, with which nothing is wrong, is taken from there; base may be nil.
func decode(t *Tree, base *decoded) (*decoded, Problems) {
	d, file := &decoder{place: make([]step, 0, 8)}, new(File)
	var old part
	if base != nil {
		old = part{base.tree, reflect.ValueOf(base.file).Elem()}
	}
	d.mapping(Root(), t, reflect.ValueOf(file).Elem(), old, reflect.ValueOf(defaults()).Elem())
	d.version(t)
	file.Market.Pools = slices.Clone(file.Market.Pools) // its own, to be filled
	return &decoded{t, file}, d.problems
}

func (d *decoder) version(t *Tree) {
	if t.Origin.Source == FromFile && t.unsaid("schema") {
		d.complain(t, "schema", "is missing; the first line must be schema: %s", Version)
	}
}

func (d *decoder) complain(t *Tree, path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Where: t.Origin, Path: path, Message: fmt.Sprintf(format, args...)})
}

func (d *decoder) path() (path string) {
	for _, s := range d.place {
		if s.key != "" {
			path = join(path, s.key)
		} else {
			path = at(path, s.index)
		}
	}
	return path
}

func (d *decoder) enter(s step) { d.place = append(d.place, s) }
func (d *decoder) leave()       { d.place = d.place[:len(d.place)-1] }

// mapping decodes the keys of a struct, which begins as it was, or with its defaults if keys
// went away.
func (d *decoder) mapping(k *Key, t *Tree, into reflect.Value, old part, def reflect.Value) {
	if t.extends(old.tree) {
		into.Set(old.value)
	} else {
		into.Set(def)
		old.tree = nil
	}
	if n := len(k.Keys); k.Keys[n-1].param != nil { // maps are shared
		field := into.Field(k.Keys[n-1].index)
		field.Set(reflect.ValueOf(maps.Clone(field.Interface().(market.Params))))
	}
	if t.Kind == Scalar && t.Null {
		return // a section of which nothing is said
	}
	if t.Kind != Mapping {
		d.complain(t, d.path(), "must be a mapping of keys and values")
		return
	}
	for i, f := range t.Fields {
		var was *Tree
		if old.tree != nil && i < len(old.tree.Fields) {
			was = old.tree.Fields[i].Value
		}
		if was == f.Value {
			continue
		}
		child, ok := k.find(f.Key)
		if !ok {
			d.problems = append(d.problems, Problem{Where: f.At, Path: join(d.path(), f.Key), Message: "is not a key" + k.didYouMean(f.Key)})
			continue
		}
		d.enter(step{key: f.Key})
		d.value(child, f.Value, into, part{was, old.value}, def)
		d.leave()
	}
}

// extends tells whether t has all keys of another mapping, in their order, before any other.
func (t *Tree) extends(other *Tree) bool {
	if other == nil || t.Kind != Mapping || other.Kind != Mapping || len(t.Fields) < len(other.Fields) {
		return false
	}
	for i, f := range other.Fields {
		if t.Fields[i].Key != f.Key {
			return false
		}
	}
	return true
}

func (k *Key) didYouMean(name string) string {
	var names []string
	for _, c := range k.Keys {
		names = append(names, c.Name)
	}
	hint := spelling.DidYouMean(name, names)
	return hint + " (known: " + list(names) + ")"
}

// value decodes the value of a key of a struct. old has the tree that the key had, and the
// struct; def the struct with its defaults.
func (d *decoder) value(k *Key, t *Tree, in reflect.Value, old part, def reflect.Value) {
	if !k.IsList && k.form == nil {
		if old.tree != nil {
			old.value = old.value.Field(k.index)
		}
		d.mapping(k, t, in.Field(k.index), old, def.Field(k.index))
		return
	}
	var v reflect.Value
	var ok bool
	if k.IsList {
		v, ok = d.list(k, t, old, def.Field(k.index))
	} else {
		v, ok = d.scalar(k, t)
	}
	if ok {
		k.set(in, v)
	} else {
		k.copy(in, def)
	}
}

// list decodes a list; a single value stands for a list of one, but not a mapping.
func (d *decoder) list(k *Key, t *Tree, old part, def reflect.Value) (list reflect.Value, ok bool) {
	items := t.Items
	if t.Kind == Scalar && !t.Null && k.form != nil {
		items = []*Tree{t}
	} else if t.Kind != List {
		must := "must be a list"
		if k.form != nil {
			must = "must be one value or a list of them"
		}
		d.complain(t, d.path(), "%s", must)
		return list, false
	}
	list = reflect.MakeSlice(def.Type(), 0, len(items))
	for i, item := range items {
		var was part
		if old.tree != nil && i < len(old.tree.Items) {
			was = part{old.tree.Items[i], old.value.Field(k.index).Index(i)}
		}
		d.enter(step{index: i})
		v, ok := was.value, true
		if was.tree != item {
			v, ok = d.item(k, item, was, def)
		}
		if ok && !(k.policies && d.twice(list, v, item)) {
			list = reflect.Append(list, v)
		}
		d.leave()
	}
	return list, true
}

// twice tells whether a policy is in the list already.
func (d *decoder) twice(list, policy reflect.Value, t *Tree) bool {
	name := policy.Interface().(Policy).String()
	found := slices.ContainsFunc(list.Interface().([]Policy), func(p Policy) bool { return p.String() == name })
	if found {
		d.complain(t.field("name"), d.path(), "%s is there twice", name)
	}
	return found
}

// item decodes an item of a list. A mapping that is one begins with the defaults of the first,
// and is there whatever is wrong in it, so that those after it keep their places.
func (d *decoder) item(k *Key, t *Tree, old part, def reflect.Value) (reflect.Value, bool) {
	switch {
	case k.policies:
		p, ok := d.policy(t, d.path())
		return reflect.ValueOf(p), ok
	case k.form != nil:
		return d.scalar(k, t)
	}
	if t.Null {
		d.complain(t, d.path(), "has no value")
	}
	item := reflect.New(def.Type().Elem()).Elem()
	d.mapping(k, t, item, old, def.Index(0))
	return item, true
}

func (d *decoder) scalar(k *Key, t *Tree) (reflect.Value, bool) {
	if t.Kind != Scalar {
		d.complain(t, d.path(), "must be one value, not a list or a mapping")
		return reflect.Value{}, false
	}
	v, err := k.form.value(t)
	if err != nil {
		d.complain(t, d.path(), "%v", err)
		return v, false
	}
	if k.Choices != nil && !slices.Contains(k.Choices, v.String()) {
		d.complain(t, d.path(), "%s must be %s%s", quote(v.String()), k.Range, spelling.DidYouMean(v.String(), k.Choices))
		return v, false
	}
	switch said := v.Interface().(type) {
	case Path:
		v = reflect.ValueOf(t.Origin.path(said))
	case TaskPolicy:
		if said.Spec, err = withFiles(said.Spec, t.Origin.path); err != nil {
			d.complain(t, d.path(), "%v", err)
		}
		v = reflect.ValueOf(said)
	}
	return v, err == nil
}

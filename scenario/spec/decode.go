package spec

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/bobby-math/tessera/spelling"
)

// decoder makes a File of a Tree and collects what is wrong with it. A value with a
// problem leaves the default in place.
type decoder struct {
	problems Problems
	policies []string // so far, with their parameters
}

func decode(t *Tree) (*File, Problems) {
	expandPolicies(t)
	d, file := &decoder{}, defaultFile()
	d.mapping(root, t, "", reflect.ValueOf(file).Elem())
	d.version(t)
	return file, d.problems
}

// version insists that a file says what it is.
func (d *decoder) version(t *Tree) {
	if said := t.field("schema"); t.Origin.Source == FromFile && (said == nil || said.Origin.Source == Default) {
		d.complain(t, "schema", "is missing; the first line must be schema: %s", Version)
	}
}

func (d *decoder) complain(t *Tree, path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Where: t.Origin, Path: path, Message: fmt.Sprintf(format, args...)})
}

// mapping decodes the keys of a struct.
func (d *decoder) mapping(k Key, t *Tree, path string, into reflect.Value) {
	if t.Kind == Scalar && t.Null {
		return // a section of which nothing is said
	}
	if t.Kind != Mapping {
		d.complain(t, path, "must be a mapping of keys and values")
		return
	}
	for _, f := range t.Fields {
		child, ok := k.find(f.Key)
		if !ok {
			d.problems = append(d.problems, Problem{Where: f.At, Path: join(path, f.Key), Message: "is not a key" + k.didYouMean(f.Key)})
			continue
		}
		d.value(child, f.Value, join(path, f.Key), into.Field(child.index))
	}
}

func (k Key) didYouMean(name string) string {
	var names []string
	for _, c := range k.Keys {
		names = append(names, c.Name)
	}
	hint := spelling.DidYouMean(name, names)
	return hint + " (known: " + list(names) + ")"
}

func (d *decoder) value(k Key, t *Tree, path string, into reflect.Value) {
	switch {
	case k.IsList:
		d.list(k, t, path, into)
	case k.form == nil:
		d.mapping(k, t, path, into)
	default:
		if v, ok := d.scalar(k, t, path); ok {
			if into.Kind() == reflect.Pointer {
				into.Set(reflect.New(into.Type().Elem()))
				into = into.Elem()
			}
			into.Set(v)
		}
	}
}

// list decodes a list; a single value stands for a list of one, but not a mapping.
func (d *decoder) list(k Key, t *Tree, path string, into reflect.Value) {
	items := t.Items
	if t.Kind == Scalar && !t.Null && k.form != nil {
		items = []*Tree{t}
	} else if t.Kind != List {
		d.complain(t, path, "must be a list")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), 0, len(items)))
	for i, item := range items {
		if v, ok := d.item(k, item, at(path, i)); ok {
			into.Set(reflect.Append(into, v))
		}
	}
}

// item decodes an item of a list. A mapping that is one begins with its defaults, and is
// there whatever is wrong in it, so that those after it keep their places.
func (d *decoder) item(k Key, t *Tree, path string) (reflect.Value, bool) {
	switch {
	case k.policies:
		p, ok := d.policy(t, path)
		return reflect.ValueOf(p), ok
	case k.form != nil:
		return d.scalar(k, t, path)
	}
	pool := reflect.ValueOf(&defaultFile().Market.Pools[0]).Elem()
	if t.Null {
		d.complain(t, path, "has no value")
	}
	d.mapping(k, t, path, pool)
	return pool, true
}

func (d *decoder) scalar(k Key, t *Tree, path string) (reflect.Value, bool) {
	if t.Kind != Scalar {
		d.complain(t, path, "must be one value, not a list or a mapping")
		return reflect.Value{}, false
	}
	v, err := k.form.value(t)
	if err != nil {
		d.complain(t, path, "%v", err)
		return v, false
	}
	if k.Choices != nil && !slices.Contains(k.Choices, v.String()) {
		d.complain(t, path, "%s must be %s%s", quote(v.String()), k.Range, spelling.DidYouMean(v.String(), k.Choices))
		return v, false
	}
	if p, ok := v.Interface().(Path); ok && !filepath.IsAbs(string(p)) {
		v = reflect.ValueOf(Path(filepath.Join(t.Origin.folder(), string(p))))
	}
	return v, true
}

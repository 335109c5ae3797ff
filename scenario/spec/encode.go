package spec

import "reflect"

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

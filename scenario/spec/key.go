package spec

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
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
	Keys []*Key
	// IsList tells that it is a list.
	IsList bool
	// Derived tells that its default depends on other keys.
	Derived bool

	form     *form // of a scalar, or of the items of a list of them
	policies bool
	index    int           // of the field in its struct
	param    *market.Param // of which the field has the value; nil if the field is the value
	def      *Tree
}

// Root describes a whole scenario: its Keys are those of the file. It is made when all models
// are registered.
var Root = sync.OnceValue(func() *Key {
	root := &Key{Keys: keysOf(reflect.TypeFor[File](), nil)}
	root.def = encode(root, reflect.ValueOf(defaultFile()), nil)
	root.Keys = keysOf(reflect.TypeFor[File](), root.def)
	return root
})

// keysOf returns the keys of a struct; defaults is a mapping of their defaults.
func keysOf(t reflect.Type, defaults *Tree) (keys []*Key) {
	for i := range t.NumField() {
		field := t.Field(i)
		tag := field.Tag.Get
		if kind := tag("params"); kind != "" {
			keys = append(keys, paramKeys(kind, i, defaults)...)
			continue
		}
		k := &Key{Name: tag("key"), Doc: tag("doc"), Unit: tag("unit"), Default: tag("default"), Range: tag("range"), index: i, def: defaults.below(tag("key"))}
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
		k.choose(choices(choice))
	}
	if k.Range == "" {
		k.Range = k.form.values
	}
	if k.Default == "" {
		k.Default = defaultText(k.def)
	}
}

func (k *Key) choose(words, docs []string) {
	k.Choices, k.ChoiceDocs, k.Unit, k.Range = words, docs, "word", oneOf(words)
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + list(words)
}

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

// At returns the key at a path, as market.pools[*].on_demand; nil if there is none.
func (k *Key) At(path string) *Key {
	for path != "" && k != nil {
		s, rest, _ := nextStep(path)
		if path = rest; s.key != "" {
			k, _ = k.find(s.key)
		}
	}
	return k
}

func (k *Key) find(name string) (*Key, bool) {
	for _, c := range k.Keys {
		if c.Name == name {
			return c, true
		}
	}
	return nil, false
}

// get returns the value of the key in its struct; ok is false if it has none yet.
func (k *Key) get(in reflect.Value) (v reflect.Value, ok bool) {
	v = in.Field(k.index)
	if k.param != nil {
		x, ok := v.Interface().(market.Params)[k.Name]
		return reflect.ValueOf(x), ok
	}
	if v.Kind() == reflect.Pointer {
		return v.Elem(), !v.IsNil()
	}
	return v, v.Kind() != reflect.Slice || !v.IsNil()
}

// copy sets the key to what it has in another struct.
func (k *Key) copy(in, from reflect.Value) {
	if k.param == nil {
		in.Field(k.index).Set(from.Field(k.index))
	} else if v, ok := k.get(from); ok {
		k.set(in, v)
	} else {
		delete(in.Field(k.index).Interface().(market.Params), k.Name)
	}
}

// set sets the key to a value of the type that its form reads.
func (k *Key) set(in, v reflect.Value) {
	field := in.Field(k.index)
	switch {
	case k.param != nil:
		field.Interface().(market.Params)[k.Name] = v.Interface()
	case field.Kind() == reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		field.Elem().Set(v)
	default:
		field.Set(v)
	}
}

// choices returns the words that the tag choice stands for, and what each means, if there
// is more to it.
func choices(tag string) (words, docs []string) {
	switch tag {
	case "version":
		return []string{Version}, nil
	case "price":
		return described(market.PriceModels(), func(m market.PriceModel) (string, string) { return m.Name, m.Doc })
	case "preemption":
		return described(market.PreemptionModels(), func(m market.PreemptionModel) (string, string) { return m.Name, m.Doc })
	case "polarity":
		words, docs = described([]traces.Polarity{traces.Available, traces.AvailableAny, traces.Unavailable}, func(p traces.Polarity) (string, string) { return p.String(), "" })
		presets, presetDocs := described(traces.Presets(), func(p traces.Preset) (string, string) { return p.Name, p.Doc })
		return append(words, presets...), append(docs, presetDocs...)
	case "shape":
		return texts(rng.Shapes), nil
	case "arrivals":
		return texts(workload.ArrivalModels), nil
	case "since":
		return texts([]market.Since{market.SinceReady, market.SinceLaunch}), nil
	case "basis":
		return texts([]market.Basis{market.MovingPrice, market.LaunchPrice}), nil
	case "guarantee":
		return texts(scheduler.Guarantees), nil
	case "job billing":
		return texts(scenario.JobBillings), nil
	case "warning":
		return texts(scheduler.Warnings), nil
	case "balancer":
		return texts(workload.Balancings), nil
	case "requests":
		forms := append([]workload.RequestForm{{Name: noRequests}}, workload.RequestForms...)
		return described(forms, func(f workload.RequestForm) (string, string) { return f.Name, f.Doc })
	}
	panic("spec: no choice " + tag)
}

func described[T any](list []T, of func(T) (word, doc string)) (words, docs []string) {
	for _, one := range list {
		word, doc := of(one)
		words, docs = append(words, word), append(docs, doc)
	}
	return words, docs
}

func texts[T ~string](list []T) (words []string) {
	for _, one := range list {
		words = append(words, string(one))
	}
	return words
}

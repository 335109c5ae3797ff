package spec

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
)

// params returns the parameters of the models of a kind, and by name which models use each;
// nil if all do.
func params(kind string) (declared []*market.Param, users map[string][]string) {
	uses := map[string][]*market.Param{}
	switch kind {
	case "price":
		declared = market.PriceParams()
		for _, m := range market.PriceModels() {
			uses[m.Name] = m.Params
		}
	case "preemption":
		declared = market.PreemptionParams()
		for _, m := range market.PreemptionModels() {
			uses[m.Name] = m.Params
		}
	default:
		panic("spec: no models of " + kind)
	}
	models, _ := choices(kind)
	users = map[string][]string{}
	for _, model := range models {
		for _, d := range uses[model] {
			users[d.Name] = append(users[d.Name], model)
		}
	}
	for name, list := range users {
		if len(list) == len(models) {
			delete(users, name)
		}
	}
	return declared, users
}

// paramKeys returns the keys of the parameters of the models of a kind, whose values are in
// the field with that index.
func paramKeys(kind string, index int, defaults *Tree) (keys []*Key) {
	declared, users := params(kind)
	for _, d := range declared {
		f := paramForm(d.Kind)
		k := &Key{
			Name: d.Name, Doc: ofModels(d.Doc, users[d.Name]), Unit: f.unit, Default: d.Depends, Derived: d.Derived(),
			index: index, param: d, form: f, def: defaults.below(d.Name),
		}
		if d.Kind == market.KindWord {
			k.choose(d.Choices, nil)
		} else {
			k.Range = d.Range(func(v any) string { return f.write(reflect.ValueOf(v)) })
		}
		if k.Default == "" {
			k.Default = defaultText(k.def)
		}
		keys = append(keys, k)
	}
	return keys
}

// ofModels says which models a parameter is of, behind the first clause of its description.
func ofModels(doc string, models []string) string {
	if models == nil {
		return doc
	}
	end := strings.IndexAny(doc+".", ".:;")
	for end < len(doc)-1 && doc[end+1] != ' ' { // not within a number
		end += 1 + strings.IndexAny(doc[end+1:]+".", ".:;")
	}
	return fmt.Sprintf("%s (%s)%s", doc[:end], list(models), doc[end:])
}

// paramForm returns how the values of a kind of parameter are written.
func paramForm(kind market.Kind) *form {
	switch kind {
	case market.KindPrice:
		return forms[reflect.TypeFor[cloud.Price]()]
	case market.KindDuration:
		return forms[reflect.TypeFor[time.Duration]()]
	case market.KindShare:
		return floatForm(reflect.TypeFor[Share](), "")
	case market.KindRate:
		return floatForm(reflect.TypeFor[Rate](), "")
	case market.KindNumber:
		return floatForm(reflect.TypeFor[float64](), "number")
	}
	return forms[reflect.TypeFor[string]()]
}

// floatForm returns the form of a type of numbers, for values that are a plain float64.
func floatForm(t reflect.Type, unit string) *form {
	as := forms[t]
	f := *as
	if unit != "" {
		f.unit = unit
	}
	f.read = func(text string) (reflect.Value, bool) {
		v, ok := as.read(text)
		return v.Convert(reflect.TypeFor[float64]()), ok
	}
	f.write = func(v reflect.Value) string { return as.write(v.Convert(t)) }
	return &f
}

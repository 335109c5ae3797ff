package spec

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scheduler"
)

// Policy is a policy with its parameters.
type Policy struct{ scheduler.Spec }

// settingsPattern is how the parameters of a policy are written behind its name.
const settingsPattern = `(:[a-z_]+=[^:,]*)*`

func policyKey(p scheduler.Param) *Key {
	k := &Key{Name: p.Name, Doc: p.Doc, form: forms[reflect.TypeFor[string]()]}
	switch p.Type {
	case scheduler.Number:
		k.form, k.Unit = forms[reflect.TypeFor[int]()], "whole number"
	case scheduler.Duration:
		k.form = forms[reflect.TypeFor[time.Duration]()]
	case scheduler.Share:
		k.form = forms[reflect.TypeFor[Share]()]
	case scheduler.File:
		k.Unit = "file"
	}
	if k.Range = strings.TrimPrefix(p.Range(), "range "); k.Unit == "" {
		k.Unit = k.form.unit
	}
	if p.Type == scheduler.Choice {
		k.choose(p.Choices, nil)
	}
	k.def = scalar(p.Text(p.Default), k.form.word, Origin{})
	k.Default = cmp.Or(k.def.Text, "none")
	return k
}

// withFiles returns a policy with the paths of its files changed. The error is of paths that no
// parameter can have.
func withFiles(s scheduler.Spec, change func(Path) Path) (scheduler.Spec, error) {
	var errs []error
	for name, path := range s.FileParams() {
		errs = append(errs, s.SetFile(name, string(change(Path(path))), nil))
	}
	return s, errors.Join(errs...)
}

// expandPolicies turns policies that are written as in fallback:after=3 into mappings, so
// that every parameter has a path.
func expandPolicies(t *Tree) {
	list := t.field("policies")
	if list == nil || list.Kind == Mapping {
		return
	}
	if list.Kind == Scalar && !list.Null {
		*list = Tree{Kind: List, Items: []*Tree{list.Clone()}, Origin: list.Origin}
	}
	for _, item := range list.Items {
		if item.Kind == Scalar && !item.Null {
			*item = *policyTree(item.Text, item.Origin)
		}
	}
}

func policyTree(text string, at Origin) *Tree {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), ":")
	t := &Tree{Kind: Mapping, Origin: at}
	t.put("name", at, scalar(name, false, at))
	for setting := range strings.SplitSeq(rest, ":") {
		if key, value, _ := strings.Cut(setting, "="); setting != "" {
			t.put(key, at, scalar(value, false, at))
		}
	}
	return t
}

func (d *decoder) policy(t *Tree, path string) (Policy, bool) {
	if t.Kind != Mapping {
		d.complain(t, path, "must be a policy like greedy or fallback:after=3, or a mapping with its name")
		return Policy{}, false
	}
	name := t.field("name")
	if name == nil || name.Kind != Scalar {
		d.complain(t, path, "has no name")
		return Policy{}, false
	}
	spec, err := scheduler.Parse(name.Text + ":")
	if err != nil || strings.Contains(name.Text, ":") {
		if err == nil {
			err = fmt.Errorf("%q is not a policy", name.Text)
		}
		d.complain(name, join(path, "name"), "%v", err)
		return Policy{}, false
	}
	return Policy{spec}, d.parameters(spec, t, path)
}

func (d *decoder) parameters(spec scheduler.Spec, t *Tree, path string) (ok bool) {
	ok = true
	for _, f := range t.Fields {
		if f.Key == "name" {
			continue
		}
		one, err := scheduler.Parse(spec.Entry.Name + ":" + f.Key + "=" + f.Value.Text)
		switch {
		case f.Value.Kind != Scalar || strings.ContainsAny(f.Key, ":="):
			err = errors.New("must be one value")
		case strings.Contains(f.Value.Text, ":"):
			err = fmt.Errorf("%s must be without ':'", quote(f.Value.Text))
		case err == nil:
			one, err = withFiles(one, f.Value.Origin.path)
		}
		if err != nil {
			d.problems = append(d.problems, Problem{Where: f.At, Path: join(path, f.Key), Message: err.Error()})
			ok = false
			continue
		}
		spec.Args[f.Key] = one.Args[f.Key]
	}
	return ok
}

// withAbsoluteFiles returns a policy as it is in every folder.
func withAbsoluteFiles(s scheduler.Spec) scheduler.Spec {
	if absolute, err := withFiles(s, Path.absolute); err == nil {
		return absolute
	}
	return s
}

func encodePolicy(p Policy) *Tree {
	p.Spec = withAbsoluteFiles(p.Spec)
	t := &Tree{Kind: Mapping}
	t.put("name", Origin{}, scalar(p.Entry.Name, false, Origin{}))
	for _, param := range p.Entry.Params {
		t.put(param.Name, Origin{}, scalar(param.Text(p.Args[param.Name]), param.Type >= scheduler.Choice, Origin{}))
	}
	return t
}

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

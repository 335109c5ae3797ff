package spec

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/scheduler"
)

// Policy is a policy with its parameters.
type Policy struct{ scheduler.Spec }

// settingsPattern is how the parameters of a policy are written behind its name.
const settingsPattern = `(:[a-z_]+=[^:,]*)*`

// policyKey describes a parameter of a policy as a key.
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

// policy decodes a policy with its parameters.
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
	if !d.parameters(spec, t, path) {
		return Policy{}, false
	}
	if slices.Contains(d.policies, spec.String()) {
		d.complain(name, path, "%s is there twice", spec)
		return Policy{}, false
	}
	d.policies = append(d.policies, spec.String())
	return Policy{spec}, true
}

// parameters sets the parameters of spec that t has.
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

// encodePolicy is the reverse of policy.
func encodePolicy(p Policy) *Tree {
	t := &Tree{Kind: Mapping}
	t.put("name", Origin{}, scalar(p.Entry.Name, false, Origin{}))
	for _, param := range p.Entry.Params {
		t.put(param.Name, Origin{}, scalar(param.Text(p.Args[param.Name]), param.Type >= scheduler.Choice, Origin{}))
	}
	return t
}

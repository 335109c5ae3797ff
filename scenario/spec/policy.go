package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// Policy is a policy with its parameters.
type Policy struct{ scheduler.Spec }

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
	if !forScenarios(spec.Entry) {
		d.complain(name, join(path, "name"), "%s is for one job with a deadline: use tessera job", spec.Entry.Name)
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
		if err != nil || f.Value.Kind != Scalar || strings.ContainsAny(f.Key+f.Value.Text, ":=") {
			if err == nil || f.Value.Kind != Scalar {
				err = fmt.Errorf("must be one value")
			}
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
		t.put(param.Name, Origin{}, scalar(param.Text(p.Args[param.Name]), false, Origin{}))
	}
	return t
}

// forScenarios tells whether a policy is for tasks or for services.
func forScenarios(e scheduler.Entry) bool {
	return e.For(scheduler.KindTasks) || e.For(scheduler.KindService)
}

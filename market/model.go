package market

import (
	"fmt"
	"slices"
	"strings"
)

// Model is a registered model of prices or of preemptions; New is a function that makes it.
type Model[New any] struct {
	Name string
	// Title is the name of a price model in prose, as in "Generating spot price data (...)".
	Title string
	Doc   string
	// Synthetic price models make prices up, clamped and in steps; the others are given.
	Synthetic bool
	// Params are the parameters that the model uses; of a price the mean among them.
	Params []*Param
	New    New
}

// registry has the models of one kind.
type registry[New any] struct {
	kind     string
	standard string       // the model of a pool of which nothing else is known
	models   []Model[New] // sorted by name
	params   []*Param     // of all models, each once: those of the standard model first
}

// register adds a model. Two parameters of one name are a programming error.
func (r *registry[New]) register(m Model[New]) {
	r.models = append(r.models, m)
	slices.SortFunc(r.models, func(a, b Model[New]) int { return strings.Compare(a.Name, b.Name) })
	standard, _ := r.find(r.standard)
	r.params = slices.Clone(standard.Params)
	for _, m := range r.models {
		for _, d := range m.Params {
			switch i := slices.IndexFunc(r.params, func(o *Param) bool { return o.Name == d.Name }); {
			case i < 0:
				r.params = append(r.params, d)
			case r.params[i] != d:
				panic("market: parameter " + d.Name + " is declared twice")
			}
		}
	}
}

func (r *registry[New]) find(name string) (m Model[New], ok bool) {
	for i := range r.models {
		if r.models[i].Name == name {
			return r.models[i], true
		}
	}
	return m, false
}

// mustFind panics if there is no such model.
func (r *registry[New]) mustFind(name string) Model[New] {
	m, ok := r.find(name)
	if !ok {
		panic(fmt.Sprintf("market: no %s model %s", r.kind, name))
	}
	return m
}

// check returns everything that is wrong with a model of that name and its parameters.
func (r *registry[New]) check(name string, p Params) (errs []error) {
	m, ok := r.find(name)
	if !ok {
		return []error{fmt.Errorf("model: %q is not a %s model", name, r.kind)}
	}
	for _, d := range m.Params {
		if err := d.check(p, m.Params); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// fill sets the parameters that p, those of a pool, does not have to their defaults, where these
// are known.
func (r *registry[New]) fill(p *Params, pool *Pool) {
	*p = p.clone()
	for _, d := range r.params {
		switch _, set := (*p)[d.Name]; {
		case set:
		case d.Derive != nil:
			(*p)[d.Name] = d.Derive(pool)
		case d.Default != nil:
			(*p)[d.Name] = d.Default
		}
	}
}

package market

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Params are values of parameters by name. One that is not set is zero. Copies share their
// values: PriceSpec.With and PreemptionSpec.With change one without the others.
type Params map[string]any

// Price returns the value of a parameter of KindPrice.
func (p Params) Price(name string) cloud.Price { return valueOf[cloud.Price](p, name) }

// Duration returns the value of a parameter of KindDuration.
func (p Params) Duration(name string) time.Duration { return valueOf[time.Duration](p, name) }

// Number returns the value of a parameter of KindShare, KindRate or KindNumber.
func (p Params) Number(name string) float64 { return valueOf[float64](p, name) }

// Word returns the value of a parameter of KindWord.
func (p Params) Word(name string) string { return valueOf[string](p, name) }

func valueOf[T any](p Params, name string) (v T) {
	if set, ok := p[name]; ok {
		v = set.(T)
	}
	return v
}

// value returns the value of a declared parameter.
func (p Params) value(d *Param) any {
	if v, set := p[d.Name]; set {
		return v
	}
	return zeros[d.Kind]
}

// with returns p with one value changed. A name or type that is not declared panics.
func (p Params) with(declared []*Param, name string, v any) Params {
	i := slices.IndexFunc(declared, func(d *Param) bool { return d.Name == name })
	if i < 0 || reflect.TypeOf(v) != reflect.TypeOf(zeros[declared[i].Kind]) {
		panic(fmt.Sprintf("market: no parameter %s with values like %T(%v)", name, v, v))
	}
	p = p.clone()
	p[name] = v
	return p
}

// clone returns a copy of p that can be set.
func (p Params) clone() Params {
	if p == nil {
		return Params{}
	}
	return maps.Clone(p)
}

// check returns everything that is wrong with the values for a model with these parameters.
func (p Params) check(model []*Param) (errs []error) {
	for _, d := range model {
		if err := d.check(p, model); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// Defaults returns the defaults that do not depend on others.
func Defaults(declared []*Param) Params {
	p := Params{}
	for _, d := range declared {
		if !d.Derived() {
			p[d.Name] = d.Default
		}
	}
	return p
}

// union returns the parameters of models, each once. Two of one name are a programming error.
func union(lists ...[]*Param) (all []*Param) {
	for _, d := range slices.Concat(lists...) {
		i := slices.IndexFunc(all, func(o *Param) bool { return o.Name == d.Name })
		switch {
		case i < 0:
			all = append(all, d)
		case all[i] != d:
			panic("market: parameter " + d.Name + " is declared twice")
		}
	}
	return all
}

// unitSuffixes end the names of JSON fields of the kinds.
var unitSuffixes = [...]string{KindPrice: "_usd_per_hour", KindDuration: "_ns", KindRate: "_per_hour", KindWord: ""}

// marshal writes a model and the values of all declared parameters as JSON.
func (p Params) marshal(model string, declared []*Param) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"model":%q`, model)
	for _, d := range declared {
		v, err := json.Marshal(p.value(d))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, `,"%s%s":%s`, d.Name, unitSuffixes[d.Kind], v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

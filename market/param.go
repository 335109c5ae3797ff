package market

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Kind is what the values of a parameter are, and so their Go type.
type Kind int

const (
	// KindPrice is dollars an hour, a cloud.Price.
	KindPrice Kind = iota
	// KindDuration is a time.Duration.
	KindDuration
	// KindShare is a part of something, a float64.
	KindShare
	// KindRate is times an hour, a float64.
	KindRate
	// KindNumber is a plain number, a float64.
	KindNumber
	// KindWord is one of the Choices, a string.
	KindWord
)

// zeros are the zero values of the kinds.
var zeros = [...]any{cloud.Price(0), time.Duration(0), 0., 0., 0., ""}

// Param declares a parameter of price or preemption models: the key in scenario files, its
// check, its JSON Schema and its documentation are made from it. Its values have the Go type
// of its kind. Models that share a parameter list one *Param.
type Param struct {
	// Name is the key in scenario files.
	Name string
	Kind Kind
	// Doc says what it is, in sentences.
	Doc string
	// Low and High bound the values; the zero End is no bound.
	Low, High End
	// Choices of a word.
	Choices []string
	// Default holds unless it depends on others.
	Default any
	// Depends says in words how the default depends on others, and Derive returns it for a
	// pool of which OnDemand and the parameters declared before are set; nil leaves it to the
	// model.
	Depends string
	Derive  func(p *Pool) any
}

// End is an end of a range.
type End struct {
	// Value is the end; beside Param, for models without that parameter.
	Value any
	// Open: the end is not in the range itself.
	Open bool
	// Param is a parameter whose value is the end. Of two that bound each other the error names
	// the lower one.
	Param string
}

// Derived tells whether the default depends on others.
func (d *Param) Derived() bool { return d.Depends != "" }

// check returns what is wrong with the value in p, which is for a model with these parameters.
func (d *Param) check(p Params, model []*Param) error {
	v := p.value(d)
	if d.Kind == KindWord {
		if !slices.Contains(d.Choices, v.(string)) {
			return fmt.Errorf("%s: %q must be one of %v", d.Name, v, d.Choices)
		}
		return nil
	}
	low, high := d.Low.resolve(p, model), d.High.resolve(p, model)
	if (d.Low.Param != "" || low.allows(v, +1)) && high.allows(v, -1) {
		return nil
	}
	text := func(e End) string {
		if e.Value == zeros[d.Kind] {
			return "0"
		}
		return fmt.Sprint(e.Value)
	}
	value := fmt.Sprint(v)
	if d.Kind == KindRate {
		value += " an hour"
	}
	return fmt.Errorf("%s: %s must be %s", d.Name, value, rangeText(low, high, "in ", text))
}

// resolve returns the end with its value among those of a model.
func (e End) resolve(p Params, model []*Param) End {
	if e.Param == "" {
		return e
	}
	if i := slices.IndexFunc(model, func(d *Param) bool { return d.Name == e.Param }); i >= 0 {
		e.Value = p.value(model[i])
	} else {
		e.Param = ""
	}
	return e
}

// allows tells whether v lies on the right side of the end: above it if side is +1, below if -1.
func (e End) allows(v any, side int) bool {
	if e.Value == nil {
		return true
	}
	o := side * order(v, e.Value)
	return o > 0 || o == 0 && !e.Open
}

func order(a, b any) int {
	switch b := b.(type) {
	case cloud.Price:
		return cmp.Compare(a.(cloud.Price), b)
	case time.Duration:
		return cmp.Compare(a.(time.Duration), b)
	case float64:
		return cmp.Compare(a.(float64), b)
	}
	return 0
}

// Range writes the range of the parameter, whose values value writes.
func (d *Param) Range(value func(any) string) string {
	return rangeText(d.Low, d.High, "", func(e End) string { return value(e.Value) })
}

// rangeText writes a range; in leads one with two ends.
func rangeText(low, high End, in string, value func(End) string) string {
	text := func(e End) string {
		switch {
		case e.Param != "" && in != "":
			return fmt.Sprintf("the %s of %s", e.Param, value(e))
		case e.Param != "":
			return "the " + e.Param
		}
		return value(e)
	}
	switch {
	case low.Value == nil && high.Value == nil:
		return "any value"
	case low.Value == nil:
		return "<= " + text(high)
	case high.Value == nil:
		return ">= " + text(low)
	}
	left, right := "[", "]"
	if low.Open {
		left = "("
	}
	if high.Open {
		right = ")"
	}
	return in + left + text(low) + ", " + text(high) + right
}

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

func (p Params) clone() Params {
	if p == nil {
		return Params{}
	}
	return maps.Clone(p)
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

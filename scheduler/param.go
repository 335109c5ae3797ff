package scheduler

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/spelling"
)

// ParamType is what the values of a parameter are.
type ParamType uint8

const (
	Number   ParamType = iota // a whole number, in Go an int
	Duration                  // a time.Duration, written as 90s or 1h30m
	Share                     // a float64, written as 0.15 or 15%
	Choice                    // a string, one of a list of words
	Text                      // a string
	File                      // the path of a file, in Go a string. Spec.SetFile adds the content
)

// String returns the type in a word, as "duration".
func (t ParamType) String() string {
	return [...]string{"number", "duration", "share", "choice", "text", "file"}[t]
}

// Param is a parameter of a policy. No value contains ':' or ',', or begins or ends with a
// blank, so that a policy with its parameters is one item of a list.
type Param struct {
	Name, Doc string
	Type      ParamType
	Default   any // of the type's Go type. If it is left out it is zero, of a Choice the first
	// Min and Max bound the values of a Number, a Duration or a Share, and are of the same Go
	// type. Min is 0 if it is left out, Max is 1 for a Share and must be given for the others.
	Min, Max any
	Choices  []string // the words of a Choice; nil for the other types
}

// complete fills in what may be left out, or returns what is wrong with p.
func (p *Param) complete() error {
	if (p.Type == Choice) != (len(p.Choices) > 0) {
		return fmt.Errorf("a %v with the choices %q", p.Type, p.Choices)
	}
	var zero, most any
	switch p.Type {
	case Number:
		zero = 0
	case Duration:
		zero = time.Duration(0)
	case Share:
		zero, most = 0.0, 1.0
	case Choice:
		zero = p.Choices[0]
	default:
		zero = ""
	}
	typed := func(x any) bool { return reflect.TypeOf(x) == reflect.TypeOf(zero) }
	orElse(&p.Default, zero)
	if p.Type > Share {
		if !typed(p.Default) || p.Min != nil || p.Max != nil {
			return fmt.Errorf("a %v takes a default of type string and no bounds, not %v in [%v, %v]", p.Type, p.Default, p.Min, p.Max)
		}
	} else {
		orElse(&p.Min, zero)
		orElse(&p.Max, most)
		if !typed(p.Default) || !typed(p.Min) || !typed(p.Max) {
			return fmt.Errorf("default %v, min %v and max %v must be of type %T", p.Default, p.Min, p.Max, zero)
		}
	}
	_, err := p.parse(p.Text(p.Default))
	return err
}

func orElse(value *any, otherwise any) {
	if *value == nil {
		*value = otherwise
	}
}

// within returns x if it is in the bounds of p.
func within[T int | time.Duration | float64](p Param, x T) (any, error) {
	if x >= p.Min.(T) && x <= p.Max.(T) {
		return x, nil
	}
	return nil, p.expected()
}

// parse reads a value.
func (p Param) parse(text string) (any, error) {
	switch p.Type {
	case Number:
		if n, err := strconv.Atoi(text); err == nil {
			return within(p, n)
		}
	case Duration:
		if d, err := time.ParseDuration(text); err == nil {
			return within(p, d)
		}
	case Share:
		if percent, ok := strings.CutSuffix(text, "%"); ok {
			text = percent + "e-2" // so that it is rounded once
		}
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return within(p, x+0) // -0 is 0
		}
	case Choice:
		if slices.Contains(p.Choices, text) {
			return text, nil
		}
		return nil, fmt.Errorf("%w%s", p.expected(), spelling.DidYouMean(text, p.Choices))
	default:
		if !strings.ContainsAny(text, ":,\n") && text == strings.TrimSpace(text) {
			return p.value(text), nil
		}
	}
	return nil, p.expected()
}

// value returns x as Args hold it.
func (p Param) value(x any) any {
	if p.Type == File {
		return file{path: x.(string)}
	}
	return x
}

// expected says which values there are.
func (p Param) expected() error {
	like := [...]string{Number: "a whole number", Duration: "a time like 90s or 1h30m,", Share: "a share like 0.15 or 15%,"}
	switch {
	case p.Type <= Share:
		return fmt.Errorf("must be %s in [%s, %s]", like[p.Type], p.Text(p.Min), p.Text(p.Max))
	case p.Type == Choice:
		return errors.New("must be " + p.Range())
	default:
		return errors.New("must be " + p.Range() + ", and have no blank at either end")
	}
}

// Text writes a value of Args as Parse reads it.
func (p Param) Text(value any) string {
	switch v := value.(type) {
	case time.Duration:
		text := v.String()
		if strings.HasSuffix(text, "m0s") {
			text = strings.TrimSuffix(text, "0s")
		}
		if strings.HasSuffix(text, "h0m") {
			text = strings.TrimSuffix(text, "0m")
		}
		return text
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case file:
		return v.path
	default:
		return fmt.Sprint(v)
	}
}

// Range says in words which values there are.
func (p Param) Range() string {
	switch p.Type {
	case Choice:
		return "one of " + strings.Join(p.Choices, ", ")
	case Text:
		return "a text without ':' and ','"
	case File:
		return "the path of a file, without ':' and ','"
	default:
		return fmt.Sprintf("range [%s, %s]", p.Text(p.Min), p.Text(p.Max))
	}
}

// Args holds a value for every parameter of a policy. The methods below panic if the policy
// declares no such parameter of that type.
type Args map[string]any

// file is the value of a File.
type file struct {
	path string
	data []byte // nil until it is set
}

// Int returns the value of a Number.
func (a Args) Int(name string) int { return arg[int](a, name) }

// Duration returns the value of a Duration.
func (a Args) Duration(name string) time.Duration { return arg[time.Duration](a, name) }

// Share returns the value of a Share.
func (a Args) Share(name string) float64 { return arg[float64](a, name) }

// Choice returns the word of a Choice.
func (a Args) Choice(name string) string { return arg[string](a, name) }

// Text returns the value of a Text.
func (a Args) Text(name string) string { return arg[string](a, name) }

// File returns the path and the content of a File: nil if none was set.
func (a Args) File(name string) (path string, data []byte) {
	f := arg[file](a, name)
	return f.path, f.data
}

func arg[T any](a Args, name string) T {
	value, ok := a[name].(T)
	if !ok {
		panic(fmt.Sprintf("scheduler: the policy declares no parameter %q of type %T", name, value))
	}
	return value
}

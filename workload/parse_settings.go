package workload

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/spelling"
)

// settings are pairs "key=value,key=value" as a user types them, and all that is wrong
// with them. A value that cannot be understood leaves what was there before, so that one
// mistake is one problem.
type settings struct {
	known  []string
	values map[string]string
	errs   []error
}

// parseSettings reads text, in which known keys may come, each once.
func parseSettings(text string, known ...string) *settings {
	s := &settings{known: known, values: make(map[string]string)}
	for pair := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		switch {
		case strings.TrimSpace(pair) == "":
		case !slices.Contains(known, key):
			s.wrong("there is no %q%s (known: %s)", key, spelling.DidYouMean(key, known), strings.Join(known, ", "))
		case s.has(key):
			s.wrong("%s comes twice", key)
		default:
			s.values[key] = value
		}
	}
	return s
}

func (s *settings) wrong(format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf(format, args...))
}

func (s *settings) has(key string) bool {
	_, ok := s.values[key]
	return ok
}

func (s *settings) require(keys ...string) {
	for _, key := range keys {
		if !s.has(key) {
			s.wrong("%s is missing", key)
		}
	}
}

// err returns all that is wrong, more included, with what it is about before each.
func (s *settings) err(what, text string, more []error) error {
	var all []error
	for _, err := range slices.Concat(s.errs, more) {
		all = append(all, fmt.Errorf("%s %s: %w", what, input.Quote(text), err))
	}
	return errors.Join(all...)
}

// read reads the value of key into to, if it was given: a number, a whole number or a Go
// duration.
func (s *settings) read(key string, to any) {
	switch to := to.(type) {
	case *float64:
		setting(s, key, to, "a number", parseNumber)
	case *int:
		setting(s, key, to, "a whole number", func(text string) (int, bool) {
			n, err := strconv.Atoi(text)
			return n, err == nil
		})
	case *time.Duration:
		setting(s, key, to, "a duration: write 90s, 20ms or 1h30m", func(text string) (time.Duration, bool) {
			d, err := time.ParseDuration(text)
			return d, err == nil
		})
	}
}

func setting[T any](s *settings, key string, to *T, what string, parse func(string) (T, bool)) {
	text, ok := s.values[key]
	if !ok {
		return
	}
	if value, ok := parse(strings.TrimSpace(text)); ok {
		*to = value
	} else {
		s.wrong("%s: %s is not %s", key, input.Quote(text), what)
	}
}

// parseNumber reads a float; one too large for a float64 comes back infinite.
func parseNumber(text string) (float64, bool) {
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil || errors.Is(err, strconv.ErrRange)
}

// ParseRate reads a rate like 0.15/s, 9/min or 540/h.
func ParseRate(text string) (perSecond float64, ok bool) {
	number, unit, _ := strings.Cut(text, "/")
	x, ok := parseNumber(strings.TrimSpace(number))
	switch strings.TrimSpace(unit) {
	case "s":
		return x, ok
	case "min":
		return x / 60, ok
	case "h":
		return x / 3600, ok
	}
	return 0, false
}

// ParseAutoscaler reads an autoscaler as a user types it,
//
//	qps=0.5,min=1,max=10,window=60s,up=300s,down=1200s,every=20s
//
// in any order. What is left out is that of DefaultAutoscaler; qps is required.
func ParseAutoscaler(text string) (Autoscaler, error) {
	a := DefaultAutoscaler
	a.PerReplica = 1
	s := parseSettings(text, "qps", "min", "max", "window", "up", "down", "every")
	s.require("qps")
	s.read("qps", &a.PerReplica)
	s.read("min", &a.Min)
	s.read("max", &a.Max)
	s.read("window", &a.Window)
	s.read("up", &a.UpHold)
	s.read("down", &a.DownHold)
	s.read("every", &a.Every)
	return a, s.err("autoscaler", text, a.Check())
}

// String writes a as ParseAutoscaler reads it.
func (a Autoscaler) String() string {
	return fmt.Sprintf("qps=%v,min=%d,max=%d,window=%v,up=%v,down=%v,every=%v",
		a.PerReplica, a.Min, a.Max, a.Window, a.UpHold, a.DownHold, a.Every)
}

// ParseServiceTime reads how long requests take, as a user types it:
//
//	exponential:mean=10s
//	constant:mean=2s
//	lognormal:mean=10s,cv=0.8
//	tokens:input=0.2ms,output=20ms,base=100ms    each 0 where it is left out
//
// The last is for requests of a log.
func ParseServiceTime(text string) (ServiceTime, error) {
	form, rest, _ := strings.Cut(text, ":")
	forms := []string{"tokens"}
	for _, shape := range rng.Shapes {
		if form == string(shape) {
			return parseDrawn(text, shape, rest)
		}
		forms = append(forms, string(shape))
	}
	if form == "tokens" {
		return parseTokenTime(text, rest)
	}
	return ServiceTime{}, fmt.Errorf("service time %s: there is no %s%s (known: %s)", input.Quote(text), input.Quote(form),
		spelling.DidYouMean(form, forms), strings.Join(forms, ", "))
}

func parseDrawn(text string, shape rng.Shape, rest string) (ServiceTime, error) {
	keys := []string{"mean"}
	d := rng.Duration{Shape: shape, Mean: time.Second}
	if shape == rng.Lognormal {
		keys, d.CV = append(keys, "cv"), 1
	}
	s := parseSettings(rest, keys...)
	s.require(keys...)
	s.read("mean", &d.Mean)
	s.read("cv", &d.CV)
	service := ServiceTime{Drawn: d}
	return service, s.err("service time", text, service.Check())
}

func parseTokenTime(text, rest string) (ServiceTime, error) {
	var t TokenTime
	s := parseSettings(rest, "input", "output", "base")
	s.read("input", &t.PerInput)
	s.read("output", &t.PerOutput)
	s.read("base", &t.Base)
	if t == (TokenTime{}) && len(s.errs) == 0 {
		s.wrong("one of input, output and base must be positive")
	}
	return ServiceTime{Tokens: t}, s.err("service time", text, t.check())
}

package workload

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
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

// require notes which of the keys were not given.
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

// number reads a number into to, if the key was given.
func (s *settings) number(key string, to *float64) {
	setting(s, key, to, "a number", parseNumber)
}

// whole reads a whole number into to.
func (s *settings) whole(key string, to *int) {
	setting(s, key, to, "a whole number", func(text string) (int, bool) {
		n, err := strconv.Atoi(text)
		return n, err == nil
	})
}

// duration reads a Go duration into to.
func (s *settings) duration(key string, to *time.Duration) {
	setting(s, key, to, "a duration: write 90s, 20ms or 1h30m", func(text string) (time.Duration, bool) {
		d, err := time.ParseDuration(text)
		return d, err == nil
	})
}

// rate reads a rate as "0.15/s" or "9/min" into to, per second.
func (s *settings) rate(key string, to *float64) {
	setting(s, key, to, "a rate: write 0.15/s, 9/min or 540/h", ParseRate)
}

// setting reads the value of key into to, if it was given.
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

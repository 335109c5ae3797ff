package suite

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/sweep"
)

// choice reads what a user chose, as settings or as a row of a file of cases, and keeps all
// that is wrong with it.
type choice struct {
	settings sweep.Settings
	errs     []error
}

// SettingError is something wrong with the settings of a suite, not with its data.
type SettingError struct{ error }

func (e *SettingError) Unwrap() error { return e.error }

// wrong keeps something that is wrong, once however often it is found.
func (c *choice) wrong(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if !slices.ContainsFunc(c.errs, func(other error) bool { return other.Error() == err.Error() }) {
		c.errs = append(c.errs, err)
	}
}

// add keeps what is wrong with a setting, if anything is.
func (c *choice) add(name string, err error) {
	if err != nil {
		c.wrong("%s: %w", name, err)
	}
}

func (c *choice) err() error {
	if err := errors.Join(c.errs...); err != nil {
		return &SettingError{err}
	}
	return nil
}

func (c *choice) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(c.settings[name]) > 0 })
}

// text returns the one value of a setting, or what it is by default.
func (c *choice) text(name, otherwise string) string {
	v := c.settings[name]
	if len(v) > 1 {
		c.wrong("%s: %s must be one value", name, strings.Join(v, ","))
	}
	if len(v) == 0 {
		return otherwise
	}
	return v[0]
}

// oneOf returns the one value of a setting, which must be among words; the first by default.
func (c *choice) oneOf(name string, words ...string) string {
	text := c.text(name, words[0])
	if !slices.Contains(words, text) {
		c.wrong("%s: %q must be one of %s%s", name, text, strings.Join(words, ", "), spelling.DidYouMean(text, words))
	}
	return text
}

// each returns the values of a setting, each once.
func (c *choice) each(name string) []string {
	values := c.settings[name]
	for n, value := range values {
		if slices.Contains(values[:n], value) {
			c.wrong("%s: %s is there twice", name, value)
		}
	}
	return values
}

// among returns those of a list that a setting chooses by one of their names; all by default.
func among[T any](c *choice, setting string, list []T, names func(T) []string) []T {
	if !c.has(setting) {
		return list
	}
	var known []string
	for _, one := range list {
		known = append(known, names(one)...)
	}
	for _, value := range c.settings[setting] {
		if !slices.Contains(known, value) {
			c.wrong("%s: there is no %q%s (there are: %s)", setting, value, spelling.DidYouMean(value, known), strings.Join(known, ", "))
		}
	}
	chosen := c.each(setting)
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool {
		return !slices.ContainsFunc(names(one), func(name string) bool { return slices.Contains(chosen, name) })
	})
}

// hours returns the values of a setting in hours, sorted.
func (c *choice) hours(name string, otherwise ...time.Duration) (list []time.Duration) {
	if !c.has(name) {
		return otherwise
	}
	for _, text := range c.each(name) {
		d, err := parseHours(text)
		if err != nil {
			c.wrong("%s: %q %w", name, text, err)
		}
		list = append(list, d)
	}
	slices.Sort(list)
	return list
}

// maxHours bounds what is chosen in hours, so that no sum of them leaves 64 bits.
const maxHours = 1 << 20

// parseHours reads a number of hours, or a duration with its unit.
func parseHours(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if h, ok := strconv.ParseFloat(text, 64); ok == nil && h >= 0 && h <= maxHours {
		return time.Duration(h*float64(time.Hour) + 0.5), nil
	}
	if err != nil || d < 0 || d > maxHours*time.Hour {
		return 0, fmt.Errorf("must be a number of hours in [0, %d], or a duration like 90m", maxHours)
	}
	return d, nil
}

// counts returns the values of a setting as whole numbers within bounds.
func (c *choice) counts(name string, low, high int) (list []int) {
	for _, text := range c.each(name) {
		n, err := strconv.Atoi(text)
		if err != nil || n < low || n > high {
			c.wrong("%s: %s must be a whole number in [%d, %d]", name, text, low, high)
		}
		list = append(list, n)
	}
	return list
}

// count returns the one value of a setting as a whole number within bounds.
func (c *choice) count(name string, otherwise, low, high int) int {
	if c.text(name, "") == "" {
		return otherwise
	}
	return c.counts(name, low, high)[0]
}

func (c *choice) policies(name string, kind scheduler.Kind, otherwise ...string) []scheduler.Spec {
	texts := otherwise
	if c.has(name) {
		texts = c.settings[name]
	}
	specs, err := scheduler.ParseList(texts, kind)
	c.add(name, err)
	return specs
}

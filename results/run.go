// Package results keeps the results of a sweep: a row a run, their files, what
// they sum up to and whether anything changed since an earlier sweep.
//
// The one idea to hold: there is one table of columns (Columns), and every form of a row
// is made from it, so that a value written anywhere has one name, one unit and one meaning.
package results

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bobby-math/tessera/metrics"
)

// Run is one row: one policy at one point of the sweep under one seed.
type Run struct {
	// ID addresses the run by its content, as the SHA-256 in hexadecimal.
	ID string
	// Axes are what the sweep varied, in its order; the same keys in every run of it.
	Axes   []Axis
	Seed   uint64
	Policy string
	// Clairvoyant says that the policy knows the future.
	Clairvoyant bool
	Status      Status
	// Error says why a run failed. It may have several lines, which end in \n.
	Error string
	// Summary counts only if Status is OK.
	Summary metrics.Summary
}

// Axis is a key of the scenario that the sweep varied, and its value in a run.
type Axis struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Status says how a run ended.
type Status string

// A run that failed has no numbers: its policy crashed or broke the rules.
const (
	OK     Status = "ok"
	Failed Status = "failed"
)

func parseStatus(text string) (Status, error) {
	if s := Status(text); s == OK || s == Failed {
		return s, nil
	}
	return "", fmt.Errorf("%q must be %q or %q", text, OK, Failed)
}

// Point returns the axes of the run as users read them, "all" without any.
func (r *Run) Point() string { return point(r.Axes) }

// point returns the axes as users read them, "all" without any.
func point(axes []Axis) string {
	if len(axes) == 0 {
		return "all"
	}
	texts := make([]string, len(axes))
	for i, a := range axes {
		texts[i] = a.Key + "=" + a.Value
	}
	return strings.Join(texts, " ")
}

// check returns all that keeps a run from being written and read back as it is.
func (r *Run) check(axes []string) error {
	var errs []error
	if len(r.Axes) != len(axes) {
		errs = append(errs, fmt.Errorf("%d axes, want the %d of the sweep", len(r.Axes), len(axes)))
	}
	for i, a := range r.Axes[:min(len(r.Axes), len(axes))] {
		if a.Key != axes[i] {
			errs = append(errs, fmt.Errorf("axis %d is %q, want %q", i+1, a.Key, axes[i]))
		}
		errs = append(errs, oneLine("axis "+a.Key, a.Value))
	}
	if _, err := parseStatus(string(r.Status)); err != nil {
		errs = append(errs, fmt.Errorf("status %w", err))
	}
	errs = append(errs, oneLine("run_id", r.ID), oneLine("policy", r.Policy))
	for _, c := range Metrics() {
		if x, ok := c.Number(r); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			errs = append(errs, fmt.Errorf("%s %v must be finite", c.Name, x))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("run %s: %w", r.ID, err)
	}
	return nil
}

// oneLine returns an error if text has bytes that are not UTF-8 or control characters,
// which would not survive every reader of CSV.
func oneLine(what, text string) error {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%s %q must be one line of UTF-8 without control characters", what, text)
	}
	return nil
}

// plain makes the text of an error fit for every reader: UTF-8, lines that end in \n.
func plain(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\r", ""), "\uFFFD")
}

package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/spelling"
)

// hoursValue is a flag in hours: a bare number or a Go duration.
type hoursValue time.Duration

func (v *hoursValue) Type() string { return "hours" }

func (v *hoursValue) String() string {
	return strconv.FormatFloat(time.Duration(*v).Hours(), 'f', -1, 64)
}

func (v *hoursValue) Set(text string) error {
	const longest = 1 << 20 // hours; more than a scenario may last, and no overflow
	if h, err := strconv.ParseFloat(text, 64); err == nil {
		if !(h >= -longest && h <= longest) {
			return fmt.Errorf("must be a finite number of hours, at most %d", longest)
		}
		*v = hoursValue(math.Round(h * float64(time.Hour)))
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("must be a number of hours or a duration like 90m or 2h30m")
	}
	*v = hoursValue(d)
	return nil
}

// countValue is a whole number, as 100000 or 1e5.
type countValue int

func (v *countValue) Type() string   { return "count" }
func (v *countValue) String() string { return strconv.Itoa(int(*v)) }

func (v *countValue) Set(text string) error {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x != math.Trunc(x) || math.Abs(x) > 1e15 {
		return fmt.Errorf("must be a whole number")
	}
	*v = countValue(x)
	return nil
}

// choiceValue is a flag that takes one of a few words.
type choiceValue struct {
	value string
	words []string
}

// choice returns a flag that takes one of words and is value, one of them or empty, until
// it is set.
func choice(value string, words ...string) *choiceValue { return &choiceValue{value, words} }

func (v *choiceValue) Type() string   { return strings.Join(v.words, "|") }
func (v *choiceValue) String() string { return v.value }

func (v *choiceValue) Set(text string) error {
	if !slices.Contains(v.words, text) {
		return fmt.Errorf("must be one of %s%s", strings.Join(v.words, ", "), spelling.DidYouMean(text, v.words))
	}
	v.value = text
	return nil
}

// formatValue is the flag --format, of which --json is a short form.
type formatValue struct{ *choiceValue }

// newFormat returns the flag for one of words, the first by default.
func newFormat(words ...string) *formatValue { return &formatValue{choice(words[0], words...)} }

func (v *formatValue) add(f *pflag.FlagSet) {
	f.Var(v.choiceValue, "format", "what to print")
	if slices.Contains(v.words, "json") {
		f.BoolFunc("json", "--format json", func(string) error { return v.Set("json") })
	}
}

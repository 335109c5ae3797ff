package cli

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/scenario/spec"
)

// keyValue is the value of a flag that stands for a key of a scenario. What it may be is for
// package spec to say; a bare number is given the unit that it means.
type keyValue struct {
	key   *spec.Key
	use   flagUse
	texts []string
}

func newKeyValue(row scenarioFlag) *keyValue { return &keyValue{key: row.key(), use: row.use} }

// Type is that of pflag.Value: what stands for the value in the help.
func (v *keyValue) Type() string {
	switch {
	case v.key.Unit == "yes or no":
		return "bool"
	case v.key.Choices != nil:
		return "word"
	case strings.HasPrefix(v.key.Unit, "instant"):
		return "instant|hours"
	case v.key.Unit == "dollars an hour":
		return "$/h"
	case v.use&hours != 0 && v.key.Unit == "duration":
		return "hours"
	}
	return strings.ReplaceAll(v.key.Unit, " ", "-")
}

func (v *keyValue) String() string { return strings.Join(v.texts, ",") }

// Set is that of pflag.Value. Of a list it adds the values between commas.
func (v *keyValue) Set(text string) error {
	if !v.key.IsList {
		v.texts = []string{v.unit(text)}
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		v.texts = append(v.texts, strings.TrimSpace(part))
	}
	return nil
}

// tree returns the value as a scenario file has it.
func (v *keyValue) tree(origin spec.Origin) *spec.Tree {
	if v.key.IsList {
		return spec.Texts(v.texts, origin)
	}
	return spec.Text(v.texts[0], origin)
}

// unit returns a text as a scenario file has it: with a unit behind a bare number.
func (v *keyValue) unit(text string) string {
	x, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(text, "$"), "/h"), 64)
	timed := strings.Contains(v.key.Unit, "duration")
	switch {
	case err != nil || math.IsInf(x, 0) || math.IsNaN(x):
	case v.key.Unit == "dollars an hour":
		return "$" + strconv.FormatFloat(x, 'f', -1, 64) + "/h"
	case timed && v.use&hours != 0 && math.Abs(x) <= 1<<20:
		return spec.FormatDuration(time.Duration(math.Round(x * float64(time.Hour))))
	case timed && text == "0":
		return "0s"
	}
	return text
}

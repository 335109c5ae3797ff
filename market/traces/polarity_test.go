package traces

import (
	"strings"
	"testing"

	"github.com/bobby-math/tessera/input"
)

func TestParsePolarity(t *testing.T) {
	for text, want := range map[string]Polarity{
		"available":     Available,
		"available-any": AvailableAny,
		"unavailable":   Unavailable,
		"spot-traces":   Available,
		"sky-spot":      Unavailable,
		"skyserve":      Available,
		"skyserve-aws3": AvailableAny,
		"skynomad":      AvailableAny,
	} {
		if got, err := ParsePolarity(text); got != want || err != nil {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestWrongPolarityNamesTheChoice(t *testing.T) {
	for _, text := range []string{"", "unsaid", "Available", "1", "skypilot"} {
		_, err := ParsePolarity(text)
		if err == nil {
			t.Errorf("%q is taken for a polarity", text)
			continue
		}
		for _, want := range []string{input.Quote(text), "available (", "unavailable (", "sky-spot", "spot-traces"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not contain %s", err, want)
			}
		}
	}
}

func TestPresetsAreSortedAndParse(t *testing.T) {
	last := ""
	for _, p := range Presets() {
		if p.Name <= last || p.Doc == "" {
			t.Errorf("%+v after %s", p, last)
		}
		last = p.Name
		if got, err := ParsePolarity(p.Name); got != p.Polarity || err != nil {
			t.Errorf("%s: %v, %v", p.Name, got, err)
		}
	}
}

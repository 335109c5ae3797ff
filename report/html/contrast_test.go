package html

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// Text in every colour that text is in has a contrast of 4.5 with what is below it (WCAG 2.2,
// success criterion 1.4.3), and marks one of 3 (1.4.11).
func TestContrast(t *testing.T) {
	for theme, css := range map[string]string{"light": mustRead("chart.css"), "dark": mustRead("style.css")} {
		colors := map[string]string{}
		for _, found := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			colors[found[1]] = found[2]
		}
		for _, below := range []string{"paper", "raised"} {
			for _, text := range []string{"text", "muted", "mark", "better", "worse", "taken"} {
				atLeast(t, theme+" "+text+" on "+below, contrast(t, colors[text], colors[below]), 4.5)
			}
		}
		for _, mark := range []string{"spot", "demand", "taken", "mark"} {
			atLeast(t, theme+" "+mark, contrast(t, colors[mark], colors["paper"]), 3)
		}
		for i, pool := range regexp.MustCompile(`\.pool\d { stroke: #([0-9a-f]{6})`).FindAllStringSubmatch(css, -1) {
			atLeast(t, theme+" pool "+strconv.Itoa(i), contrast(t, pool[1], colors["paper"]), 3)
		}
	}
}

func atLeast(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(got >= want) {
		t.Errorf("%s has a contrast of %.2f, want at least %v", what, got, want)
	}
}

// contrast returns (L1 + 0.05) / (L2 + 0.05), with L1 the lighter relative luminance.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is that of a colour rrggbb (WCAG 2.2, relative luminance).
func luminance(t *testing.T, color string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part, err := strconv.ParseUint(color[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		x := float64(part) / 255
		if x <= 0.04045 {
			x /= 12.92
		} else {
			x = math.Pow((x+0.055)/1.055, 2.4)
		}
		sum += weight * x
	}
	return sum
}

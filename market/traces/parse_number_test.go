package traces

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseCount(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "16": 16, "007": 7, "3.0": 3, "4.": 4, "1000000": 1_000_000} {
		if got, err := parseCount(text); got != want || err != nil {
			t.Errorf("%s: got %d, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":                     `"" is not a whole number`,
		"-1":                   `"-1" is negative`,
		"-0":                   `"-0" is negative`,
		"-0.5":                 `"-0.5" is not a whole number of instances`,
		"1.5":                  `"1.5" is not a whole number of instances`,
		"nan":                  `"nan" is not a whole number`,
		"+1":                   `"+1" is not a whole number`,
		"1.0.0":                `"1.0.0" is not a whole number`,
		".0":                   `".0" is not a whole number`,
		"1000001":              `"1000001" is above 1000000: is it a number of instances?`,
		"--1":                  `"--1" is not a whole number`,
		"True":                 `"True" is not a whole number`,
		"1,0":                  `"1,0" is not a whole number`,
		"0x1":                  `"0x1" is not a whole number`,
		"1_000":                `"1_000" is not a whole number`,
		"\u0661":               `"١" is not a whole number`, // a digit, but not ours
		"18446744073709551616": `"18446744073709551616" is above 1000000: is it a number of instances?`,
	} {
		if _, err := parseCount(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestParseSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0":           0,
		"195":         195 * time.Second,
		"0.5":         500 * time.Millisecond,
		"1e2":         100 * time.Second,
		"300.0":       300 * time.Second,
		"0.000000001": 1,
		"946080000":   maxSpan,
	} {
		if got, err := parseSeconds(text); got != want || err != nil {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-1", "NaN", "1e", "inf", "946080000.1", "1e30", "3m", "0x10", "+1"} {
		if got, err := parseSeconds(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestWrittenDecimalsReadTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.Int64Range(0, int64(maxSpan)).Draw(t, "nanoseconds")
		if got, err := parseSeconds(formatNanos(d)); int64(got) != d || err != nil {
			t.Fatalf("%d: written as %s, read as %d, %v", d, formatNanos(d), got, err)
		}
	})
	for n, want := range map[int64]string{0: "0", 1: "0.000000001", 1_500_000_000: "1.5", 195e9: "195"} {
		if got := formatNanos(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

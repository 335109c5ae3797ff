package workload

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
	}{
		{"0", 0},
		{"0.1", 6 * time.Minute},
		{"+2.5e1", 25 * time.Hour},
		{"1e-12", 4},                   // 3.6 ns
		{"1.2e-12", 4},                 // 4.32 ns
		{"1.3e-12", 5},                 // 4.68 ns
		{"0.000277777777777778", 1e9},  // 1000000000.0000008 ns
		{"625", 625 * time.Hour},       // the last whole hour below 2^51 ns
		{"876000", 876000 * time.Hour}, // 100 years
		{"90m", 90 * time.Minute},
		{"2h30m0.000000001s", 150*time.Minute + 1},
		{"-90m", -90 * time.Minute},
	}
	for _, test := range tests {
		if got, ok := parseTime(test.text); got != test.want || !ok {
			t.Errorf("%q is %v, %v; want %v", test.text, got, ok, test.want)
		}
	}
	for _, text := range []string{"1e300", "1e999", "inf", "876000.0001"} {
		if got, ok := parseTime(text); got <= longest || !ok {
			t.Errorf("%q is %v, %v; want more than %v", text, got, ok, longest)
		}
	}
	for _, text := range []string{"-1", "-1e300", "-inf"} {
		if got, ok := parseTime(text); got >= 0 || !ok {
			t.Errorf("%q is %v, %v; want less than 0", text, got, ok)
		}
	}
	for _, text := range []string{"", "nan", "1,5", "1 h", "one", "9999999h"} {
		if got, ok := parseTime(text); ok {
			t.Errorf("%q is %v; want no time", text, got)
		}
	}
}

package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// steps is what a progress of 100 runs writes that are done at the given times, in seconds,
// ten at a time.
func steps(terminal bool, seconds ...float64) string {
	var out bytes.Buffer
	var now time.Time
	p := startProgress(&out, terminal, 100, func() time.Time { return now })
	for _, at := range seconds {
		now = time.Time{}.Add(time.Duration(at * float64(time.Second)))
		p.Add(10)
	}
	p.Done()
	return out.String()
}

func TestProgress(t *testing.T) {
	const two, four = "20 of 100 runs, 10 a second, 8s left", "40 of 100 runs, 10 a second, 6s left"
	cleared := "\r" + strings.Repeat(" ", len(two)) + "\r"
	for _, c := range []struct {
		name     string
		terminal bool
		seconds  []float64
		want     string
	}{
		{"a short run says nothing", true, []float64{0.2, 0.5, 1}, ""},
		// 20 in 2 s: 10 a second, 80 left.
		{"a terminal is rewritten and cleared", true, []float64{1, 2}, "\r" + two + cleared},
		// At 2.1 s it was told 0.1 s ago. 40 in 4 s leave 60.
		{"a terminal is not rewritten all the time", true, []float64{1, 2, 2.1, 4}, "\r" + two + "\r" + four + cleared},
		{"elsewhere there is nothing for ten seconds", false, []float64{2, 4, 9.9}, ""},
		// 20 in 10 s, then 30 in 12 s, 40 in 20 s: 2 a second.
		{"elsewhere there is a line every ten seconds", false, []float64{2, 10, 12, 20},
			"20 of 100 runs, 2 a second, 40s left\n40 of 100 runs, 2 a second, 30s left\n"},
	} {
		if got := steps(c.terminal, c.seconds...); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNoProgressIfNoneIsWanted(t *testing.T) {
	for _, f := range []progressFlags{{quiet: true}, {none: true}} {
		p := f.begin(os.Stderr, 3)
		if p != nil {
			t.Errorf("%+v: there is a progress", f)
		}
		p.Add(1) // and nil does nothing
		p.Done()
	}
	f := progressFlags{}
	if p := f.begin(&bytes.Buffer{}, 3); p != nil {
		t.Error("a buffer has a progress")
	}
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if p := f.begin(file, 3); p == nil || p.terminal {
		t.Error("a file is a terminal, or has no progress")
	}
}

func TestProgressCountsFailures(t *testing.T) {
	var out bytes.Buffer
	var now time.Time
	p := startProgress(&out, false, 100, func() time.Time { return now })
	now = time.Time{}.Add(10 * time.Second)
	p.Fail(3)
	p.Add(20)
	if want := "20 of 100 runs, 2 a second, 40s left, 3 failed\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

package workload

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadCounts(t *testing.T) {
	// The most that a minute may hold is 1e7 a second, 6e8.
	want := []int{3, 0, 600_000_000}
	file, err := os.ReadFile("testdata/counts.csv")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"bins with numbers":        string(file),
		"counts and no header":     "3\n0\n600000000",
		"a header":                 "count\n3\n\n0\n600000000\n",
		"numbers and no header":    "0,3\n1,0\n2, 600000000\n",
		"CSV of Excel with spaces": "\ufeffMinute , Count\r\n 7 ,3\r\n8, 0\r\n9,600000000\r\n",
	}
	for name, text := range tests {
		got, err := ReadCounts("f", strings.NewReader(text), time.Minute)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestReadCountsTellsEveryProblem(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"no bytes", "", []string{"f: no counts"}},
		{"nothing but a header", "minute,count\n", []string{"f: no counts"}},
		{"three columns", "minute,count,cost\n", []string{`f: line 1: has 3 cells: write "count" or "minute,count"`}},
		{"a minute is left out", "minute,count\n3,1\n5,1\n6,1\n",
			[]string{"f: line 3: bin 5 must be 4, one more than on the line before: write a count of 0 for a bin without requests"}},
		{"several at once", "1\n-1\n1.5\n600000001\n2,3\n", []string{
			`f: line 2: count "-1" must be a whole number in [0, 600000000], 1e+07 a second`,
			`f: line 3: count "1.5" must be a whole number in [0, 600000000], 1e+07 a second`,
			`f: line 4: count "600000001" must be a whole number in [0, 600000000], 1e+07 a second`,
			`f: line 5: has 2 cells, and the first line 1`,
		}},
		{"a number that is none", "1,1\nx,1\n3,1\n", []string{`f: line 2: bin "x" must be a whole number >= 0`}},
	}
	for _, test := range tests {
		got, err := ReadCounts("f", strings.NewReader(test.text), time.Minute)
		if want := strings.Join(test.want, "\n"); err == nil || err.Error() != want {
			t.Errorf("%s: %v\ngot\n%v\nwant\n%s", test.name, got, err, want)
		}
	}
	// 100 years are 876,000 hours, so a bin of half of them fits twice.
	_, err := ReadCounts("f", strings.NewReader("1\n1\n1\n"), 438_000*time.Hour)
	if want := "f: 3 bins of 438000h0m0s are more than 100 years"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// FuzzReadCounts: whatever the bytes, either counts that pass Check and, written and read
// again, are the same, or a FileError.
func FuzzReadCounts(f *testing.F) {
	for _, seed := range []string{"", "count\n1\n2", "minute,count\r\n1,2\r\n2,3\r\n", "1,2,3", "9223372036854775807,1\n-9223372036854775808,2", ",", "-1\n+1\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		counts, err := ReadCounts("f", bytes.NewReader(data), time.Second)
		if err != nil {
			checkFileError(t, err)
			return
		}
		if errs := (Requests{Process: "counts", Counts: counts, Bin: time.Second}).Check(); len(errs) > 0 {
			t.Fatal(errs)
		}
		text := "bin,count\n"
		for i, n := range counts {
			text += fmt.Sprintf("%d,%d\n", i, n)
		}
		again, err := ReadCounts("f", strings.NewReader(text), time.Second)
		if err != nil || !slices.Equal(counts, again) {
			t.Fatalf("%v, then %v, %v", counts, again, err)
		}
	})
}

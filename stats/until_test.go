package stats

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestParseUntil(t *testing.T) {
	for text, want := range map[string]Until{
		"ci(cost)<1%":            {Metric: "cost", Width: 0.01, Relative: true, Max: 100},
		" ci( p99.wait ) < 2.5 ": {Metric: "p99.wait", Width: 2.5, Max: 100},
		"ci(avg_wait)<1e-3":      {Metric: "avg_wait", Width: 0.001, Max: 100},
	} {
		if got, err := ParseUntil(text, 100); got != want || err != nil {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestParseUntilErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":             `must be ci(METRIC)<WIDTH or ci(METRIC)<PERCENT%, as in ci(cost)<1%`,
		"cost<1%":      `must be ci(METRIC)<WIDTH`,
		"ci()<1%":      `must be ci(METRIC)<WIDTH`,
		"ci(cost)>1%":  `must be ci(METRIC)<WIDTH`,
		"ci(cost)<1%%": `must be ci(METRIC)<WIDTH`,
		"ci(cost)<0%":  `width 0 must be a number > 0`,
		"ci(cost)<-1":  `width -1 must be a number > 0`,
		"ci(cost)<NaN": `width NaN must be a number > 0`,
		"ci(cost)<inf": `width inf must be a number > 0`,
		"ci(cost)<a%":  `width a must be a number > 0`,
	} {
		if _, err := ParseUntil(text, 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	_, err := ParseUntil("ci(cost)<0", 19)
	if err == nil || !strings.Contains(err.Error(), "> 0") || !strings.Contains(err.Error(), "limit of 19 samples must be >= 20") {
		t.Errorf("not both problems: %v", err)
	}
}

// Ten 9 and ten 11: mean 10, deviation sqrt(20/19) = 1.02598, t(19) = 2.09302, so half the
// width is 2.09302*1.02598/sqrt(20) = 0.48017, or 4.80 % of the mean. Forty of them:
// sqrt(40/39) = 1.01274, t(39) = 2.02269: 0.32389.
func TestUntilNext(t *testing.T) {
	around := func(mean float64, n int) []float64 {
		samples := make([]float64, n)
		for i := range samples {
			samples[i] = mean + float64(2*(i%2)-1)
		}
		return samples
	}
	for name, c := range map[string]struct {
		rule    string
		limit   int
		samples []float64
		want    int
	}{
		"before the first check":         {"ci(x)<90%", 100, around(10, 19), 20},
		"narrow enough":                  {"ci(x)<4.8018%", 100, around(10, 20), 0},
		"too wide, double":               {"ci(x)<4.8016%", 100, around(10, 20), 40},
		"no check between":               {"ci(x)<90%", 100, around(10, 30), 40},
		"narrow enough at the second":    {"ci(x)<3.239%", 100, around(10, 40), 0},
		"too wide at the second":         {"ci(x)<3.2388%", 100, around(10, 40), 80},
		"in the unit of the metric":      {"ci(x)<0.48018", 100, around(10, 20), 0},
		"too wide in that unit":          {"ci(x)<0.48016", 100, around(10, 20), 40},
		"relative to a negative mean":    {"ci(x)<4.8018%", 100, around(-10, 20), 0},
		"a mean of zero is never enough": {"ci(x)<90%", 100, around(0, 20), 40},
		"the last check is at the limit": {"ci(x)<1%", 30, around(10, 20), 30},
		"the limit stops":                {"ci(x)<1%", 40, around(10, 40), 0},
	} {
		u, err := ParseUntil(c.rule, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := u.Next(c.samples); got != c.want {
			t.Errorf("%s: next check at %d, want %d", name, got, c.want)
		}
	}
}

func FuzzParseUntil(f *testing.F) {
	for _, text := range []string{"ci(cost)<1%", "ci(a.b_c)<0.5", "ci(x)<1e-300%", "ci(x)<0x1p-2", "ci(cost)<", "ci(cost)<1e999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseUntil(text, 100)
		if err != nil || u.Width < 1e-300 {
			return
		}
		written := fmt.Sprintf("ci(%s)<%.12g", u.Metric, u.Width)
		if u.Relative {
			written = fmt.Sprintf("ci(%s)<%.12g%%", u.Metric, 100*u.Width)
		}
		again, err := ParseUntil(written, 100)
		if err != nil || math.Abs(again.Width-u.Width) > 1e-9*u.Width || again.Metric != u.Metric || again.Relative != u.Relative {
			t.Errorf("%q is %+v; written %q it is %+v, %v", text, u, written, again, err)
		}
	})
}

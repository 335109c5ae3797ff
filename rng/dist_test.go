package rng

import (
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
)

// TestSampleHasTheMeanAndCVAskedFor within 3 standard errors. With coefficient of
// variation c, skewness g and kurtosis k, n draws give the mean to c/sqrt(n) and the
// coefficient of variation to c sqrt(((k-1)/4 - g c + c^2) / n), relative to themselves
// (the delta method). Of an exponential c = 1, g = 2, k = 9. Of a lognormal, with
// w = 1 + c^2, g = (w+2) c and k = w^4 + 2 w^3 + 3 w^2 - 3.
func TestSampleHasTheMeanAndCVAskedFor(t *testing.T) {
	t.Logf("seed %d", *seed)
	lognormal := func(c float64) (g, k float64) {
		w := 1 + c*c
		return (w + 2) * c, w*w*w*w + 2*w*w*w + 3*w*w - 3
	}
	tests := map[string]Duration{
		"exponential":           {Shape: Exponential, Mean: time.Hour},
		"lognormal":             {Shape: Lognormal, Mean: time.Hour, CV: 0.5},
		"narrow lognormal":      {Shape: Lognormal, Mean: time.Millisecond, CV: 0.01},
		"lognormal, wide":       {Shape: Lognormal, Mean: 100 * time.Hour, CV: 1},
		"exponential, CV given": {Shape: Exponential, Mean: time.Second, CV: 7}, // unused
	}
	for name, d := range tests {
		t.Run(name, func(t *testing.T) {
			const n = 200_000
			r := Stream(*seed, name)
			sample := make([]float64, n)
			for i := range sample {
				sample[i] = float64(d.Sample(r))
			}
			c, g, k := 1.0, 2.0, 9.0
			if d.Shape == Lognormal {
				c = d.CV
				g, k = lognormal(c)
			}
			mean, sd := stat.MeanStdDev(sample, nil)
			if off := mean/float64(d.Mean) - 1; math.Abs(off) > 3*c/math.Sqrt(n) {
				t.Errorf("mean %v, want %v", time.Duration(mean), d.Mean)
			}
			if off := sd/mean/c - 1; math.Abs(off) > 3*math.Sqrt(((k-1)/4-g*c+c*c)/n) {
				t.Errorf("cv %v, want %v", sd/mean, c)
			}
		})
	}
}

func TestSampleOfAConstantDrawsNothing(t *testing.T) {
	r := Stream(1, "constant")
	if d := (Duration{Shape: Constant, Mean: time.Minute}).Sample(r); d != time.Minute {
		t.Errorf("drew %v", d)
	}
	if r.Uint64() != Stream(1, "constant").Uint64() {
		t.Error("the stream has moved")
	}
}

func TestSampleIsNeverNegativeNorPastTheEnd(t *testing.T) {
	t.Logf("seed %d", *seed)
	for _, shape := range Shapes {
		for _, mean := range []time.Duration{0, 1, 1 << 61} {
			r := Stream(*seed, string(shape))
			for range 1000 {
				d := Duration{Shape: shape, Mean: mean, CV: 10}.Sample(r)
				if d < 0 || d > 1<<61 || mean == 0 && d != 0 {
					t.Fatalf("%s with mean %v: %v", shape, mean, d)
				}
			}
		}
	}
}

func TestDurationCheck(t *testing.T) {
	tests := []struct {
		d    Duration
		want string
	}{
		{Duration{Shape: Constant}, ""},
		{Duration{Shape: Exponential, Mean: time.Hour, CV: -1}, ""}, // unused
		{Duration{Shape: Lognormal, Mean: time.Hour, CV: 10}, ""},
		{Duration{Shape: Constant, Mean: -time.Second}, "mean: -1s must be >= 0"},
		{Duration{Shape: Lognormal, CV: 0}, "cv: 0 must be in (0, 10]"},
		{Duration{Shape: Lognormal, CV: 10.5}, "cv: 10.5 must be in (0, 10]"},
		{Duration{Shape: Lognormal, CV: math.NaN()}, "cv: NaN must be in (0, 10]"},
		{Duration{Shape: "cauchy"}, `shape: "cauchy" must be one of [constant exponential lognormal]`},
		{Duration{}, `shape: "" must be one of [constant exponential lognormal]`},
	}
	for _, test := range tests {
		got := ""
		if err := test.d.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%+v: %q, want %q", test.d, got, test.want)
		}
	}
}

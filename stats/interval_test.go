package stats

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 5e-4 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// 1, 2, 3: mean 2, deviation 1, t(2) = 4.30265, so the half width is 4.30265/sqrt(3).
func TestMean(t *testing.T) {
	e := Mean([]float64{1, 2, 3})
	near(t, "mean", e.Value, 2)
	near(t, "low", e.Low, 2-2.48414)
	near(t, "high", e.High, 2+2.48414)
	if e := Mean([]float64{7}); e.Value != 7 || !math.IsInf(e.High, 1) {
		t.Errorf("one sample: %+v", e)
	}
	if e := Mean(nil); !math.IsNaN(e.Value) {
		t.Errorf("no sample: %+v", e)
	}
}

// Wilson for 8 of 10: centre (0.8 + 0.19207)/(1.38415) = 0.71674, half width
// 1.41598 * sqrt(0.016 + 0.0096036) = 0.22657.
func TestShare(t *testing.T) {
	e := Share(8, 10)
	near(t, "share", e.Value, 0.8)
	near(t, "low", e.Low, 0.49016)
	near(t, "high", e.High, 0.94331)
}

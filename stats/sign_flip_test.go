package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestSignFlip(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = 1
		if i < 40 {
			hundred[i] = -1
		}
	}
	for name, c := range map[string]struct {
		differences     []float64
		want, tolerance float64
	}{
		"none":                      {nil, 1, 0},
		"all zero":                  {make([]float64, 20), 1, 0},
		"only all + and all - of 8": {[]float64{1, 2, 3}, 0.25, 0},
		"a sum of zero":             {[]float64{1, 2, -3}, 1, 0},
		"twelve of one sign":        {ramp(12), 2. / 4096, 0},
		// 0.1 and 0.2 and -0.3 and their opposites are zero but for rounding.
		"rounding is no difference": {[]float64{0.1, 0.2, -0.3, 0.01}, 1, 0},
		// Of 200 ones no draw of 9999 has all of one sign: 1/10000.
		"never zero": {constantly(1, 200), 1e-4, 0},
		// 60 of 100 heads: 2 P(X >= 60) = 0.0569, drawn with a standard error of 0.0023.
		"a coin": {hundred, 0.0569, 0.009},
	} {
		if got := SignFlip(c.differences, 1); math.Abs(got-c.want) > c.tolerance {
			t.Errorf("%s: p = %v, want %v within %v", name, got, c.want, c.tolerance)
		}
	}
}

func constantly(x float64, n int) []float64 {
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = x
	}
	return samples
}

// The draws estimate what trying all assignments gives. The tolerance is 6 standard errors
// and what counting the one seen adds.
func TestDrawnFlipsAgreeWithAllFlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		differences := make([]float64, rapid.IntRange(13, 15).Draw(t, "n"))
		for i := range differences {
			differences[i] = float64(rapid.IntRange(-5, 9).Draw(t, "difference"))
		}
		sum := 0.0
		for _, d := range differences {
			sum += d
		}
		exact := exactFlips(differences, math.Abs(sum))
		drawn := SignFlip(differences, rapid.Uint64().Draw(t, "seed"))
		if tolerance := 6*math.Sqrt(exact*(1-exact)/flips) + 2e-3*(1-exact); math.Abs(drawn-exact) > tolerance {
			t.Fatalf("drawn %v, exact %v", drawn, exact)
		}
	})
}

func BenchmarkSignFlip(b *testing.B) {
	differences := ramp(1000)
	for b.Loop() {
		SignFlip(differences, 1)
	}
}

package quantile

import (
	"math"
	"testing"
)

// By the nearest rank the q-quantile of n values is the one at rank ceil(qn), from 1.
func TestExact(t *testing.T) {
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, c := range []struct {
		q      float64
		sorted []float64
		want   float64
	}{
		{0.50, []float64{7}, 7},
		{0.99, []float64{7}, 7},
		{0.50, []float64{1, 2}, 1},       // ceil(1.0) = 1
		{0.50, []float64{1, 2, 3}, 2},    // ceil(1.5) = 2
		{0.00, ten, 1},                   // the least there is
		{0.25, ten, 3},                   // ceil(2.5) = 3
		{0.50, ten, 5},                   // ceil(5.0) = 5
		{0.90, ten, 9},                   // ceil(9.0) = 9
		{0.99, ten, 10},                  // ceil(9.9) = 10
		{1.00, ten, 10},                  // the greatest
		{0.07, hundred, 7},               // ceil(7), though 0.07*100 > 7 in floating point
		{0.99, make([]float64, 1000), 0}, // all equal
	} {
		if got := Exact(c.q, c.sorted); got != c.want {
			t.Errorf("%v-quantile of %v is %v, want %v", c.q, c.sorted, got, c.want)
		}
	}
	if got := Exact(0.5, nil); !math.IsNaN(got) {
		t.Errorf("of nothing: %v", got)
	}
}

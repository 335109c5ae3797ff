package stats

import (
	"math"
	"testing"

	"github.com/bobby-math/tessera/rng"
)

// Of two samples a quarter of all resamples are twice the one, a quarter twice the other:
// they have no deviation, and neither end a bound.
func TestBootstrapOfFewIsUnbounded(t *testing.T) {
	if e := Bootstrap([]float64{1, 2}, 1); e.Value != 1.5 || !math.IsInf(e.Low, -1) || !math.IsInf(e.High, 1) {
		t.Errorf("two samples: %+v", e)
	}
	if e := Bootstrap(constantly(3, 20), 1); e.Low != 3 || e.High != 3 {
		t.Errorf("equal samples: %+v", e)
	}
	if e := Bootstrap(nil, 1); !math.IsNaN(e.Value) {
		t.Errorf("no samples: %+v", e)
	}
}

// A long tail to the right means that the mean may lie far above what was seen, and not so
// far below.
func TestBootstrapLeansToTheTail(t *testing.T) {
	r := rng.Stream(1, "lean")
	samples := make([]float64, 30)
	for i := range samples {
		samples[i] = r.ExpFloat64()
	}
	e := Bootstrap(samples, 1)
	if above, below := e.High-e.Value, e.Value-e.Low; above < 1.2*below {
		t.Errorf("%v above, %v below", above, below)
	}
	if again := Bootstrap(samples, 1); again.Low != e.Low || again.High != e.High {
		t.Errorf("%+v, and again %+v", e, again)
	}
	if other := Bootstrap(samples, 2); other.Low == e.Low {
		t.Error("the seed changes nothing")
	}
}

func BenchmarkBootstrap(b *testing.B) {
	samples := ramp(1000)
	for b.Loop() {
		Bootstrap(samples, 1)
	}
}

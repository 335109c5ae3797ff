package quantile

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/DataDog/sketches-go/ddsketch/encoding"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/rng"
)

// shapes are the distributions the property tests draw from.
var shapes = map[string]func(*rand.Rand) float64{
	"lognormal":    func(r *rand.Rand) float64 { return math.Exp(3 * r.NormFloat64()) },
	"exponential":  func(r *rand.Rand) float64 { return r.ExpFloat64() },
	"uniform":      func(r *rand.Rand) float64 { return r.Float64() },
	"normal":       func(r *rand.Rand) float64 { return r.NormFloat64() },
	"many zeros":   func(r *rand.Rand) float64 { return max(r.NormFloat64(), 0) },
	"all the same": func(*rand.Rand) float64 { return 720 },
	"far apart":    func(r *rand.Rand) float64 { return math.Exp(300 * (r.Float64() - 0.5)) },
}

var shapeNames = []string{"lognormal", "exponential", "uniform", "normal", "many zeros", "all the same", "far apart"}

// drawSample draws n numbers of a shape; rapid reports the seed if a test fails.
func drawSample(t *rapid.T) []float64 {
	draw := shapes[rapid.SampledFrom(shapeNames).Draw(t, "shape")]
	r := rng.Stream(rapid.Uint64().Draw(t, "seed"), "sample")
	sample := make([]float64, rapid.IntRange(1, 1000).Draw(t, "n"))
	for i := range sample {
		sample[i] = draw(r)
	}
	return sample
}

func sketchOf(sample []float64, relativeError float64) *Sketch {
	s := NewSketch(relativeError)
	for _, x := range sample {
		s.Add(x)
	}
	return s
}

func TestQuantileIsWithinTheStatedError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := drawSample(t)
		s := sketchOf(sample, rapid.SampledFrom([]float64{0.001, DefaultError, 0.1}).Draw(t, "error"))
		slices.Sort(sample)
		if s.Count() != len(sample) {
			t.Fatalf("count %d, want %d", s.Count(), len(sample))
		}
		for i := range 101 {
			q := float64(i) / 100
			got, want := s.Quantile(q), Exact(q, sample)
			// A value on the edge of a bucket is off by the error and a rounding.
			if math.Abs(got-want) > (s.Error()+1e-9)*math.Abs(want) {
				t.Fatalf("quantile %v is %v, want %v within %v", q, got, want, s.Error())
			}
		}
	})
}

// canonical is all that a sketch holds, in bytes that do not tell how it came about.
func canonical(s *Sketch) []byte {
	var b []byte
	s.positive.Encode(&b, encoding.FlagTypePositiveStore)
	s.negative.Encode(&b, encoding.FlagTypeNegativeStore)
	encoding.EncodeVarint64(&b, int64(s.zeros))
	encoding.EncodeFloat64LE(&b, s.min)
	encoding.EncodeFloat64LE(&b, s.max)
	return b
}

func TestMergedShardsAreTheWholeInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := drawSample(t)
		shards := make([]*Sketch, rapid.IntRange(1, 6).Draw(t, "shards"))
		for i := range shards {
			shards[i] = NewSketch(DefaultError)
		}
		for i, x := range sample {
			shards[i%len(shards)].Add(x)
		}
		merged := NewSketch(DefaultError)
		for _, shard := range rapid.Permutation(shards).Draw(t, "order") {
			merged.Merge(shard)
		}
		whole := sketchOf(sample, DefaultError)
		if !slices.Equal(canonical(merged), canonical(whole)) {
			t.Fatalf("%d shards of %d numbers do not merge into their whole", len(shards), len(sample))
		}
		for i := range 101 {
			if q := float64(i) / 100; merged.Quantile(q) != whole.Quantile(q) {
				t.Fatalf("quantile %v is %v merged, %v whole", q, merged.Quantile(q), whole.Quantile(q))
			}
		}
	})
}

func TestSketchAtTheEdges(t *testing.T) {
	s := NewSketch(DefaultError)
	if s.Count() != 0 || !math.IsNaN(s.Quantile(0.5)) {
		t.Errorf("empty: count %d, median %v", s.Count(), s.Quantile(0.5))
	}
	s.Add(7.3)
	if got := s.Quantile(0.5); got != 7.3 {
		t.Errorf("the only number there is: %v", got)
	}
	for what, f := range map[string]func(){
		"NaN":             func() { s.Add(math.NaN()) },
		"infinity":        func() { s.Add(math.Inf(-1)) },
		"q above 1":       func() { s.Quantile(1.1) },
		"q NaN":           func() { s.Quantile(math.NaN()) },
		"error 0":         func() { NewSketch(0) },
		"unlike sketches": func() { s.Merge(NewSketch(0.02)) },
	} {
		if !panics(f) {
			t.Errorf("%s: no panic", what)
		}
	}
	if s.Count() != 1 {
		t.Errorf("what cannot be added was counted: %d", s.Count())
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// 1 ms to 1e6 s are nine decades, 29.9 octaves of 35 buckets at an error of 1 %: 1047
// counts of 8 bytes, and as much room to grow at the most.
func TestSketchMemory(t *testing.T) {
	sketches := make([]*Sketch, 500)
	before := heap()
	for i := range sketches {
		sketches[i] = NewSketch(DefaultError)
		for j := range 100_000 / len(sketches) {
			sketches[i].Add(1e-3 * math.Pow(1e9, float64(j)/199))
		}
	}
	each := (heap() - before) / uint64(len(sketches))
	t.Logf("%d bytes a sketch", each)
	if each > 2*1047*8 {
		t.Errorf("%d bytes a sketch, want at most %d", each, 2*1047*8)
	}
	runtime.KeepAlive(sketches)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkSketchAdd(b *testing.B) {
	r := rng.Stream(1, "bench")
	latencies := make([]float64, 4096)
	for i := range latencies {
		latencies[i] = math.Exp(2 * r.NormFloat64())
	}
	s := sketchOf(latencies, DefaultError)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Add(latencies[i%len(latencies)])
	}
}

func BenchmarkSketchQuantile(b *testing.B) {
	s := sketchOf([]float64{1e-3, 1e5, 1e6}, DefaultError)
	b.ReportAllocs()
	for b.Loop() {
		s.Quantile(0.5)
	}
}

package stats

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/bobby-math/tessera/rng"
)

var seed = flag.Uint64("seed", 1, "seed of the statistical tests")

const experiments = 1000

// normal and exponential have the mean 10.
func normal(r *rand.Rand) float64      { return 10 + float64(3*r.NormFloat64()) }
func exponential(r *rand.Rand) float64 { return 10 * r.ExpFloat64() }

func draw(r *rand.Rand, n int, from func(*rand.Rand) float64) []float64 {
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = from(r)
	}
	return samples
}

// correlated is a policy that costs 1 more than the baseline on the mean, under prices
// that move both by far more.
func correlated(r *rand.Rand, n int) Pairs {
	p := make(Pairs, n)
	for i := range p {
		prices := 100 + float64(20*r.NormFloat64())
		p[i] = Pair{prices + 1 + float64(2*r.NormFloat64()), prices + float64(2*r.NormFloat64())}
	}
	return p
}

// Of a thousand 95 % intervals 950 cover the truth, with a standard deviation of
// sqrt(1000*0.95*0.05) = 6.9: the bounds of 930 and 970 are 2.9 of these away. The t
// interval of 50 exponential samples is not a 95 % interval: in 20,000 experiments it
// covered 93.6 %, which is what Skewed warns of; 913 is 3 deviations below that. The
// bootstrap covered 94.9 %.
func TestCoverage(t *testing.T) {
	t.Logf("seed %d", *seed)
	for _, c := range []struct {
		name     string
		truth    float64
		least    int
		estimate func(r *rand.Rand) Estimate
	}{
		{"mean of 20 normal", 10, 930, func(r *rand.Rand) Estimate { return Mean(draw(r, 20, normal)) }},
		{"mean of 50 exponential", 10, 913, func(r *rand.Rand) Estimate { return Mean(draw(r, 50, exponential)) }},
		{"bootstrap of 20 normal", 10, 930, func(r *rand.Rand) Estimate { return Bootstrap(draw(r, 20, normal), r.Uint64()) }},
		{"bootstrap of 50 exponential", 10, 930, func(r *rand.Rand) Estimate { return Bootstrap(draw(r, 50, exponential), r.Uint64()) }},
		{"difference of 20 pairs", 1, 930, func(r *rand.Rand) Estimate { return correlated(r, 20).Difference() }},
		{"relative difference of 20 pairs", 0.01, 930, func(r *rand.Rand) Estimate { return correlated(r, 20).Relative() }},
		{"share of 50 trials", 0.3, 930, func(r *rand.Rand) Estimate { return share(r, 50, 0.3) }},
	} {
		r := rng.Stream(*seed, c.name)
		covered := 0
		for range experiments {
			if c.estimate(r).covers(c.truth) {
				covered++
			}
		}
		t.Logf("%s: %d of %d cover", c.name, covered, experiments)
		if covered < c.least || covered > 970 {
			t.Errorf("%s: %d of %d intervals cover the truth", c.name, covered, experiments)
		}
	}
}

func (e Estimate) covers(truth float64) bool { return e.Low <= truth && truth <= e.High }

func share(r *rand.Rand, n int, p float64) Estimate {
	hits := 0
	for range n {
		if r.Float64() < p {
			hits++
		}
	}
	return Share(hits, n)
}

// Of 20 exponential samples the t interval covers the mean in about 92 % of experiments
// only; 945 of a thousand would be 3 deviations too many. Most of these experiments are
// warned of, and the bootstrap comes nearer to what it says; normal samples are hardly
// ever warned of.
func TestSkewedIsWhereTheIntervalFails(t *testing.T) {
	t.Logf("seed %d", *seed)
	r := rng.Stream(*seed, "skew")
	student, bootstrap, warned, falsely := 0, 0, 0, 0
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	for range experiments {
		samples := draw(r, 20, exponential)
		count(&student, Mean(samples).covers(10))
		count(&bootstrap, Bootstrap(samples, r.Uint64()).covers(10))
		count(&warned, skewed(samples))
		count(&falsely, skewed(draw(r, 20, normal)))
	}
	t.Logf("of %d: t covers %d, bootstrap %d, warned %d, falsely warned %d", experiments, student, bootstrap, warned, falsely)
	if student > 945 || bootstrap < student+5 || warned < 600 || falsely > 120 {
		t.Error("the warning is not where the interval fails")
	}
}

// Stopping at a check costs less than a point of coverage: the intervals cover the mean in
// 94.3 % or more (3,000 experiments), and 920 of a thousand are 3 deviations below that.
func TestUntilCoverage(t *testing.T) {
	t.Logf("seed %d", *seed)
	for name, from := range map[string]func(*rand.Rand) float64{"normal": normal, "exponential": exponential} {
		r := rng.Stream(*seed, "until "+name)
		covered, spent := 0, 0
		for range experiments {
			u := Until{Metric: "cost", Width: 0.1, Relative: true, Max: 5000}
			var samples []float64
			for next := u.Next(nil); next > 0; next = u.Next(samples) {
				samples = append(samples, draw(r, next-len(samples), from)...)
			}
			spent += len(samples)
			if Mean(samples).covers(10) {
				covered++
			}
		}
		t.Logf("%s: %d of %d cover, %d samples each", name, covered, experiments, spent/experiments)
		if covered < 920 || covered > 970 {
			t.Errorf("%s: %d of %d intervals cover the mean", name, covered, experiments)
		}
	}
}

// Where the policy makes no difference, the p-value is below x in a share x of all
// experiments. The distance of the two distributions exceeds 1.63/sqrt(experiments) in 1 %
// of cases (Kolmogorov and Smirnov); it is looked at where both can take a step.
func TestPValuesAreUniformWithoutDifference(t *testing.T) {
	t.Logf("seed %d", *seed)
	for _, c := range []struct {
		name           string
		pairs, repeats int
		steps          float64 // how many values p can take
	}{
		{"all signs of 10", 10, 1000, 512},
		{"drawn signs of 25", 25, 400, flips + 1},
	} {
		r := rng.Stream(*seed, c.name)
		bins := make([]int, 20)
		for range c.repeats {
			p := SignFlip(draw(r, c.pairs, func(r *rand.Rand) float64 { return r.NormFloat64() }), r.Uint64())
			bins[min(int(math.Ceil(p*20))-1, 19)]++
		}
		below := 0
		for i, count := range bins {
			below += count
			expected := math.Floor(float64(i+1)/20*c.steps) / c.steps
			if off := math.Abs(float64(below)/float64(c.repeats) - expected); off > 1.63/math.Sqrt(float64(c.repeats)) {
				t.Errorf("%s: %d of %d p-values are at most %v", c.name, below, c.repeats, float64(i+1)/20)
			}
		}
	}
}

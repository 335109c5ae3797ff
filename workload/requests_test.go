package workload

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/rng"
)

// take returns the first n requests, or all if there are fewer.
func take(a Arrivals, n int) (requests []Request) {
	for range n {
		r, ok := a.Next()
		if !ok {
			break
		}
		requests = append(requests, r)
	}
	return requests
}

func moments(x []float64) (mean, variance float64) { return stat.MeanVariance(x, nil) }

// near fails unless got is within 4 standard errors of want. Of the few dozen such checks
// here one in 16,000 would fail by chance; the seeds are fixed.
func near(t *testing.T, seed uint64, what string, got, want, standardError float64) {
	t.Helper()
	if math.Abs(got-want) > 4*standardError {
		t.Errorf("seed %d: %s is %v, want %v to within 4 x %v", seed, what, got, want, standardError)
	}
}

func TestPoissonCountsArePoisson(t *testing.T) {
	// n counts of a second each, Poisson with mean and variance lambda. Standard error of
	// the mean: sqrt(lambda/n). Of the variance: sqrt((m4 - lambda^2)/n) with the fourth
	// central moment m4 = lambda + 3 lambda^2.
	const lambda, n = 50.0, 2000
	for seed := range uint64(3) {
		counts := make([]float64, n)
		for a := (Requests{Process: "poisson", Rate: lambda}).Arrivals(seed); ; {
			r, _ := a.Next()
			second := int(r.At / clock.At(time.Second))
			if second >= n {
				break
			}
			counts[second]++
		}
		mean, variance := moments(counts)
		near(t, seed, "mean count", mean, lambda, math.Sqrt(lambda/n))
		near(t, seed, "variance of counts", variance, lambda, math.Sqrt((lambda+2*lambda*lambda)/n))
	}
}

func TestRateHoldsWhereGapsAreFewNanoseconds(t *testing.T) {
	// At 1e7 a second a gap is 100 ns on average; losing the fractions would make the rate
	// 0.5 % too high, 5 standard errors of a million.
	const n = 1_000_000
	for seed := range uint64(3) {
		r := Requests{Process: "poisson", Rate: MaxRate}
		all := take(r.Arrivals(seed), n)
		near(t, seed, "mean gap in ns", float64(all[n-1].At)/n, 100, 100/math.Sqrt(n))
	}
}

func TestGapsOfGamma(t *testing.T) {
	// Gaps with mean 1 s and cv c have variance c^2 and, of a gamma distribution, fourth
	// central moment c^4 (3 + 6 c^2). Standard error of the mean of n: c/sqrt(n), of their
	// variance: c^2 sqrt((2 + 6 c^2)/n).
	const n = 400_000
	for seed, cv := range []float64{0.2, 1, 1.5, 4} {
		var gaps []float64
		last := clock.Time(0)
		for _, r := range take(Requests{Process: "gamma", Rate: 1, CV: cv}.Arrivals(uint64(seed)), n) {
			gaps = append(gaps, r.At.Sub(last).Seconds())
			last = r.At
		}
		mean, variance := moments(gaps)
		near(t, uint64(seed), "mean gap", mean, 1, cv/math.Sqrt(n))
		near(t, uint64(seed), "variance of gaps", variance, cv*cv, cv*cv*math.Sqrt((2+6*cv*cv)/n))
		if cv == 1 { // exponential gaps: a share of 1/e is longer than the mean
			longer := 0.0
			for _, g := range gaps {
				if g > 1 {
					longer++
				}
			}
			near(t, uint64(seed), "share of long gaps", longer/n, math.Exp(-1), math.Sqrt(math.Exp(-1)*(1-math.Exp(-1))/n))
		}
	}
}

func TestCountsComeInTheirBins(t *testing.T) {
	r := Requests{Process: "counts", Counts: []int{0, 3, 0, 0, 1000, 1, 0}, Bin: time.Second}
	got := make([]int, len(r.Counts))
	a := r.Arrivals(1)
	for _, request := range take(a, 2000) {
		got[request.At/clock.At(r.Bin)]++
	}
	if !slices.Equal(got, r.Counts) {
		t.Errorf("%v, want %v", got, r.Counts)
	}
	for range 3 {
		if r, ok := a.Next(); ok {
			t.Errorf("%v after the end", r)
		}
	}
}

func TestCountsAreUniformInTheirBin(t *testing.T) {
	// The i-th least of 4 uniforms has mean i/5 and variance i (5-i)/(5^2 6) (a Beta
	// distribution), and all of them mean 1/2.
	const n, bins = 4, 10_000
	counts := slices.Repeat([]int{n}, bins)
	for seed := range uint64(3) {
		var sums [n]float64
		for i, r := range take(Requests{Process: "counts", Counts: counts}.Arrivals(seed), n*bins) {
			sums[i%n] += float64(r.At%clock.At(DefaultBin)) / float64(DefaultBin)
		}
		for i, sum := range sums {
			rank := float64(i + 1)
			near(t, seed, "mean place of a rank", sum/bins, rank/5, math.Sqrt(rank*(5-rank)/150/bins))
		}
	}
}

func TestManyInOneBinAreUniform(t *testing.T) {
	// Uniforms have mean 1/2, variance 1/12 and fourth central moment 1/80: the standard
	// error of the variance is sqrt((1/80 - 1/144)/n) = sqrt(1/180/n).
	const n = 200_000
	for seed := range uint64(3) {
		var places []float64
		for _, r := range take(Requests{Process: "counts", Counts: []int{n}}.Arrivals(seed), n) {
			places = append(places, float64(r.At)/float64(DefaultBin))
		}
		mean, variance := moments(places)
		near(t, seed, "mean place", mean, 0.5, math.Sqrt(1.0/12/n))
		near(t, seed, "variance of places", variance, 1.0/12, math.Sqrt(1.0/180/n))
	}
}

func TestServiceTimesFollowTheirDistribution(t *testing.T) {
	const n = 100_000
	for seed, service := range []ServiceTime{
		{}, // the default: exponential, mean 10 s, so cv 1
		{Drawn: rng.Duration{Shape: rng.Exponential, Mean: 10 * time.Second}},
		{Drawn: rng.Duration{Shape: rng.Lognormal, Mean: 10 * time.Second, CV: 0.5}},
		{Drawn: rng.Duration{Shape: rng.Constant, Mean: 10 * time.Second}},
	} {
		cv := map[rng.Shape]float64{"": 1, rng.Exponential: 1, rng.Lognormal: 0.5}[service.Drawn.Shape]
		var work []float64
		for _, r := range take(Requests{Process: "poisson", Rate: 1, Service: service}.Arrivals(uint64(seed)), n) {
			work = append(work, r.Work.Seconds())
		}
		mean, variance := moments(work)
		near(t, uint64(seed), "mean", mean, 10, 10*cv/math.Sqrt(n)+1e-9)
		if math.Abs(math.Sqrt(variance)/10-cv) > 0.03 { // the tail of lognormal is under 1 %, 3 of that
			t.Errorf("seed %d: cv %v, want %v", seed, math.Sqrt(variance)/10, cv)
		}
	}
}

func TestWorkDoesNotFollowTheGaps(t *testing.T) {
	// The correlation of n independent pairs has a standard error of 1/sqrt(n). Of the
	// gaps and works of one stream it would be 1, for their draws would be the same.
	const n = 10_000
	for seed := range uint64(3) {
		var gaps, work []float64
		last := clock.Time(0)
		for _, r := range take(Requests{Process: "poisson", Rate: 1}.Arrivals(seed), n) {
			gaps, work = append(gaps, r.At.Sub(last).Seconds()), append(work, r.Work.Seconds())
			last = r.At
		}
		near(t, seed, "correlation", stat.Correlation(gaps, work, nil), 0, 1/math.Sqrt(n))
	}
}

func TestLogsKeepTheirArrivals(t *testing.T) {
	log := []LoggedRequest{{0, 1000, 10}, {time.Second, 0, 0}, {time.Second, 1, 1}}
	tokens := ServiceTime{Tokens: TokenTime{Base: 100 * time.Millisecond, PerInput: 200 * time.Microsecond, PerOutput: 20 * time.Millisecond}}
	got := take(Requests{Process: "log", Log: log, Service: tokens}.Arrivals(1), 9)
	want := []Request{
		{0, 500 * time.Millisecond}, // 100 + 1000*0.2 + 10*20
		{clock.At(time.Second), 100 * time.Millisecond},
		{clock.At(time.Second), 120*time.Millisecond + 200*time.Microsecond},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for i, r := range take(Requests{Process: "log", Log: log}.Arrivals(1), 9) {
		if r.At != want[i].At || r.Work <= 0 {
			t.Errorf("with drawn service, request %d is %v", i, r)
		}
	}
	free := TokenTime{PerInput: time.Second}
	if work := free.Of(0, 7); work != 1 {
		t.Errorf("a request without tokens that cost anything takes %v, want 1ns", work)
	}
}

func TestArrivalsEndWhereTimeDoes(t *testing.T) {
	for _, r := range []Requests{{Process: "poisson", Rate: 1e-300}, {Process: "gamma", Rate: 1e-300, CV: 0.5}, {Process: "poisson", Rate: math.SmallestNonzeroFloat64}} {
		a := r.Arrivals(1)
		for range 3 {
			if got, ok := a.Next(); ok {
				t.Errorf("%v: %v", r, got)
			}
		}
	}
}

// drawRequests draws a spec that passes Check.
func drawRequests(t *rapid.T) Requests {
	r := Requests{
		Process: rapid.SampledFrom(Processes).Draw(t, "process"),
		Rate:    min(math.Exp(rapid.Float64Range(-14, 17).Draw(t, "log rate")), MaxRate),
		CV:      rapid.Float64Range(minCV, maxCV).Draw(t, "cv"),
		Counts:  rapid.SliceOfN(rapid.IntRange(0, 20), 1, 20).Draw(t, "counts"),
		Bin:     time.Duration(rapid.Int64Range(10_000, int64(time.Hour)).Draw(t, "bin")),
		Service: ServiceTime{Drawn: rng.Duration{
			Shape: rapid.SampledFrom(rng.Shapes).Draw(t, "shape"),
			Mean:  time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "mean")),
			CV:    rapid.Float64Range(0.01, 10).Draw(t, "service cv"),
		}},
	}
	at := time.Duration(0)
	for _, gap := range rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 1, 20).Draw(t, "gaps") {
		r.Log = append(r.Log, LoggedRequest{at, rapid.IntRange(0, MaxTokens).Draw(t, "input"), int(gap % MaxTokens)})
		at += time.Duration(gap)
	}
	return r
}

func TestRequestsComeInOrderAndOnlyByTheirSeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequests(t)
		seed := rapid.Uint64().Draw(t, "seed")
		if errs := r.Check(); len(errs) > 0 {
			t.Fatal(errs)
		}
		first := take(r.Arrivals(seed), 200)
		if !slices.Equal(first, take(r.Arrivals(seed), 200)) {
			t.Fatal("another time, other requests")
		}
		if !slices.IsSortedFunc(first, func(a, b Request) int { return int(a.At - b.At) }) {
			t.Fatalf("not in order: %v", first)
		}
		for _, request := range first {
			if request.At < 0 || request.Work < 1 {
				t.Fatalf("%v", request)
			}
		}
		r.Service = DefaultServiceTime
		if r.Process == "log" {
			r.Service = ServiceTime{Tokens: TokenTime{Base: 1, PerOutput: maxPerToken, PerInput: maxPerToken}}
		}
		other := take(r.Arrivals(seed), 200)
		if !slices.EqualFunc(first, other, func(a, b Request) bool { return a.At == b.At && b.Work > 0 }) {
			t.Fatalf("another service time, other arrivals: %v and %v", first, other)
		}
	})
}

func TestAnotherSeedGivesOtherRequests(t *testing.T) {
	for _, r := range []Requests{{Process: "poisson", Rate: 1}, {Process: "gamma", Rate: 1, CV: 2}, {Process: "counts", Counts: []int{3}}} {
		a, b := take(r.Arrivals(1), 3), take(r.Arrivals(2), 3)
		for i := range a {
			if a[i].At == b[i].At || a[i].Work == b[i].Work {
				t.Errorf("%v: seed 1 gives %v, seed 2 %v", r, a[i], b[i])
			}
		}
	}
}

func TestRequestsTellAllThatIsWrong(t *testing.T) {
	tokens := ServiceTime{Tokens: TokenTime{PerOutput: 1}}
	bad := ServiceTime{Tokens: TokenTime{Base: -1, PerInput: 11 * time.Second, PerOutput: 1}}
	lognormal := ServiceTime{Drawn: rng.Duration{Shape: rng.Lognormal, Mean: -1, CV: 11}}
	tests := []struct {
		name     string
		requests Requests
		want     string
	}{
		{"the zero value", Requests{}, `process: "" must be one of poisson, gamma, counts, log`},
		{"no rate", Requests{Process: "poisson"}, "rate: 0 must be in (0, 1e+07] a second"},
		{"no number", Requests{Process: "gamma", Rate: math.NaN(), CV: math.NaN()},
			"rate: NaN must be in (0, 1e+07] a second\ncv: NaN must be in [0.01, 100]"},
		{"too much", Requests{Process: "gamma", Rate: 1.1e7, CV: 101, Service: lognormal},
			"rate: 1.1e+07 must be in (0, 1e+07] a second\ncv: 101 must be in [0.01, 100]\n" +
				"service: mean: -1ns must be in (0s, 8760h0m0s]\nservice: cv: 11 must be in (0, 10]"},
		{"no counts", Requests{Process: "counts"}, "counts: 0 bins of 1m0s must be in [1, 52560000], at most 100 years"},
		{"a bin of negative width", Requests{Process: "counts", Counts: []int{1}, Bin: -1}, "bin: -1ns must be in (0s, 876000h0m0s]"},
		{"a negative count", Requests{Process: "counts", Counts: []int{1, -1}, Bin: time.Second},
			"counts[1]: -1 must be in [0, 10000000], 1e+07 a second"},
		{"no log", Requests{Process: "log"}, "log: there must be at least one request"},
		{"a log out of order", Requests{Process: "log", Log: []LoggedRequest{{At: 2}, {At: 1}}, Service: tokens},
			"log[1]: arrival 1ns must be in [2ns, 876000h0m0s], in order"},
		{"tokens below 0", Requests{Process: "log", Log: []LoggedRequest{{0, 1, -1}}, Service: bad},
			"log[0]: tokens 1 and -1 must be in [0, 100000000]\n" +
				"service: base: -1ns must be in [0s, 24h0m0s]\nservice: input: 11s must be in [0s, 10s]"},
		{"tokens of no log", Requests{Process: "poisson", Rate: 1, Service: tokens},
			"service: tokens are known only of the requests of a log"},
		{"tokens and a distribution", Requests{Process: "log", Log: []LoggedRequest{{}}, Service: ServiceTime{Drawn: DefaultServiceTime.Drawn, Tokens: tokens.Tokens}},
			"service: tokens and a distribution exclude each other: leave one out"},
	}
	for _, test := range tests {
		if err := errors.Join(test.requests.Check()...); err == nil || err.Error() != test.want {
			t.Errorf("%s:\ngot\n%v\nwant\n%s", test.name, err, test.want)
		}
	}
}

func TestRequestsAsJSON(t *testing.T) {
	// All but the data itself, of which Source tells where it lies.
	want := Requests{Process: "gamma", Rate: 5, CV: 4, Bin: time.Second, Source: "azure:f", Service: DefaultServiceTime}
	full := want
	full.Counts, full.Log = []int{1}, []LoggedRequest{{}}
	text, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var got Requests
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s became %+v, %v", text, got, err)
	}
}

func TestRequestsComeInOnceTheServiceOpens(t *testing.T) {
	r := Requests{Process: "poisson", Rate: 1}
	later := r
	later.Opens = time.Hour
	first, second := r.Arrivals(3), later.Arrivals(3)
	for range 10 {
		a, _ := first.Next()
		b, _ := second.Next()
		if a.At.Add(time.Hour) != b.At || a.Work != b.Work {
			t.Fatalf("%+v and %+v are not an hour apart", a, b)
		}
	}
	later.Opens = -1
	if errs := later.Check(); len(errs) != 1 || errs[0].Error() != "opens: -1ns must be in [0s, 87600h0m0s]" {
		t.Errorf("%v", errs)
	}
}

func TestMostRequestsInATime(t *testing.T) {
	for name, c := range map[string]struct {
		requests Requests
		in       time.Duration
		want     float64
	}{
		"drawn ones by their rate":                  {Requests{Process: "poisson", Rate: 3}, time.Minute, 180},
		"counts by the fullest bin":                 {Requests{Process: "counts", Counts: []int{6, 60, 6}, Bin: time.Minute}, 10 * time.Second, 10},
		"but no more than there are":                {Requests{Process: "counts", Counts: []int{6, 60, 6}, Bin: time.Minute}, time.Hour, 72},
		"a log where they lie closest":              {Requests{Process: "log", Log: []LoggedRequest{{At: 0}, {At: 8}, {At: 9}, {At: 17}}}, 9, 2},
		"those of a log that are as far do not add": {Requests{Process: "log", Log: []LoggedRequest{{At: 0}, {At: 9}}}, 9, 1},
	} {
		if got := c.requests.Most(c.in); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

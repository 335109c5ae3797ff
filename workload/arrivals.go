package workload

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/bobby-math/tessera/clock"
)

// renewal is a process of independent gaps in nanoseconds, at least 0, which need not be whole
// numbers. What rounding cuts off a gap is put to the next, so that the mean rate is right
// however small the gaps.
type renewal struct {
	gap  func() float64
	now  clock.Time
	rest float64 // ns, in [0, 1)
}

// instant moves on by a gap. It returns false beyond clock.Never.
func (w *renewal) instant() (clock.Time, bool) {
	gap := w.gap() + w.rest
	if !(gap < float64(clock.Never-w.now)) {
		return 0, false
	}
	whole := math.Floor(gap)
	w.rest = gap - whole
	w.now += clock.Time(whole)
	return w.now, true
}

// newPoisson returns a Poisson process of a rate a second: gaps are exponential.
func newPoisson(rate float64, r *rand.Rand) *renewal {
	mean := float64(time.Second) / rate
	return &renewal{gap: func() float64 { return float64(mean * r.ExpFloat64()) }}
}

// newGamma returns the process whose gaps have mean 1/rate and coefficient of variation
// cv: a gamma distribution of shape k and rate beta has cv 1/sqrt(k) and mean k/beta.
func newGamma(rate, cv float64, r *rand.Rand) *renewal {
	mean, shape := float64(time.Second)/rate, 1/(cv*cv)
	gaps := distuv.Gamma{Alpha: shape, Beta: shape, Src: r}
	return &renewal{gap: func() float64 { return float64(mean * gaps.Rand()) }}
}

// bin returns Bin, or the default where none is said.
func (r Requests) bin() time.Duration {
	if r.Bin == 0 {
		return DefaultBin
	}
	return r.Bin
}

func mostIn(bin time.Duration) int { return int(MaxRate * bin.Seconds()) }

func (r Requests) checkBin() []error {
	if r.Bin < 0 || r.Bin > longest {
		return []error{fmt.Errorf("bin: %v must be in (0s, %v]", r.Bin, longest)}
	}
	return nil
}

// checkCounts returns what is wrong with Bin and Counts; of the counts the first thing
// only: the reader reports everything.
func (r Requests) checkCounts() []error {
	if errs := r.checkBin(); len(errs) > 0 {
		return errs
	}
	if n, most := len(r.Counts), int(longest/r.bin()); n == 0 || n > most {
		return []error{fmt.Errorf("counts: %d bins of %v must be in [1, %d], at most 100 years", n, r.bin(), most)}
	}
	for i, n := range r.Counts {
		if most := mostIn(r.bin()); n < 0 || n > most {
			return []error{fmt.Errorf("counts[%d]: %d must be in [0, %d], %v a second", i, n, most, float64(MaxRate))}
		}
	}
	return nil
}

// binned places the requests of each bin as independent uniform instants in order, one at
// a time: sorted exponentials are sums, E(i) = sum over j <= i of X(j)/(n-j+1) (Rényi, On
// the theory of order statistics, 1953), and 1-exp(-E(i)) are sorted uniforms.
type binned struct {
	counts []int
	width  time.Duration
	r      *rand.Rand

	bin  int
	left int     // of the present bin
	sum  float64 // E of the last request
	now  clock.Time
}

func (b *binned) instant() (clock.Time, bool) {
	for b.left == 0 {
		if b.bin++; b.bin >= len(b.counts) {
			return 0, false
		}
		b.left, b.sum = b.counts[b.bin], 0
	}
	b.sum += b.r.ExpFloat64() / float64(b.left)
	b.left--
	into := time.Duration(-math.Expm1(-b.sum) * float64(b.width))
	at := clock.At(time.Duration(b.bin) * b.width).Add(min(into, b.width-1))
	b.now = max(b.now, at) // rounding must not turn two around
	return b.now, true
}

// LoggedRequest is a request of a log.
type LoggedRequest struct {
	// At is its arrival, since the first request. At least 0.
	At time.Duration
	// Input and Output are the tokens of the prompt and of the answer. Range
	// [0, MaxTokens].
	Input, Output int
}

// MaxTokens is the most tokens that a prompt or an answer may have.
const MaxTokens = 100_000_000

// checkLog returns what is wrong with a log that was not read from a file: the first thing
// only: the readers report everything.
func checkLog(log []LoggedRequest) []error {
	if len(log) == 0 {
		return []error{fmt.Errorf("log: there must be at least one request")}
	}
	last := time.Duration(0)
	for i, r := range log {
		switch {
		case r.At < last || r.At > longest:
			return []error{fmt.Errorf("log[%d]: arrival %v must be in [%v, %v], in order", i, r.At, last, longest)}
		case min(r.Input, r.Output) < 0 || max(r.Input, r.Output) > MaxTokens:
			return []error{fmt.Errorf("log[%d]: tokens %d and %d must be in [0, %d]", i, r.Input, r.Output, MaxTokens)}
		}
		last = r.At
	}
	return nil
}

// logged are the requests of a log.
type logged struct {
	log    []LoggedRequest // those to come
	tokens TokenTime
}

// Next implements Arrivals, with work by the tokens.
func (l *logged) Next() (Request, bool) {
	if len(l.log) == 0 {
		return Request{}, false
	}
	r := l.log[0]
	l.log = l.log[1:]
	return Request{clock.At(r.At), l.tokens.Of(r.Input, r.Output)}, true
}

func (l *logged) instant() (clock.Time, bool) {
	r, ok := l.Next()
	return r.At, ok
}

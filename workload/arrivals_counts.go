package workload

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/bobby-math/tessera/clock"
)

// bin returns Bin, or the default where none is said.
func (r Requests) bin() time.Duration {
	if r.Bin == 0 {
		return DefaultBin
	}
	return r.Bin
}

// mostIn returns how many requests MaxRate allows in a bin.
func mostIn(bin time.Duration) int { return int(MaxRate * bin.Seconds()) }

// checkBin returns what is wrong with Bin.
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

func newBinned(counts []int, width time.Duration, r *rand.Rand) *binned {
	return &binned{counts: counts, width: width, r: r, bin: -1}
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

package quantile

import (
	"fmt"
	"math"

	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// DefaultError is the relative error of a sketch that suits latencies: 1 %.
const DefaultError = 0.01

// Sketch estimates quantiles of a stream of numbers within a relative error, in memory
// that grows with the logarithm of their range and not with their count (Masson, Rim and
// Lee: DDSketch, PVLDB 12(12), 2019). Sketches of parts merge into the sketch of the
// whole, the same one in whatever order. At an error of 1 %, numbers from 1 ms to 1e6 s
// take 10 KB, and all positive numbers there are 0.6 MB; so do the negative ones, apart.
// The zero Sketch is not usable; call NewSketch.
type Sketch struct {
	relativeError      float64
	buckets            *mapping.CubicallyInterpolatedMapping
	positive, negative store.DenseStore // counts by bucket of the magnitude; exact to 2^53
	zeros              int
	min, max           float64
}

// NewSketch returns an empty sketch whose quantiles are within relativeError of the
// sample's. Range [0.0001, 0.5], use DefaultError if in doubt; memory is in inverse
// proportion to it. Outside its range it panics.
func NewSketch(relativeError float64) *Sketch {
	if !(relativeError >= 0.0001 && relativeError <= 0.5) {
		panic(fmt.Sprintf("quantile: relative error %v of a sketch must be in [0.0001, 0.5]", relativeError))
	}
	buckets, err := mapping.NewCubicallyInterpolatedMapping(relativeError)
	if err != nil {
		panic(fmt.Sprintf("quantile: relative error %v of a sketch: %v", relativeError, err))
	}
	return &Sketch{
		relativeError: relativeError,
		buckets:       buckets,
		positive:      *store.NewDenseStore(),
		negative:      *store.NewDenseStore(),
		min:           math.Inf(1),
		max:           math.Inf(-1),
	}
}

// Add counts x. It allocates only when x lies beyond the range of those before. Magnitudes
// below 1e-307 count as zero; NaN and magnitudes above 1e308 panic.
func (s *Sketch) Add(x float64) {
	switch size := math.Abs(x); {
	case !(size <= 1e308):
		panic(fmt.Sprintf("quantile: a sketch cannot hold %v", x))
	case size < 1e-307:
		s.zeros++
	case x > 0:
		s.positive.Add(s.buckets.Index(size))
	default:
		s.negative.Add(s.buckets.Index(size))
	}
	if x < s.min {
		s.min = x
	}
	if x > s.max {
		s.max = x
	}
}

// Merge counts all that other counts; other stays as it is. The two must have the same
// error, or it panics.
func (s *Sketch) Merge(other *Sketch) {
	if s.relativeError != other.relativeError {
		panic(fmt.Sprintf("quantile: sketches with errors %v and %v do not merge", s.relativeError, other.relativeError))
	}
	s.positive.MergeWith(&other.positive)
	s.negative.MergeWith(&other.negative)
	s.zeros += other.zeros
	s.min, s.max = min(s.min, other.min), max(s.max, other.max)
}

// Count returns how many numbers were added.
func (s *Sketch) Count() int {
	return s.zeros + int(s.positive.TotalCount()) + int(s.negative.TotalCount())
}

// Error returns the largest relative error of a quantile.
func (s *Sketch) Error() float64 { return s.relativeError }

// Quantile estimates the q-quantile, as Exact defines it, of all numbers added: within
// Error of it, and never outside their range, so that the quantiles 0 and 1 are exact.
// It is NaN if there are none. A q outside [0, 1] panics.
func (s *Sketch) Quantile(q float64) float64 {
	if !(q >= 0 && q <= 1) {
		panic(fmt.Sprintf("quantile: q %v must be in [0, 1]", q))
	}
	n := s.Count()
	if n == 0 {
		return math.NaN()
	}
	switch rank := rank(q, n); rank {
	case 0:
		return s.min
	case n - 1:
		return s.max
	default:
		return min(max(s.at(rank), s.min), s.max)
	}
}

// at estimates the number with rank smaller ones before it.
func (s *Sketch) at(rank int) float64 {
	negative := int(s.negative.TotalCount())
	switch {
	case rank < negative:
		return -s.buckets.Value(s.negative.KeyAtRank(float64(negative - 1 - rank)))
	case rank < negative+s.zeros:
		return 0
	default:
		return s.buckets.Value(s.positive.KeyAtRank(float64(rank - negative - s.zeros)))
	}
}

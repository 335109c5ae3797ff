package workload

import (
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/bobby-math/tessera/clock"
)

// watch adds up gaps that are no whole numbers of nanoseconds. What rounding cuts off a
// gap is put to the next, so that the mean rate is right however small the gaps.
type watch struct {
	now  clock.Time
	rest float64 // ns, in [0, 1)
}

// advance moves on by a gap in nanoseconds, at least 0. It returns false beyond
// clock.Never.
func (w *watch) advance(gap float64) (clock.Time, bool) {
	gap += w.rest
	if !(gap < float64(clock.Never-w.now)) {
		return 0, false
	}
	whole := math.Floor(gap)
	w.rest = gap - whole
	w.now += clock.Time(whole)
	return w.now, true
}

// meanGap returns the mean gap in nanoseconds of a rate per second.
func meanGap(rate float64) float64 { return float64(time.Second) / rate }

// poisson is a Poisson process: gaps exponential with the mean.
type poisson struct {
	watch watch
	mean  float64 // ns
	gaps  *rand.Rand
}

func newPoisson(rate float64, gaps *rand.Rand) *poisson {
	return &poisson{mean: meanGap(rate), gaps: gaps}
}

func (p *poisson) instant() (clock.Time, bool) {
	return p.watch.advance(float64(p.mean * p.gaps.ExpFloat64()))
}

// renewal is a process with gaps of a gamma distribution.
type renewal struct {
	watch watch
	mean  float64      // ns
	gaps  distuv.Gamma // of mean 1
}

// newRenewal returns the process whose gaps have mean 1/rate and coefficient of variation
// cv: a gamma distribution of shape k and rate beta has cv 1/sqrt(k) and mean k/beta.
func newRenewal(rate, cv float64, gaps *rand.Rand) *renewal {
	shape := 1 / (cv * cv)
	return &renewal{mean: meanGap(rate), gaps: distuv.Gamma{Alpha: shape, Beta: shape, Src: gaps}}
}

func (r *renewal) instant() (clock.Time, bool) {
	return r.watch.advance(float64(r.mean * r.gaps.Rand()))
}

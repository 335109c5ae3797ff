package market

import (
	"math"
	"math/rand/v2"

	"github.com/bobby-math/tessera/clock"
)

func init() {
	registerPrice(PriceModel{
		Name:      "ou",
		Title:     "Ornstein-Uhlenbeck process",
		Doc:       "mean-reverting around the mean with a business-hours cycle",
		Synthetic: true,
		New: func(s PriceSpec, r *rand.Rand) PriceProcess {
			mean := s.Mean.Dollars()
			x := newOU(s.Step.Hours(), s.Relaxation.Hours(), s.Spread*mean, r)
			return &stepper{spec: s, draw: func(at clock.Time) float64 {
				return float64(mean*dailyCycle(at, s.DailySwing)) + x.next()
			}}
		},
	})
}

// ou is a stationary Ornstein-Uhlenbeck process dX = -X/tau dt + s sqrt(2/tau) dW,
// sampled exactly at equal steps: X(t+h) = X(t) rho + s sqrt(1 - rho^2) Z with
// rho = exp(-h/tau). (Gillespie, Exact numerical simulation of the Ornstein-Uhlenbeck
// process and its integral, Phys. Rev. E 54, 1996, equation 3.1.)
type ou struct {
	rho, kick, x float64
	r            *rand.Rand
}

// newOU returns the process with relaxation time tau and stationary standard deviation s,
// begun in its stationary distribution; step and tau in the same unit.
func newOU(step, tau, s float64, r *rand.Rand) *ou {
	rho := math.Exp(-step / tau)
	return &ou{rho: rho, kick: s * math.Sqrt(-math.Expm1(-2*step/tau)), x: s * r.NormFloat64(), r: r}
}

// next returns the present value and moves on by one step.
func (p *ou) next() float64 {
	x := p.x
	p.x = float64(p.rho*x) + float64(p.kick*p.r.NormFloat64())
	return x
}

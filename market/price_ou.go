package market

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/bobby-math/tessera/clock"
)

func init() {
	RegisterPrice(PriceModel{
		Name:      "ou",
		Title:     "Ornstein-Uhlenbeck process",
		Doc:       "mean-reverting around the mean with a business-hours cycle",
		Synthetic: true,
		Params: append(SharedPriceParams(),
			&Param{
				Name: "relaxation", Kind: KindDuration, Doc: "Time after which a deviation has fallen to 1/e.",
				Low: End{Value: time.Nanosecond}, Default: 6 * time.Hour,
			},
			&Param{
				Name: "daily_swing", Kind: KindShare, Doc: "How far the mean lies above its daily average from 9 to 17 o'clock, as a share; at night it lies half of that below.",
				Low: End{Value: 0.}, High: End{Value: 1.}, Default: 0.10,
			},
		),
		New: func(s PriceSpec, r *rand.Rand) PriceProcess {
			mean, swing := s.Mean().Dollars(), s.Number("daily_swing")
			x := newOU(s.Duration("step").Hours(), s.Duration("relaxation").Hours(), s.Number("spread")*mean, r)
			return newStepper(s, func(at clock.Time) float64 {
				return float64(mean*dailyCycle(at, swing)) + x.next()
			})
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

func (p *ou) next() float64 {
	x := p.x
	p.x = float64(p.rho*x) + float64(p.kick*p.r.NormFloat64())
	return x
}

// dailyCycle returns the factor on the mean price at an instant, the run having begun at
// midnight: 1 + swing in the eight business hours and 1 - swing/2 in the sixteen others,
// so that its mean over a day is 1.
func dailyCycle(at clock.Time, swing float64) float64 {
	hour := math.Mod(at.Hours(), 24)
	if hour >= 9 && hour < 17 {
		return 1 + swing
	}
	return 1 - swing/2
}

package market

import (
	"math/rand/v2"

	"github.com/bobby-math/tessera/clock"
)

func init() {
	registerPrice(PriceModel{
		Name:      "simple",
		Title:     "constant price with noise",
		Doc:       "the mean with independent normal noise at every step",
		Synthetic: true,
		New: func(s PriceSpec, r *rand.Rand) PriceProcess {
			mean := s.Mean.Dollars()
			return &stepper{spec: s, draw: func(clock.Time) float64 {
				return mean + float64(float64(mean*s.Spread)*r.NormFloat64())
			}}
		},
	})
}

package market

import (
	"math/rand/v2"

	"github.com/bobby-math/tessera/clock"
)

func init() {
	RegisterPrice(PriceModel{
		Name:      "simple",
		Title:     "constant price with noise",
		Doc:       "the mean with independent normal noise at every step",
		Synthetic: true,
		Params:    SharedPriceParams(),
		New: func(s PriceSpec, r *rand.Rand) PriceProcess {
			mean, spread := s.Mean().Dollars(), s.Number("spread")
			return newStepper(s, func(clock.Time) float64 {
				return mean + float64(float64(mean*spread)*r.NormFloat64())
			})
		},
	})
}

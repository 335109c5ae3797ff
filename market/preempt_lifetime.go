package market

import (
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func init() {
	RegisterPreemption(PreemptionModel{
		Name: "lifetime",
		Doc:  "each spot instance lives for a random time, whatever the price",
		Params: []*Param{
			{
				Name: "mean", Kind: KindDuration, Doc: "The mean lifetime before the cap.",
				Low: End{Value: time.Second}, Default: 6*time.Hour + 40*time.Minute,
			},
			{
				Name: "shape", Kind: KindNumber, Doc: "The Weibull shape: 1 is exponential, above 1 wears out, below 1 fails early.",
				Low: End{Value: 0.1}, High: End{Value: 10.}, Default: 1.,
			},
			{
				Name: "cap", Kind: KindDuration, Doc: "Ends every instance at this age; 0s is no cap.",
				Low: End{Value: time.Duration(0)}, Default: 24 * time.Hour,
			},
		},
		New: func(s PreemptionSpec, _ cloud.Price) Preemption {
			shape := s.Number("shape")
			return lifetime{power: 1 / shape, scale: float64(s.Duration("mean")) / math.Gamma(1+1/shape), cap: s.Duration("cap")}
		},
	})
}

// lifetime is Weibull with the given mean and shape, cut off at the cap. With an
// exponential E of mean 1, scale * E^(1/shape) is Weibull, and
// scale = mean / Gamma(1 + 1/shape).
type lifetime struct {
	never
	power, scale float64
	cap          time.Duration // 0 is none
}

func (l lifetime) Fate(now clock.Time, draw float64) Fate {
	age := time.Duration(math.Min(math.Ceil(l.scale*math.Pow(draw, l.power)), math.MaxInt64/2))
	if l.cap > 0 {
		age = min(age, l.cap)
	}
	return Fate{At: now.Add(max(age, 1)), Threshold: survives.Threshold}
}

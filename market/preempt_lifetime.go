package market

import (
	"fmt"
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func init() {
	registerPreemption(PreemptionModel{
		Name: "lifetime",
		Doc:  "each spot instance lives for a random time, whatever the price",
		Check: func(s PreemptionSpec) (errs []error) {
			if s.Mean < time.Second {
				errs = append(errs, fmt.Errorf("mean: %v must be at least 1s", s.Mean))
			}
			if !(s.Shape >= 0.1 && s.Shape <= 10) {
				errs = append(errs, fmt.Errorf("shape: %v must be in [0.1, 10]", s.Shape))
			}
			if s.Cap < 0 {
				errs = append(errs, fmt.Errorf("cap: %v must be >= 0", s.Cap))
			}
			return errs
		},
		New: func(s PreemptionSpec, _ cloud.Price) Preemption { return lifetime{spec: s} },
	})
}

// lifetime is Weibull with the given mean and shape, cut off at the cap. With an
// exponential E of mean 1, scale * E^(1/shape) is Weibull, and
// scale = mean / Gamma(1 + 1/shape).
type lifetime struct {
	never
	spec PreemptionSpec
}

func (l lifetime) Fate(now clock.Time, luck float64) Fate {
	scale := float64(l.spec.Mean) / math.Gamma(1+1/l.spec.Shape)
	age := time.Duration(math.Min(math.Ceil(scale*math.Pow(luck, 1/l.spec.Shape)), math.MaxInt64/2))
	if l.spec.Cap > 0 {
		age = min(age, l.spec.Cap)
	}
	return Fate{At: now.Add(max(age, 1)), Threshold: survives.Threshold}
}

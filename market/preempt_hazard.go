package market

import (
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Correlation says how the preemption rate follows the price.
type Correlation string

const (
	// Inverse: cheap hours are the crowded-out ones; half the price, twice the rate.
	Inverse Correlation = "inverse"
	// Direct: dear hours are the scarce ones; twice the price, twice the rate.
	Direct Correlation = "direct"
)

// Correlations lists the ways, in the order of documentation.
var Correlations = []Correlation{Inverse, Direct}

func init() {
	registerPreemption(PreemptionModel{
		Name: "hazard",
		Doc:  "a probability per time step, tied to the price",
		Check: func(s PreemptionSpec) (errs []error) {
			if !(s.Rate >= 0 && s.Rate <= 3600) {
				errs = append(errs, fmt.Errorf("rate: %v an hour must be in [0, 3600]", s.Rate))
			}
			if s.Step < time.Second {
				errs = append(errs, fmt.Errorf("step: %v must be at least 1s", s.Step))
			}
			if !slices.Contains(Correlations, s.Correlation) {
				errs = append(errs, fmt.Errorf("correlation: %q must be one of %v", s.Correlation, Correlations))
			}
			if s.Reference < 0 {
				errs = append(errs, fmt.Errorf("reference: %v must be >= 0", s.Reference))
			}
			return errs
		},
		New: func(s PreemptionSpec, mean cloud.Price) Preemption {
			if s.Reference == 0 {
				s.Reference = mean
			}
			return &hazard{spec: s}
		},
	})
}

// hazard tosses, in effect, a coin for every instance at every step i: it falls with
// probability p_i = 1 - exp(-rate(price) * step). Instead of tossing, it cumulates
// H = sum of -ln(1 - p_i) = sum of rate * step; an instance granted at level H0 falls at
// the first step with H - H0 >= E, E exponential with mean 1, for
// P(E > H - H0) = exp(-(H - H0)) = product of (1 - p_i), as with the coins.
type hazard struct {
	spec  PreemptionSpec
	level float64
}

func (h *hazard) Admits(cloud.Price) bool { return true }

func (h *hazard) Fate(_ clock.Time, luck float64) Fate {
	return Fate{At: clock.Never, Threshold: h.level + luck}
}

func (h *hazard) Period() time.Duration { return h.spec.Step }

func (h *hazard) Step(p cloud.Price) float64 {
	h.level += float64(h.rate(p) * h.spec.Step.Hours())
	return h.level
}

// rate returns the preemptions an hour at price p. A price of zero counts as one
// nano-dollar.
func (h *hazard) rate(p cloud.Price) float64 {
	relative := float64(max(p, 1)) / float64(h.spec.Reference)
	if h.spec.Correlation == Inverse {
		relative = 1 / relative
	}
	return h.spec.Rate * relative
}

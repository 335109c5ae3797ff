package market

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// How the preemption rate follows the price.
const (
	// Inverse: cheap hours are the crowded-out ones; half the price, twice the rate.
	Inverse = "inverse"
	// Direct: expensive hours are the scarce ones; twice the price, twice the rate.
	Direct = "direct"
)

// Correlations lists the ways, in the order of documentation.
var Correlations = []string{Inverse, Direct}

func init() {
	RegisterPreemption(PreemptionModel{
		Name: "hazard",
		Doc:  "a probability per time step, tied to the price",
		Params: []*Param{
			{
				Name: "rate", Kind: KindRate, Doc: "Preemptions of one instance at the reference price. More is harder on policies.",
				Low: End{Value: 0.}, High: End{Value: 3600.}, Default: 0.15,
			},
			{
				Name: "step", Kind: KindDuration, Doc: "Time between steps.",
				Low: End{Value: time.Second}, Default: 5 * time.Minute,
			},
			{
				Name: "correlation", Kind: KindWord, Doc: "Whether cheap hours (inverse) or expensive hours (direct) are the dangerous ones.",
				Choices: Correlations, Default: Inverse,
			},
			{
				Name: "reference", Kind: KindPrice, Doc: "The price at which rate holds.",
				Low: End{Value: cloud.Price(0)}, Depends: "the pool's mean price",
			},
		},
		New: func(s PreemptionSpec, mean cloud.Price) Preemption {
			h := &hazard{rate: s.Number("rate"), step: s.Duration("step"), inverse: s.Word("correlation") == Inverse, reference: s.Price("reference")}
			if h.reference == 0 {
				h.reference = mean
			}
			return h
		},
	})
}

// hazard tosses in effect a coin for every instance at every step i: it is preempted with
// probability p_i = 1 - exp(-rate(price) * step). Instead of tossing, it cumulates H = sum
// of -ln(1 - p_i) = sum of rate * step; an instance granted at level H0 is preempted at
// the first step with H - H0 >= E, E exponential with mean 1, for P(E > H - H0) = exp(-(H
// - H0)) = product of (1 - p_i), as with the coins.
type hazard struct {
	rate      float64 // an hour, at the reference price
	step      time.Duration
	inverse   bool
	reference cloud.Price
	level     float64
}

func (h *hazard) Admits(cloud.Price) bool { return true }

func (h *hazard) Fate(_ clock.Time, draw float64) Fate {
	return Fate{At: clock.Never, Threshold: h.level + draw}
}

func (h *hazard) Period() time.Duration { return h.step }

func (h *hazard) Step(p cloud.Price) float64 {
	h.level += float64(h.rateAt(p) * h.step.Hours())
	return h.level
}

// rateAt returns the preemptions an hour at price p. A price of zero counts as one
// nano-dollar.
func (h *hazard) rateAt(p cloud.Price) float64 {
	relative := float64(max(p, 1)) / float64(h.reference)
	if h.inverse {
		relative = 1 / relative
	}
	return h.rate * relative
}

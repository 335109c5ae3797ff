package market

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func init() {
	RegisterPreemption(PreemptionModel{
		Name: "bid",
		Doc:  "spot instances are preempted, and launches refused, while the price is above the bid",
		Params: []*Param{{
			Name: "bid", Kind: KindPrice, Doc: "The most you pay for spot.",
			Low: End{Value: cloud.Price(0), Open: true}, High: End{Value: maxPrice},
			Depends: "on_demand", Derive: func(p *Pool) any { return p.OnDemand },
		}},
		New: func(s PreemptionSpec, _ cloud.Price) Preemption { return bid(s.Price("bid")) },
	})
}

// bid takes the price itself for the level: an instance is preempted at a price of one
// nano-dollar an hour above the bid or more.
type bid cloud.Price

func (b bid) Admits(p cloud.Price) bool { return p <= cloud.Price(b) }

func (b bid) Fate(clock.Time, float64) Fate {
	return Fate{At: clock.Never, Threshold: float64(b + 1)}
}

func (bid) Period() time.Duration      { return 0 }
func (bid) Step(p cloud.Price) float64 { return float64(p) }

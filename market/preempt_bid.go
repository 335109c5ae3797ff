package market

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func init() {
	registerPreemption(PreemptionModel{
		Name: "bid",
		Doc:  "spot instances fall, and are refused, while the price is above the bid",
		Check: func(s PreemptionSpec) []error {
			if s.Bid <= 0 || s.Bid > maxPrice {
				return []error{fmt.Errorf("bid: %v must be in (0, %v]", s.Bid, maxPrice)}
			}
			return nil
		},
		New: func(s PreemptionSpec, _ cloud.Price) Preemption { return bid(s.Bid) },
	})
}

// bid takes the price itself for the level: an instance falls at a price of one
// nano-dollar an hour above the bid or more.
type bid cloud.Price

func (b bid) Admits(p cloud.Price) bool { return p <= cloud.Price(b) }

func (b bid) Fate(clock.Time, float64) Fate {
	return Fate{At: clock.Never, Threshold: float64(b + 1)}
}

func (bid) Period() time.Duration      { return 0 }
func (bid) Step(p cloud.Price) float64 { return float64(p) }

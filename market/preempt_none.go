package market

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

func init() {
	RegisterPreemption(PreemptionModel{
		Name: "none",
		Doc:  "spot instances are never preempted",
		New:  func(PreemptionSpec, cloud.Price) Preemption { return never{} },
	})
}

type never struct{}

func (never) Admits(cloud.Price) bool          { return true }
func (never) Fate(clock.Time, float64) Fate    { return survives }
func (never) Period() time.Duration            { return 0 }
func (never) Step(cloud.Price) (level float64) { return 0 }

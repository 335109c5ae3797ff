package market

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Preemption decides when the spot instances of one pool fall.
//
// Models that look at the price share one mechanism: the pool has a level that changes in
// steps, each instance has a threshold it was given when granted, and it falls at the
// first step at which the level has reached its threshold. So a step costs
// O(log instances) a preemption and nothing for those that stay.
type Preemption interface {
	// Admits tells whether spot instances are granted at price p.
	Admits(p cloud.Price) bool
	// Fate returns what becomes of a spot instance granted at now. luck is the
	// instance's own draw, exponential with mean 1.
	Fate(now clock.Time, luck float64) Fate
	// Period is the time between steps while spot instances live; 0 makes a step of
	// every price change.
	Period() time.Duration
	// Step makes one step at price p and returns the level reached.
	Step(p cloud.Price) (level float64)
}

// Fate says when an instance falls.
type Fate struct {
	// At is the instant of its end by age; clock.Never if it does not age.
	At clock.Time
	// Threshold is the level that ends it; +Inf if no level does.
	Threshold float64
}

// survives is the fate of an instance that nothing ends.
var survives = Fate{At: clock.Never, Threshold: math.Inf(1)}

// PreemptionSpec chooses a preemption model and its parameters. Parameters a model does
// not use are ignored.
type PreemptionSpec struct {
	// Model is the name of a registered model.
	Model string `json:"model"`
	// Rate is the preemptions an hour of one instance at the reference price (hazard).
	// Range [0, 3600].
	Rate float64 `json:"rate_per_hour"`
	// Step is the time between looks at the price (hazard). At least 1s.
	Step time.Duration `json:"step_ns"`
	// Correlation ties the rate to the price (hazard).
	Correlation Correlation `json:"correlation"`
	// Reference is the price at which Rate holds (hazard); 0 takes the pool's mean.
	Reference cloud.Price `json:"reference_usd_per_hour"`
	// Bid is the most the user pays (bid).
	Bid cloud.Price `json:"bid_usd_per_hour"`
	// Mean is the mean lifetime before the cap (lifetime). At least 1s.
	Mean time.Duration `json:"mean_ns"`
	// Shape is the Weibull shape (lifetime): 1 is exponential, above 1 wears out, below
	// 1 dies young. Range [0.1, 10].
	Shape float64 `json:"shape"`
	// Cap ends every instance at this age (lifetime); 0 is no cap.
	Cap time.Duration `json:"cap_ns"`
}

// DefaultPreemption returns a hazard of 0.15 preemptions an hour at the mean price,
// higher when spot is cheap.
func DefaultPreemption() PreemptionSpec {
	return PreemptionSpec{
		Model:       "hazard",
		Rate:        0.15,
		Step:        5 * time.Minute,
		Correlation: Inverse,
		Mean:        6*time.Hour + 40*time.Minute,
		Shape:       1,
		Cap:         24 * time.Hour,
	}
}

// PreemptionModel is a registered preemption model.
type PreemptionModel struct {
	Name, Doc string
	// Check returns what is wrong with the parameters the model uses.
	Check func(PreemptionSpec) []error
	// New returns the model for one pool; reference is the pool's mean price.
	New func(spec PreemptionSpec, reference cloud.Price) Preemption
}

var preemptionModels []PreemptionModel

func registerPreemption(m PreemptionModel) {
	preemptionModels = append(preemptionModels, m)
	slices.SortFunc(preemptionModels, func(a, b PreemptionModel) int { return strings.Compare(a.Name, b.Name) })
}

// PreemptionModels returns every registered preemption model, sorted by name.
func PreemptionModels() []PreemptionModel { return slices.Clone(preemptionModels) }

// FindPreemptionModel returns the preemption model called name.
func FindPreemptionModel(name string) (PreemptionModel, bool) {
	for _, m := range preemptionModels {
		if m.Name == name {
			return m, true
		}
	}
	return PreemptionModel{}, false
}

// MaxPrice returns the spot price above which instances are refused; 0 if there is none.
func (s PreemptionSpec) MaxPrice() cloud.Price {
	if s.Model == "bid" {
		return s.Bid
	}
	return 0
}

// New returns the model of s for a pool with the given mean price; s must pass Check.
func (s PreemptionSpec) New(mean cloud.Price) Preemption {
	m, ok := FindPreemptionModel(s.Model)
	if !ok {
		panic("market: no preemption model " + s.Model)
	}
	return m.New(s, mean)
}

// Check returns everything that is wrong with s.
func (s PreemptionSpec) Check() []error {
	m, ok := FindPreemptionModel(s.Model)
	if !ok {
		return []error{fmt.Errorf("model: %q is not a preemption model", s.Model)}
	}
	return m.Check(s)
}

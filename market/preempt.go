package market

import (
	"math"
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Preemption decides when the spot instances of one pool are preempted.
//
// Models that depend on the price share one mechanism: the pool has a level that changes
// in steps, each instance has a threshold it was given when granted, and it is preempted
// at the first step at which the level has reached its threshold. So a step costs O(log
// instances) a preemption and nothing for those that stay.
type Preemption interface {
	// Admits tells whether spot instances are granted at price p.
	Admits(p cloud.Price) bool
	// Fate returns what becomes of a spot instance granted at now. draw is the
	// instance's own random number, exponential with mean 1.
	Fate(now clock.Time, draw float64) Fate
	// Period is the time between steps while spot instances live; 0 makes a step of
	// every price change.
	Period() time.Duration
	// Step makes one step at price p and returns the level reached.
	Step(p cloud.Price) (level float64)
}

// Fate says when an instance is preempted.
type Fate struct {
	// At is the instant of its end by age; clock.Never if it does not age.
	At clock.Time
	// Threshold is the level that ends it; +Inf if no level does.
	Threshold float64
}

// survives is the fate of an instance that nothing ends.
var survives = Fate{At: clock.Never, Threshold: math.Inf(1)}

// PreemptionSpec chooses a preemption model and its parameters. Parameters a model does not use
// are ignored.
type PreemptionSpec struct {
	// Model is the name of a registered model.
	Model string
	Params
}

// With is PriceSpec.With for preemption models.
func (s PreemptionSpec) With(name string, value any) PreemptionSpec {
	s.Params = s.Params.with(preemptions.params, name, value)
	return s
}

// MarshalJSON writes the model and all parameters, with their units.
func (s PreemptionSpec) MarshalJSON() ([]byte, error) { return s.marshal(s.Model, preemptions.params) }

// DefaultPreemption returns the default model with the defaults that hold in every pool.
func DefaultPreemption() PreemptionSpec {
	return PreemptionSpec{Model: DefaultPreemptionModel, Params: Defaults(preemptions.params)}
}

// FillPreemption sets the parameters of the preemption model that are not set to their
// defaults, where these are known.
func (p *Pool) FillPreemption() { preemptions.fill(&p.Preemption.Params, p) }

// MaxPrice returns the spot price above which instances are refused; 0 if there is none.
func (s PreemptionSpec) MaxPrice() cloud.Price {
	if s.Model == "bid" {
		return s.Price("bid")
	}
	return 0
}

// PreemptionModel is a registered preemption model. Its New makes that of one pool; reference is
// the pool's mean price.
type PreemptionModel = Model[func(spec PreemptionSpec, reference cloud.Price) Preemption]

// DefaultPreemptionModel is the model of a pool of which nothing else is known.
const DefaultPreemptionModel = "hazard"

var preemptions = registry[func(PreemptionSpec, cloud.Price) Preemption]{kind: "preemption", standard: DefaultPreemptionModel}

// RegisterPreemption adds a preemption model. It is for init functions, before anything is read.
func RegisterPreemption(m PreemptionModel) { preemptions.register(m) }

// PreemptionParams returns the parameters of all preemption models, each once: those of the
// default model first.
func PreemptionParams() []*Param { return preemptions.params }

// PreemptionModels returns every registered preemption model, sorted by name.
func PreemptionModels() []PreemptionModel { return slices.Clone(preemptions.models) }

// New returns the model of s for a pool with the given mean price; s must pass Check.
func (s PreemptionSpec) New(mean cloud.Price) Preemption {
	return preemptions.mustFind(s.Model).New(s, mean)
}

// Check returns everything that is wrong with s.
func (s PreemptionSpec) Check() []error { return preemptions.check(s.Model, s.Params) }

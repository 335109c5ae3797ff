package market

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// PriceProcess is the spot price of one pool as a step function of time.
type PriceProcess interface {
	// Next returns the next change: the price holds from At on. The first change is at
	// time 0 and each later one strictly after the one before. ok is false, and stays
	// so, when the price changes no more.
	Next() (change PriceChange, ok bool)
}

// PriceChange says that the price is Price from At on.
type PriceChange struct {
	At    clock.Time
	Price cloud.Price
}

// PriceSpec chooses a price model and its parameters. Parameters a model does not use are
// ignored.
type PriceSpec struct {
	// Model is the name of a registered model.
	Model string
	// Params has the mean, for every model, and the parameters of the model.
	Params
	// Changes are the price changes of a trace, the first at 0.
	Changes []PriceChange
}

// Mean returns the mean price: what a synthetic price reverts to.
func (s PriceSpec) Mean() cloud.Price { return s.Price(priceMean.Name) }

// With returns s with another value of a parameter. A parameter that no model has, or a value
// of another type than its kind has, panics.
func (s PriceSpec) With(name string, value any) PriceSpec {
	s.Params = s.Params.with(prices.params, name, value)
	return s
}

// MarshalJSON writes the model and all parameters, with their units.
func (s PriceSpec) MarshalJSON() ([]byte, error) { return s.marshal(s.Model, prices.params) }

// RecordedPrice returns the prices of a trace, whose mean over the run is known.
func RecordedPrice(changes []PriceChange, over cloud.Price) PriceSpec {
	return PriceSpec{Model: "trace", Params: Params{priceMean.Name: over}, Changes: changes}
}

// DefaultMean is the mean spot price of the default pool.
var DefaultMean = cloud.PerHour(0.30)

// DefaultPrice returns the default price model around a mean price.
func DefaultPrice(around, onDemand cloud.Price) PriceSpec {
	p := Pool{OnDemand: onDemand, Price: PriceSpec{Model: DefaultPriceModel, Params: Params{priceMean.Name: around}}}
	p.FillPrice()
	return p.Price
}

// FillPrice sets the parameters of the price that are not set to their defaults.
func (p *Pool) FillPrice() { prices.fill(&p.Price.Params, p) }

// The parameters that several price models share.
var (
	priceMean = &Param{
		Name: "mean", Kind: KindPrice, Doc: "What the price reverts to.",
		Low: End{Value: cloud.Price(0), Open: true}, High: End{Value: maxPrice, Param: "ceiling"},
		Depends: "$0.3/h; with files their mean over the run", Derive: func(*Pool) any { return DefaultMean },
	}
	priceFloor = &Param{
		Name: "floor", Kind: KindPrice, Doc: "The lowest price.",
		Low: End{Value: cloud.Price(0)}, High: End{Value: maxPrice, Param: "ceiling"},
		Depends: "a quarter of mean", Derive: func(p *Pool) any { return p.Price.Mean() / 4 },
	}
	priceCeiling = &Param{
		Name: "ceiling", Kind: KindPrice, Doc: "The highest price.",
		Low: End{Value: cloud.Price(0), Param: "mean"}, High: End{Value: maxPrice},
		Depends: "on_demand", Derive: func(p *Pool) any { return p.OnDemand },
	}
	priceStep = &Param{
		Name: "step", Kind: KindDuration, Doc: "Time between changes.",
		Low: End{Value: time.Second}, Default: 5 * time.Minute,
	}
	priceSpread = &Param{
		Name: "spread", Kind: KindShare, Doc: "Standard deviation of the price, as a share of mean.",
		Low: End{Value: 0.}, High: End{Value: 10.}, Default: 0.15,
	}
)

// SharedPriceParams returns the parameters of every synthetic price: mean, floor, ceiling, step
// and spread.
func SharedPriceParams() []*Param {
	return []*Param{priceMean, priceFloor, priceCeiling, priceStep, priceSpread}
}

// PriceModel is a registered price model. Its New makes the process; r is the stream of the
// pool's prices.
type PriceModel = Model[func(spec PriceSpec, r *rand.Rand) PriceProcess]

// DefaultPriceModel is the model of a pool of which nothing else is known.
const DefaultPriceModel = "ou"

var prices = registry[func(PriceSpec, *rand.Rand) PriceProcess]{kind: "price", standard: DefaultPriceModel}

// RegisterPrice adds a price model. It is for init functions, before anything is read.
func RegisterPrice(m PriceModel) { prices.register(m) }

// PriceParams returns the parameters of all price models, each once: those of the default
// model first.
func PriceParams() []*Param { return prices.params }

// PriceModels returns every registered price model, sorted by name.
func PriceModels() []PriceModel { return slices.Clone(prices.models) }

// FindPriceModel returns the price model called name.
func FindPriceModel(name string) (PriceModel, bool) { return prices.find(name) }

// New returns the process of s; s must pass Check.
func (s PriceSpec) New(r *rand.Rand) PriceProcess { return prices.mustFind(s.Model).New(s, r) }

// Check returns everything that is wrong with s.
func (s PriceSpec) Check() []error {
	return append(prices.check(s.Model, s.Params), checkChanges(s)...)
}

func checkChanges(s PriceSpec) (errs []error) {
	if s.Model != "trace" {
		return nil
	}
	if len(s.Changes) == 0 || s.Changes[0].At != 0 {
		return []error{fmt.Errorf("changes: the first of %d must be at 0", len(s.Changes))}
	}
	for i, c := range s.Changes {
		if c.Price < 0 || c.Price > maxPrice {
			errs = append(errs, fmt.Errorf("changes[%d]: %v must be in [0, %v]", i, c.Price, maxPrice))
		}
		if i > 0 && c.At <= s.Changes[i-1].At {
			errs = append(errs, fmt.Errorf("changes[%d]: %v must be after %v", i, c.At, s.Changes[i-1].At))
		}
	}
	return errs
}

// stepper makes a process of a price that is drawn anew at every step.
type stepper struct {
	floor, ceiling cloud.Price
	step           time.Duration
	at             clock.Time
	// draw returns the unclamped price in dollars an hour at an instant.
	draw func(at clock.Time) float64
}

func newStepper(s PriceSpec, draw func(at clock.Time) float64) *stepper {
	return &stepper{floor: s.Price("floor"), ceiling: s.Price("ceiling"), step: s.Duration("step"), draw: draw}
}

func (s *stepper) Next() (PriceChange, bool) {
	price := min(max(cloud.PerHour(s.draw(s.at)), s.floor), s.ceiling)
	change := PriceChange{s.at, price}
	s.at = s.at.Add(s.step)
	return change, true
}

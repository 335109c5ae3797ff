package market

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
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

// PriceSpec chooses a price model and its parameters. Parameters a model does not use
// are ignored.
type PriceSpec struct {
	// Model is the name of a registered model.
	Model string `json:"model"`
	// Mean is what the price reverts to. Positive.
	Mean cloud.Price `json:"mean_usd_per_hour"`
	// Floor and Ceiling clamp synthetic prices. 0 <= Floor <= Ceiling <= $10000/h.
	Floor   cloud.Price `json:"floor_usd_per_hour"`
	Ceiling cloud.Price `json:"ceiling_usd_per_hour"`
	// Step is the time between changes of a synthetic price. Positive.
	Step time.Duration `json:"step_ns"`
	// Spread is the standard deviation of a synthetic price over its mean. Range [0, 10].
	Spread float64 `json:"spread"`
	// Relaxation is the time after which a deviation has fallen to 1/e (ou). Positive.
	Relaxation time.Duration `json:"relaxation_ns"`
	// DailySwing is how far the mean lies above its daily average from 9 to 17 o'clock,
	// as a share; at night it lies half of that below (ou). Range [0, 1].
	DailySwing float64 `json:"daily_swing"`
	// Changes are the price changes of a trace, the first at 0.
	Changes []PriceChange `json:"-"`
}

// DefaultPrice returns the default price model around mean, clamped between a quarter of
// mean and the on-demand price.
func DefaultPrice(mean, onDemand cloud.Price) PriceSpec {
	return PriceSpec{
		Model:      "ou",
		Mean:       mean,
		Floor:      mean / 4,
		Ceiling:    onDemand,
		Step:       5 * time.Minute,
		Spread:     0.15,
		Relaxation: 6 * time.Hour,
		DailySwing: 0.10,
	}
}

// PriceModel is a registered price model.
type PriceModel struct {
	Name string
	// Title is the name in prose, as in "Generating spot price data (...)".
	Title string
	Doc   string
	// Synthetic models make prices up, clamped and in steps; the others are given.
	Synthetic bool
	// New returns the process; r is the stream of this pool's prices.
	New func(spec PriceSpec, r *rand.Rand) PriceProcess
}

var priceModels []PriceModel

func registerPrice(m PriceModel) {
	priceModels = append(priceModels, m)
	slices.SortFunc(priceModels, func(a, b PriceModel) int { return strings.Compare(a.Name, b.Name) })
}

// PriceModels returns every registered price model, sorted by name.
func PriceModels() []PriceModel { return slices.Clone(priceModels) }

// FindPriceModel returns the price model called name.
func FindPriceModel(name string) (PriceModel, bool) {
	for _, m := range priceModels {
		if m.Name == name {
			return m, true
		}
	}
	return PriceModel{}, false
}

// New returns the process of s; s must pass Check.
func (s PriceSpec) New(r *rand.Rand) PriceProcess {
	m, ok := FindPriceModel(s.Model)
	if !ok {
		panic("market: no price model " + s.Model)
	}
	return m.New(s, r)
}

// Check returns everything that is wrong with s.
func (s PriceSpec) Check() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	model, ok := FindPriceModel(s.Model)
	if !ok {
		wrong("model: %q is not a price model", s.Model)
	}
	if s.Mean <= 0 || s.Mean > maxPrice {
		wrong("mean: %v must be in (0, %v]", s.Mean, maxPrice)
	}
	if model.Synthetic {
		if s.Mean > s.Ceiling {
			wrong("mean: %v must not be above the ceiling, %v", s.Mean, s.Ceiling)
		}
		if s.Floor < 0 || s.Floor > s.Ceiling {
			wrong("floor: %v must be in [0, %v], the ceiling", s.Floor, s.Ceiling)
		}
		if s.Ceiling > maxPrice {
			wrong("ceiling: %v must be at most %v", s.Ceiling, maxPrice)
		}
		if s.Step < time.Second {
			wrong("step: %v must be at least 1s", s.Step)
		}
		if !(s.Spread >= 0 && s.Spread <= 10) {
			wrong("spread: %v must be in [0, 10]", s.Spread)
		}
		if s.Relaxation <= 0 {
			wrong("relaxation: %v must be positive", s.Relaxation)
		}
		if !(s.DailySwing >= 0 && s.DailySwing <= 1) {
			wrong("daily_swing: %v must be in [0, 1]", s.DailySwing)
		}
	}
	return append(errs, checkChanges(s)...)
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
	spec PriceSpec
	at   clock.Time
	// draw returns the unclamped price in dollars an hour at an instant.
	draw func(at clock.Time) float64
}

func (s *stepper) Next() (PriceChange, bool) {
	price := min(max(cloud.PerHour(s.draw(s.at)), s.spec.Floor), s.spec.Ceiling)
	change := PriceChange{s.at, price}
	s.at = s.at.Add(s.spec.Step)
	return change, true
}

// dailyCycle returns the factor on the mean price at an instant, the run having begun at
// midnight: 1 + swing in the eight business hours and 1 - swing/2 in the sixteen others,
// so that its mean over a day is 1.
func dailyCycle(at clock.Time, swing float64) float64 {
	hour := math.Mod(at.Hours(), 24)
	if hour >= 9 && hour < 17 {
		return 1 + swing
	}
	return 1 - swing/2
}

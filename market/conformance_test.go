package market

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/rng"
)

// conformingPrices are specs that every price model must take, whatever it makes of
// them. A model that needs a parameter of its own gets it here.
func conformingPrices(model string) map[string]PriceSpec {
	spec := DefaultPrice(usd(0.3), usd(1))
	spec.Model = model
	spec.Changes = []PriceChange{{0, usd(0.3)}, {at(1), usd(0.2)}, {at(2), 0}, {at(60), maxPrice}}
	wild, calm, narrow, single := spec, spec, spec, spec
	wild = wild.With("spread", 10.).With("daily_swing", 1.)
	calm = calm.With("spread", 0.).With("daily_swing", 0.)
	narrow = narrow.With("floor", usd(0.3)).With("ceiling", usd(0.3)).With("step", time.Second)
	single.Changes = spec.Changes[:1]
	return map[string]PriceSpec{"the default": spec, "wild": wild, "calm": calm, "narrow": narrow, "a single change": single}
}

// TestEveryPriceModelConforms holds every registered model to what PriceProcess
// promises.
func TestEveryPriceModelConforms(t *testing.T) {
	const changes = 2000
	for _, model := range PriceModels() {
		if model.Name == "" || model.Title == "" || model.Doc == "" {
			t.Errorf("%+v lacks a name, a title or a doc", model)
		}
		path := func(spec PriceSpec, name string) []PriceChange {
			return take(spec.New(rng.Stream(*seed, name)), changes)
		}
		for name, spec := range conformingPrices(model.Name) {
			t.Run(model.Name+"/"+name, func(t *testing.T) {
				t.Logf("seed %d", *seed)
				if errs := spec.Check(); len(errs) > 0 {
					t.Fatal(errs)
				}
				got := path(spec, "price/a")
				checkPath(t, spec, model.Synthetic, got)
				if again := path(spec, "price/a"); !slices.Equal(got, again) {
					t.Error("the same stream gives another path")
				}
				if other := path(spec, "price/b"); model.Synthetic && name == "the default" && slices.Equal(got, other) {
					t.Error("another pool has the same path")
				}
			})
		}
		t.Run(model.Name+"/stays at its end", func(t *testing.T) {
			process := conformingPrices(model.Name)["the default"].New(rng.Stream(*seed, ""))
			ended := false
			for range changes {
				_, ok := process.Next()
				if ok && ended {
					t.Fatal("a change after the last")
				}
				ended = !ok
			}
		})
	}
}

func checkPath(t *testing.T, spec PriceSpec, synthetic bool, path []PriceChange) {
	t.Helper()
	floor, ceiling := cloud.Price(0), maxPrice
	if synthetic {
		floor, ceiling = spec.Price("floor"), spec.Price("ceiling")
	}
	if len(path) == 0 || path[0].At != 0 {
		t.Fatalf("does not begin at 0: %v", path[:min(len(path), 1)])
	}
	for i, change := range path {
		if i > 0 && change.At <= path[i-1].At {
			t.Fatalf("change %d at %v is not after %v", i, change.At, path[i-1].At)
		}
		if change.Price < floor || change.Price > ceiling {
			t.Fatalf("change %d: %v is not in [%v, %v]", i, change.Price, floor, ceiling)
		}
	}
}

// conformingPreemption is a spec that every preemption model must take. A model that
// needs a parameter of its own gets it here.
func conformingPreemption(model string) PreemptionSpec {
	spec := DefaultPreemption()
	spec = spec.With("rate", 1.).With("bid", usd(0.3))
	spec.Model = model
	return spec
}

// TestEveryPreemptionModelConforms holds every registered model to what Preemption
// promises, call by call.
func TestEveryPreemptionModelConforms(t *testing.T) {
	prices := []cloud.Price{0, 1, usd(0.075), usd(0.3), usd(0.3) + 1, usd(1), maxPrice}
	lucks := []float64{0, 1e-300, 1e-16, 1, 36.7} // of Table.Exp: -ln(1) to -ln(2^-53)
	instants := []clock.Time{0, 1, at(60), clock.At(100 * 365 * 24 * time.Hour)}
	for _, m := range PreemptionModels() {
		t.Run(m.Name, func(t *testing.T) {
			if m.Doc == "" {
				t.Error("no doc")
			}
			spec := conformingPreemption(m.Name)
			if errs := spec.Check(); len(errs) > 0 {
				t.Fatal(errs)
			}
			model := spec.New(usd(0.3))
			if model.Period() < 0 {
				t.Errorf("period %v", model.Period())
			}
			for _, price := range prices {
				level := model.Step(price)
				if math.IsNaN(level) || math.IsInf(level, 0) {
					t.Fatalf("at price %v the level is %v", price, level)
				}
				if !model.Admits(price) {
					continue
				}
				for _, now := range instants {
					for _, luck := range lucks {
						fate := model.Fate(now, luck)
						if fate.At <= now || math.IsNaN(fate.Threshold) || fate.Threshold < level {
							t.Fatalf("granted at %v, price %v, level %v, luck %v: %+v", now, price, level, luck, fate)
						}
					}
				}
			}
		})
	}
}

// TestEveryPairOfModelsMakesAMarket runs a day on the market of every price model and
// every preemption model: time goes on, nobody falls who does not live, and a second run
// is the same.
func TestEveryPairOfModelsMakesAMarket(t *testing.T) {
	for _, price := range PriceModels() {
		for _, preemption := range PreemptionModels() {
			t.Run(price.Name+"/"+preemption.Name, func(t *testing.T) {
				t.Logf("seed %d", *seed)
				p := recordedPool(conformingPreemption(preemption.Name))
				p.Price = conformingPrices(price.Name)["the default"]
				if errs := p.Check(); len(errs) > 0 {
					t.Fatal(errs)
				}
				first, second := marketDay(t, p), marketDay(t, p)
				if !slices.Equal(first, second) {
					t.Errorf("one run\n%s\nand another\n%s", lines(first), lines(second))
				}
			})
		}
	}
}

// marketDay asks for an instance every ten minutes, forgets some of them again, and tells
// what happened.
func marketDay(t *testing.T, p Pool) (story []string) {
	tell := func(format string, args ...any) { story = append(story, fmt.Sprintf(format, args...)) }
	spot := NewSpot(p, *seed)
	living := make(map[cloud.InstanceID]Fate)
	for i := range 144 {
		now, id := at(10*float64(i)), cloud.InstanceID(i)
		for due := spot.Due(); due <= now; due = spot.Due() {
			_, fallen := spot.Advance(due)
			for _, id := range fallen {
				if _, lives := living[id]; !lives {
					t.Fatalf("at %v instance %d falls, which does not live", due, id)
				}
				delete(living, id)
			}
			tell("%v: %v, fallen %v", due, spot.Price(), fallen)
			if spot.Due() <= due {
				t.Fatalf("at %v the market is due again at %v", due, spot.Due())
			}
		}
		fate, reason := spot.Ask(now, id, uint64(now), 0)
		if reason == journal.NoReason {
			living[id] = fate
		}
		tell("%v: asked, %v, %+v", now, reason, fate)
		if fate, lives := living[id/2]; lives && i%3 == 0 {
			spot.Forget(id/2, fate)
			delete(living, id/2)
		}
	}
	return story
}

package market

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/rng"
)

// spotTwin is the spot market at its dumbest: at every step it looks at every instance,
// and keeps for each how much luck it has used up.
type spotTwin struct {
	pool   Pool
	luck   rng.Table
	now    clock.Time
	living []*twinInstance
}

type twinInstance struct {
	id         cloud.InstanceID
	fate       Fate
	luck, used float64
}

func (w *spotTwin) price() cloud.Price { return priceAt(w.pool.Price.Changes, w.now) }

func (w *spotTwin) due() clock.Time {
	due := clock.Never
	for _, c := range w.pool.Price.Changes {
		if c.At > w.now {
			due = min(due, c.At)
		}
	}
	if step := clock.At(w.pool.Preemption.Duration("step")); w.pool.Preemption.Model == "hazard" && len(w.living) > 0 {
		due = min(due, w.now-w.now%step+step)
	}
	return due
}

func (w *spotTwin) advance(now clock.Time) (fallen []cloud.InstanceID) {
	step := now > w.now && now%clock.At(w.pool.Preemption.Duration("step")) == 0
	w.now = now
	var down []*twinInstance
	for _, x := range w.living {
		switch w.pool.Preemption.Model {
		case "bid":
			if w.price() > w.pool.Preemption.Price("bid") {
				down = append(down, x)
			}
		case "hazard":
			if step {
				x.used += w.rate() * w.pool.Preemption.Duration("step").Hours()
			}
			if x.used >= x.luck {
				down = append(down, x)
			}
		}
	}
	// The unluckiest first, then the older.
	slices.SortStableFunc(down, func(a, b *twinInstance) int { return cmp.Compare(a.luck-a.used, b.luck-b.used) })
	for _, x := range down {
		w.forget(x.id)
		fallen = append(fallen, x.id)
	}
	return fallen
}

func (w *spotTwin) rate() float64 {
	relative := max(w.price(), 1).Dollars() / w.pool.Price.Mean().Dollars()
	if w.pool.Preemption.Word("correlation") == Inverse {
		relative = 1 / relative
	}
	return w.pool.Preemption.Number("rate") * relative
}

func (w *spotTwin) ask(now clock.Time, x *twinInstance, i, j uint64) (granted bool) {
	w.now = now
	granted = w.pool.Preemption.Model != "bid" || w.price() <= w.pool.Preemption.Price("bid")
	if granted {
		if w.pool.Preemption.Model == "hazard" {
			x.luck = w.luck.Exp(i, j)
		}
		w.living = append(w.living, x)
	}
	return granted
}

func (w *spotTwin) forget(id cloud.InstanceID) {
	w.living = slices.DeleteFunc(w.living, func(x *twinInstance) bool { return x.id == id })
}

func drawRecordedPool(t *rapid.T) Pool {
	preemption := DefaultPreemption()
	preemption.Model = rapid.SampledFrom([]string{"hazard", "bid", "none", "lifetime"}).Draw(t, "model")
	preemption = preemption.With("correlation", rapid.SampledFrom(Correlations).Draw(t, "correlation"))
	preemption = preemption.With("rate", rapid.Float64Range(0, 20).Draw(t, "rate"))
	preemption = preemption.With("bid", usd(0.4))
	prices := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(399_999_999, 400_000_001), rapid.Int64Range(1, int64(usd(1))))
	changes := []PriceChange{{0, usd(0.3)}}
	for range rapid.IntRange(0, 20).Draw(t, "changes") {
		last := changes[len(changes)-1].At
		changes = append(changes, PriceChange{
			At:    last.Add(time.Duration(rapid.IntRange(1, 20).Draw(t, "minutes")) * time.Minute),
			Price: cloud.Price(prices.Draw(t, "price")),
		})
	}
	return recordedPool(preemption, changes...)
}

func TestSpotDoesWhatLookingAtEveryInstanceDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawRecordedPool(t)
		under := rapid.Uint64().Draw(t, "seed")
		spot := NewSpot(p, under)
		w := &spotTwin{pool: p, luck: rng.NewTable(under, "preemption/"+p.Name.String()), now: -1}
		asked := 0
		advance := func(now clock.Time) {
			repricing := w.now < now && slices.ContainsFunc(p.Price.Changes, func(c PriceChange) bool { return c.At == now })
			want := w.advance(now)
			changes, got := spot.Advance(now)
			repriced := changes.Price
			if repriced != repricing || !slices.Equal(got, want) {
				t.Fatalf("at %v: repriced %v, fallen %v; want %v, %v", now, repriced, got, repricing, want)
			}
		}
		advance(0)
		// within draws an instant from now on at which nothing is due yet.
		within := func() clock.Time {
			return min(w.now.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "minutes"))*time.Minute), w.due()-1)
		}
		t.Repeat(map[string]func(*rapid.T){
			"advance": func(t *rapid.T) {
				if w.due() == clock.Never {
					t.Skip("nothing is due any more")
				}
				advance(w.due())
			},
			"advance early": func(t *rapid.T) { advance(within()) },
			"ask": func(t *rapid.T) {
				now := within()
				for range rapid.IntRange(1, 5).Draw(t, "instances") {
					x := &twinInstance{id: cloud.InstanceID(asked)}
					i, j := uint64(asked/3), uint64(asked%3)
					asked++
					fate, reason := spot.Ask(now, x.id, i, j)
					x.fate = fate
					if granted := w.ask(now, x, i, j); granted != (reason == journal.NoReason) {
						t.Fatalf("at %v: reason %v, want granted %v", now, reason, granted)
					}
				}
			},
			"forget": func(t *rapid.T) {
				if len(w.living) == 0 {
					t.Skip("nobody lives")
				}
				x := rapid.SampledFrom(w.living).Draw(t, "instance")
				spot.Forget(x.id, x.fate)
				w.forget(x.id)
			},
			"": func(t *rapid.T) {
				if spot.Due() != w.due() || spot.Price() != w.price() {
					t.Fatalf("at %v: due %v, price %v; want %v, %v", w.now, spot.Due(), spot.Price(), w.due(), w.price())
				}
			},
		})
	})
}

// TestWarns: a notice that comes always or never does so whatever the draw, and one
// without lead never comes.
func TestWarns(t *testing.T) {
	tests := []struct {
		notice Notice
		u      float64
		want   bool
	}{
		{Notice{Lead: 1, Probability: 1}, 1, true},
		{Notice{Lead: 1, Probability: 0.5}, 0.5, true},
		{Notice{Lead: 1, Probability: 0.5}, 0.51, false},
		{Notice{Lead: 1, Probability: 0}, 1e-16, false},
		{Notice{Lead: 0, Probability: 1}, 0.5, false},
	}
	for _, test := range tests {
		if got := test.notice.Warns(test.u); got != test.want {
			t.Errorf("%+v at %v: %v, want %v", test.notice, test.u, got, test.want)
		}
	}
}

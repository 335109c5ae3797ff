package scenario

import (
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
)

// What a recorded series makes of a pool: the one place where series become capacity and
// prices.

// capacityFrom returns what the provider sells of a series from offset on, the first change
// at 0. Before its first point nothing can be had.
func capacityFrom(series traces.CapacitySeries, offset time.Duration, notice market.Notice) []market.CapacityChange {
	changes := []market.CapacityChange{{}}
	for _, p := range series.Changes() {
		change := market.CapacityChange{At: clock.At(max(p.At-offset, 0)), Count: int32(min(p.Available, market.Unlimited))}
		if last := len(changes) - 1; changes[last].At == change.At {
			changes[last] = change
		} else {
			changes = append(changes, change)
		}
	}
	return market.Decided(changes, notice.Total())
}

// pricesFrom returns the price changes of recorded prices from offset on, the first at 0.
func pricesFrom(prices []traces.TimedPrice, offset time.Duration) (changes []market.PriceChange) {
	for _, p := range prices {
		change := market.PriceChange{At: clock.At(max(p.At-offset, 0)), Price: p.Price}
		last := len(changes) - 1
		switch {
		case last >= 0 && changes[last].At == change.At:
			changes[last] = change
		case last < 0:
			change.At = 0
			changes = append(changes, change)
		case changes[last].Price != change.Price:
			changes = append(changes, change)
		}
	}
	return changes
}

// UseSeries gives a pool the capacity of a series from offset on, and its prices where it has
// some, for a run of a duration.
func UseSeries(pool *market.Pool, series traces.CapacitySeries, offset, duration time.Duration) {
	pool.Capacity = slices.DeleteFunc(capacityFrom(series, offset, pool.Notice), func(c market.CapacityChange) bool {
		return c.At >= clock.At(duration)
	})
	if len(series.Prices) > 0 {
		changes := pricesFrom(series.Prices, offset)
		pool.Price = market.RecordedPrice(changes, mean(changes, duration))
	}
}

// recordedPrice returns the prices of a history from start on, over a run of duration d.
func recordedPrice(series traces.PriceSeries, start time.Time, d time.Duration) market.PriceSpec {
	var changes []market.PriceChange
	for _, p := range series.Points {
		at := clock.At(max(p.At.Sub(start), 0))
		if len(changes) > 0 && changes[len(changes)-1].At == at {
			changes = changes[:len(changes)-1]
		}
		changes = append(changes, market.PriceChange{At: at, Price: p.Price})
	}
	return market.RecordedPrice(changes, mean(changes, d))
}

// mean returns the average price over the first d of the changes, weighted by time. It is
// at least one nano-dollar.
func mean(changes []market.PriceChange, d time.Duration) cloud.Price {
	var sum cloud.Charge
	d = max(d, 1) // a run of no time is refused elsewhere
	end := clock.At(d)
	for i, c := range changes {
		until := end
		if i+1 < len(changes) {
			until = min(end, changes[i+1].At)
		}
		if until > c.At {
			sum = sum.Plus(c.Price.Over(until.Sub(c.At)))
		}
	}
	return max(sum.Mean(d), 1)
}

package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
)

// CapacityFile is the series of spot availability that the capacity of a pool is taken from.
type CapacityFile struct {
	Path    string
	Options traces.CapacityOptions
	// Offset is where in the series the run begins. Nil begins at the run's own instant, if
	// recorded prices or start tell it and the series has dates, and otherwise at the
	// beginning of the series.
	Offset *time.Duration
}

// ReadCapacity reads the file and uses the series of the pool's zone and instance type, or
// the only one there is, for the pool with that index. start is the instant at which the
// run begins, zero if it is not given. It returns warnings about what the series does not say.
func (s *Scenario) ReadCapacity(pool int, file CapacityFile, start Start) (warnings []string, err error) {
	histories, err := s.capacity(file.Path, file.Options)
	if err != nil {
		return nil, err
	}
	var all []traces.CapacitySeries
	for _, h := range histories {
		all = append(all, h.Series...)
		warnings = append(warnings, h.Warnings...)
	}
	series, err := capacityOf(s.Pools[pool].Name, all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Path, err)
	}
	offset, err := s.offset(series, file.Offset, start)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Path, err)
	}
	notice := s.Pools[pool].Notice
	k := key("decided", file.Path, file.Options, series.Zone, series.InstanceType, offset, notice.Total())
	s.Pools[pool].Capacity, _ = share(s.inputs, k, length, func() ([]market.CapacityChange, error) {
		return capacityFrom(series, offset, notice), nil
	})
	if short := offset + s.Duration - series.End; short > 0 {
		warnings = append(warnings, fmt.Sprintf("%s: the last known capacity of %v is held for the last %.1f h of the run", file.Path, s.Pools[pool].Name, short.Hours()))
	}
	return warnings, nil
}

func capacityPoints(histories []*traces.CapacityHistory) (n int) {
	for _, h := range histories {
		for _, c := range h.Series {
			n += len(c.Points)
		}
	}
	return n
}

// capacityOf returns the series of a pool: the only one, or the one of its zone and, if
// that leaves several, of its instance type.
func capacityOf(pool cloud.Pool, all []traces.CapacitySeries) (traces.CapacitySeries, error) {
	if len(all) == 1 {
		return all[0], nil
	}
	var zone, both []traces.CapacitySeries
	var names []string
	for _, c := range all {
		names = append(names, c.Zone+"/"+c.InstanceType)
		if c.Zone != pool.Zone {
			continue
		}
		zone = append(zone, c)
		if c.InstanceType == pool.InstanceType {
			both = append(both, c)
		}
	}
	switch {
	case len(both) == 1:
		return both[0], nil
	case len(zone) == 1:
		return zone[0], nil
	}
	return traces.CapacitySeries{}, fmt.Errorf("of %d series there must be one for %v (there are: %s)", len(all), pool, strings.Join(names, ", "))
}

func (s *Scenario) offset(series traces.CapacitySeries, said *time.Duration, start Start) (offset time.Duration, err error) {
	if s.start.IsZero() {
		s.start = start.Instant
	}
	switch {
	case said != nil:
		offset = *said
	case !s.start.IsZero() && !series.Start.IsZero():
		offset = s.start.Sub(series.Start)
	default:
		offset = start.Offset
	}
	if offset < 0 || offset >= series.End {
		return 0, fmt.Errorf("the run begins %v into the series, which must be in [0s, %v)", offset, series.End)
	}
	return offset, nil
}

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

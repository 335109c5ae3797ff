package scenario

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
)

// zoneSeries is a series and the file it came from.
type zoneSeries struct {
	file string
	traces.CapacitySeries
}

// UseCapacity makes the pools of s: one like model for every series, with the capacity of
// the series from start on, and its prices where it has some. A series without a zone is
// called after its file. Window must be set.
//
// The error names every series that does not go together with the first (another gap or
// beginning, the same zone and type) or does not reach to the end of the window, with its
// file. Series may differ in length as long as all reach; a note says so.
func (s *Service) UseCapacity(histories []*traces.CapacityHistory, model market.Pool, start time.Duration) (notes []string, err error) {
	var all []zoneSeries
	for _, h := range histories {
		for _, series := range h.Series {
			if series.Zone == "" {
				series.Zone = strings.TrimSuffix(path.Base(h.Name), path.Ext(h.Name))
			}
			all = append(all, zoneSeries{h.Name, series})
		}
	}
	if err := checkZones(all, start, s.Window); err != nil {
		return nil, err
	}
	s.Pools = nil
	for _, z := range all {
		s.Pools = append(s.Pools, z.pool(model, start, s.Window))
	}
	if shortest, longest := extremes(all); shortest.End != longest.End {
		notes = append(notes, fmt.Sprintf("the zones are of different length, %v in %s to %v in %s: the window lies within the shortest",
			shortest.End, shortest.file, longest.End, longest.file))
	}
	return notes, nil
}

// checkZones returns everything that is wrong with the series as zones of one market.
func checkZones(all []zoneSeries, start, window time.Duration) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(all) == 0 {
		wrong("capacity: there must be at least one series")
	}
	if start < 0 {
		wrong("start: %v must be >= 0", start)
	}
	seen := map[cloud.Pool]string{}
	for _, z := range all {
		first := all[0]
		if z.Gap != first.Gap {
			wrong("%s: %v: %s, but %s in %s; zones of one market must have one", z.file, z, gapText(z.Gap), gapText(first.Gap), first.file)
		}
		if !z.Start.IsZero() && !first.Start.IsZero() && z.Start.Sub(first.Start).Abs() >= max(first.Gap, 1) {
			wrong("%s: %v: begins at %s, but at %s in %s", z.file, z, z.Start.Format(time.RFC3339), first.Start.Format(time.RFC3339), first.file)
		}
		if start+window > z.End {
			wrong("%s: %v: its %v must be at least %v, the window of %v from %v on", z.file, z, z.End, start+window, window, start)
		}
		if other, taken := seen[z.name()]; taken {
			wrong("%s: %v is in %s already", z.file, z, other)
		}
		seen[z.name()] = z.file
	}
	return errors.Join(errs...)
}

func gapText(gap time.Duration) string {
	if gap == 0 {
		return "no gap between ticks"
	}
	return fmt.Sprintf("a gap of %v", gap)
}

// extremes returns the first of the shortest series and the first of the longest.
func extremes(all []zoneSeries) (shortest, longest zoneSeries) {
	shortest, longest = all[0], all[0]
	for _, z := range all {
		if z.End < shortest.End {
			shortest = z
		}
		if z.End > longest.End {
			longest = z
		}
	}
	return shortest, longest
}

func (z *zoneSeries) name() cloud.Pool {
	return cloud.Pool{Region: z.Region, Zone: z.Zone, InstanceType: z.InstanceType}
}

// pool returns a pool like model with what the series offers in a window from start on.
func (z *zoneSeries) pool(model market.Pool, start, window time.Duration) market.Pool {
	model.Name = z.name()
	model.Capacity = slices.DeleteFunc(capacityFrom(z.CapacitySeries, start, model.Notice), func(c market.CapacityChange) bool {
		return c.At >= clock.At(window)
	})
	if len(z.Prices) > 0 {
		changes := z.prices(start)
		model.Price = market.PriceSpec{Model: "trace", Changes: changes, Mean: mean(changes, window)}
	}
	return model
}

// prices returns the price changes of the series from start on, the first at 0.
func (z *zoneSeries) prices(start time.Duration) (changes []market.PriceChange) {
	for _, p := range z.Prices {
		change := market.PriceChange{At: clock.At(max(p.At-start, 0)), Price: p.Price}
		last := len(changes) - 1
		switch {
		case last >= 0 && changes[last].At == change.At:
			changes[last] = change
		case last < 0 || changes[last].Price != change.Price:
			if last < 0 {
				change.At = 0
			}
			changes = append(changes, change)
		}
	}
	return changes
}

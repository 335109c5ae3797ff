package scenario

import (
	"bytes"
	"fmt"
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
// run begins, zero if nobody says. It returns warnings about what the series does not say.
func (s *Scenario) ReadCapacity(pool int, file CapacityFile, start time.Time) (warnings []string, err error) {
	data, err := s.read(file.Path)
	if err != nil {
		return nil, err
	}
	histories, err := traces.ReadCapacity(file.Path, bytes.NewReader(data), file.Options)
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
	if s.start.IsZero() {
		s.start = start
	}
	offset, err := s.offset(series, file.Offset)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Path, err)
	}
	s.Pools[pool].Capacity = capacityFrom(series, offset, s.Pools[pool].Notice)
	if short := offset + s.Duration - series.End; short > 0 {
		warnings = append(warnings, fmt.Sprintf("%s: the last known capacity of %v is held for the last %.1f h of the run", file.Path, s.Pools[pool].Name, short.Hours()))
	}
	return warnings, nil
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

// offset returns where in the series the run begins.
func (s *Scenario) offset(series traces.CapacitySeries, said *time.Duration) (offset time.Duration, err error) {
	switch {
	case said != nil:
		offset = *said
	case !s.start.IsZero() && !series.Start.IsZero():
		offset = s.start.Sub(series.Start)
	}
	if offset < 0 || offset >= series.End {
		return 0, fmt.Errorf("the run begins %v into the series, which must be in [0s, %v)", offset, series.End)
	}
	return offset, nil
}

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

package scenario

import (
	"fmt"
	"strings"
	"time"

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
	type decided struct {
		capacityKey
		zone, instanceType string
		offset, warning    time.Duration
	}
	d := decided{capacityKey{file.Path, file.Options}, series.Zone, series.InstanceType, offset, s.Pools[pool].Notice.Total()}
	s.Pools[pool].Capacity, _ = share(s.inputs, d, length, func() ([]market.CapacityChange, error) {
		return capacityFrom(series, offset, s.Pools[pool].Notice), nil
	})
	if short := offset + s.Duration - series.End; short > 0 {
		warnings = append(warnings, fmt.Sprintf("%s: the last known capacity of %v is held for the last %.1f h of the run", file.Path, s.Pools[pool].Name, short.Hours()))
	}
	return warnings, nil
}

// capacityKey is what the series of a file depend on.
type capacityKey struct {
	path    string
	options traces.CapacityOptions
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

// offset returns where in the series the run begins.
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

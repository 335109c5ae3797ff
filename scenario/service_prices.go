package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/spelling"
)

// RecordedPrices says on which recorded prices a service runs.
type RecordedPrices struct {
	// InstanceType and Product are those of every series; empty where the file names none.
	InstanceType, Product string
	// Start is the instant of the prices at which the run begins.
	Start time.Time
}

// UsePrices gives every pool of s the recorded prices of its zone, matched by name, from
// start on; the zero Time begins at the first instant at which all of them are known. If
// there are no pools yet, every series becomes one, like model. The error names every pool
// whose zone has no prices, or begins with "start: ".
func (s *Service) UsePrices(file string, all []traces.PriceSeries, sel Selection, start time.Time, model market.Pool) (used RecordedPrices, warnings []string, err error) {
	chosen, err := choose(all, sel)
	if err != nil {
		return used, nil, fmt.Errorf("%s: %w", file, err)
	}
	if s.Pools == nil {
		for _, series := range chosen {
			model.Name = poolName(series)
			s.Pools = append(s.Pools, model)
		}
	}
	series, err := s.seriesOfPools(file, chosen)
	if err != nil {
		return used, nil, err
	}
	if start, err = begin(series, start); err != nil {
		return used, nil, err
	}
	for n := range s.Pools {
		s.Pools[n].Price = recordedPrice(series[n], start, s.Window)
	}
	return RecordedPrices{chosen[0].InstanceType, chosen[0].Product, start}, doubts(series, start.Add(s.Window)), nil
}

// seriesOfPools returns the series of each pool.
func (s *Service) seriesOfPools(file string, chosen []traces.PriceSeries) (used []traces.PriceSeries, err error) {
	zones := distinct(chosen, func(p traces.PriceSeries) string { return p.Zone })
	var errs []error
	for _, pool := range s.Pools {
		n := slices.IndexFunc(chosen, func(p traces.PriceSeries) bool { return p.Zone == pool.Name.Zone })
		if n < 0 {
			errs = append(errs, fmt.Errorf("%s: no prices of zone %q%s (there are: %s)",
				file, pool.Name.Zone, spelling.DidYouMean(pool.Name.Zone, zones), strings.Join(zones, ", ")))
			continue
		}
		used = append(used, chosen[n])
	}
	return used, errors.Join(errs...)
}

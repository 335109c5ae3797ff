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

// UsePrices gives every pool of s the recorded prices of its zone, matched by name, from
// start on; the zero Time begins at the first instant at which all of them are known. The
// error names every pool whose zone has no prices.
func (s *Service) UsePrices(file string, all []traces.PriceSeries, sel Selection, start time.Time) (warnings []string, err error) {
	chosen, err := choose(all, sel)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	zones := distinct(chosen, func(p traces.PriceSeries) string { return p.Zone })
	var errs []error
	var used []traces.PriceSeries
	for _, pool := range s.Pools {
		n := slices.IndexFunc(chosen, func(p traces.PriceSeries) bool { return p.Zone == pool.Name.Zone })
		if n < 0 {
			errs = append(errs, fmt.Errorf("%s: no prices of zone %q%s (there are: %s)",
				file, pool.Name.Zone, spelling.DidYouMean(pool.Name.Zone, zones), strings.Join(zones, ", ")))
			continue
		}
		used = append(used, chosen[n])
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	start, err = begin(used, start)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for n := range s.Pools {
		recorded := changes(used[n], start)
		s.Pools[n].Price = market.PriceSpec{Model: "trace", Changes: recorded, Mean: mean(recorded, s.Window)}
	}
	return doubts(used, start.Add(s.Window)), nil
}

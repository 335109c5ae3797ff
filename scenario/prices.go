package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/spelling"
)

// Selection chooses series of a price history. Empty fields choose what there is one of.
type Selection struct {
	InstanceType string
	// Zone chooses one series, Region those of its zones; without them every zone becomes
	// a pool.
	Region, Zone string
	// Product is the product description. Without it Linux/UNIX is taken if there are
	// several.
	Product string
}

// Recording is the history that the prices of a pool are taken from.
type Recording struct {
	// Pool is the index of the pool in the scenario.
	Pool int
	// Files make up the history.
	Files []string
	Selection

	series []traces.PriceSeries // all of the files
	chosen []traces.PriceSeries
}

// defaultProduct is what a history of several products is about unless it is said.
const defaultProduct = "Linux/UNIX"

// UsePrices puts a pool with recorded prices for every chosen series in the place of each
// pool that has a recording, which gives them everything else. The run begins at start; the
// zero Time begins it at the first instant at which every chosen series has a price. from
// has the index that each pool now, or its model, had before; warnings say what the
// histories do not tell.
func (s *Scenario) UsePrices(recordings []Recording, start time.Time) (from []int, warnings []string, err error) {
	var errs []error
	var all []traces.PriceSeries
	for i := range recordings {
		r := &recordings[i]
		if r.chosen, err = choose(r.series, r.Selection); err != nil {
			errs = append(errs, r.wrong(err))
		}
		all = append(all, r.chosen...)
	}
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	if s.start, err = begin(all, start); err != nil {
		return nil, nil, err
	}
	var pools []market.Pool
	for i, pool := range s.Pools {
		recorded := slices.IndexFunc(recordings, func(r Recording) bool { return r.Pool == i })
		if recorded < 0 {
			pools, from = append(pools, pool), append(from, i)
			continue
		}
		for _, series := range recordings[recorded].chosen {
			pool.Name, pool.Price = poolName(series), recordedPrice(series, s.start, s.Duration)
			pools, from = append(pools, pool), append(from, i)
		}
	}
	s.Pools = pools
	return from, doubts(all, s.start.Add(s.Duration)), nil
}

// wrong says in which recording something is wrong.
func (r *Recording) wrong(err error) error {
	return fmt.Errorf("pools[%d].price.files: %s: %w", r.Pool, r.Files[0], err)
}

func poolName(s traces.PriceSeries) cloud.Pool {
	return cloud.Pool{Region: s.Region, Zone: s.Zone, InstanceType: s.InstanceType}
}

// recordedPrice returns the prices of a series from start on, over a run of duration d.
func recordedPrice(series traces.PriceSeries, start time.Time, d time.Duration) market.PriceSpec {
	recorded := changes(series, start)
	return market.PriceSpec{Model: "trace", Changes: recorded, Mean: mean(recorded, d)}
}

// choose returns the series sel means, all of one instance type and product.
func choose(all []traces.PriceSeries, sel Selection) ([]traces.PriceSeries, error) {
	chosen, err := narrow(all, "instance type", sel.InstanceType, "--instance-type",
		func(p traces.PriceSeries) string { return p.InstanceType })
	if err != nil {
		return nil, err
	}
	if sel.Region != "" {
		chosen, err = narrow(chosen, "region", sel.Region, "region", func(p traces.PriceSeries) string { return p.Region })
		if err != nil {
			return nil, err
		}
	}
	if sel.Zone != "" {
		chosen, err = narrow(chosen, "zone", sel.Zone, "--zone", func(p traces.PriceSeries) string { return p.Zone })
		if err != nil {
			return nil, err
		}
	}
	product := func(p traces.PriceSeries) string { return p.Product }
	if sel.Product == "" && slices.Contains(distinct(chosen, product), defaultProduct) {
		sel.Product = defaultProduct
	}
	return narrow(chosen, "product", sel.Product, "--product", product)
}

// narrow keeps the series whose property is want, or, if want is empty, all of them
// provided they agree on it.
func narrow(all []traces.PriceSeries, what, want, flag string, property func(traces.PriceSeries) string) ([]traces.PriceSeries, error) {
	known := distinct(all, property)
	if want == "" {
		if len(known) > 1 {
			return nil, fmt.Errorf("there is more than one %s: choose one with %s (%s)", what, flag, strings.Join(known, ", "))
		}
		return all, nil
	}
	var kept []traces.PriceSeries
	for _, p := range all {
		if property(p) == want {
			kept = append(kept, p)
		}
	}
	if kept == nil {
		return nil, fmt.Errorf("no series has %s %q%s (there are: %s): choose one with %s",
			what, want, spelling.DidYouMean(want, known), strings.Join(known, ", "), flag)
	}
	return kept, nil
}

func distinct(all []traces.PriceSeries, property func(traces.PriceSeries) string) []string {
	found := map[string]bool{}
	for _, p := range all {
		found[property(p)] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// begin returns when the run begins: never before every series has a price, nor after the
// last of them is known.
func begin(chosen []traces.PriceSeries, start time.Time) (time.Time, error) {
	first, last := chosen[0].Points[0].At, lastKnown(chosen)
	for _, s := range chosen {
		if begins := s.Points[0].At; begins.After(first) {
			first = begins
		}
	}
	if start.IsZero() {
		return first, nil
	}
	if start.Before(first) || start.After(last) {
		return time.Time{}, fmt.Errorf("start: %s must be in [%s, %s], where the prices are known",
			start.Format(time.RFC3339), first.Format(time.RFC3339), last.Format(time.RFC3339))
	}
	return start, nil
}

// lastKnown returns when a price was last seen.
func lastKnown(chosen []traces.PriceSeries) (last time.Time) {
	for _, s := range chosen {
		if ends := s.Points[len(s.Points)-1].At; ends.After(last) {
			last = ends
		}
	}
	return last
}

// changes returns the price changes of a series from start on, the first at 0.
func changes(s traces.PriceSeries, start time.Time) []market.PriceChange {
	var out []market.PriceChange
	for _, p := range s.Points {
		at := clock.At(max(p.At.Sub(start), 0))
		if len(out) > 0 && out[len(out)-1].At == at {
			out = out[:len(out)-1]
		}
		out = append(out, market.PriceChange{At: at, Price: p.Price})
	}
	return out
}

// mean returns the average price over the first d of the changes, weighted by time. It is
// at least one nano-dollar.
func mean(changes []market.PriceChange, d time.Duration) cloud.Price {
	var sum cloud.Charge
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

// doubts says what a run on recorded prices that ends at an instant takes on trust.
func doubts(chosen []traces.PriceSeries, ends time.Time) (warnings []string) {
	last := lastKnown(chosen)
	if short := ends.Sub(last); short > 0 {
		warnings = append(warnings, fmt.Sprintf("the last known price, of %s, is held for the last %.1f h of the run",
			last.Format(time.RFC3339), short.Hours()))
	}
	return warnings
}

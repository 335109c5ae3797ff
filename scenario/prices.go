package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/spelling"
)

// Selection chooses series of a price history. Empty fields choose what there is one of.
type Selection struct {
	InstanceType string
	// Region chooses the series of its zones, Zones those of them in this order; without them
	// every zone becomes a pool.
	Region string
	Zones  []string
	// Product is the product description. Without it Linux/UNIX is taken if there are
	// several.
	Product string
}

// Recording is the history that the prices of a pool are taken from.
type Recording struct {
	// Model is the index of the pool, counted before any was replaced by others.
	Model int
	// Files make up the history.
	Files []string
	Selection

	series []traces.PriceSeries // all of the files
	chosen []traces.PriceSeries
}

// defaultProduct is what a history of several products is about unless it is said.
const defaultProduct = "Linux/UNIX"

// UsePrices gives the pools recorded prices: a pool of a zone of its own, as ReadZones makes
// them, those of its zone; each other pool that has a recording is replaced by one for every
// chosen series, which is like it in all else. The run begins at start; the zero Time begins
// it at the instant of the capacity if that is known, else at the first at which every used
// series has a price. The warnings say what the histories do not tell.
func (s *Scenario) UsePrices(recordings []Recording, start Start) (warnings []string, err error) {
	var errs []error
	var used []traces.PriceSeries
	for i := range recordings {
		r := &recordings[i]
		if r.chosen, err = s.choose(r); err == nil && slices.Contains(s.zoned, r.Model) {
			r.chosen, err = s.seriesOfZones(r)
		}
		if err != nil {
			errs = append(errs, r.wrong(err))
		}
		used = append(used, r.chosen...)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if start.Instant.IsZero() && !s.start.IsZero() {
		start = Start{Instant: s.start}
	}
	if s.start, err = begin(used, start); err != nil {
		return nil, err
	}
	s.priced(recordings)
	return s.doubts(used), nil
}

func (s *Scenario) priced(recordings []Recording) {
	var pools []market.Pool
	var models []int
	for i, model := range s.Models() {
		pool := s.Pools[i]
		n := slices.IndexFunc(recordings, func(r Recording) bool { return r.Model == model })
		switch {
		case n < 0:
			pools, models = append(pools, pool), append(models, model)
		case slices.Contains(s.zoned, model):
			pool.Price = s.recordedPrice(recordings[n].chosen[0])
			recordings[n].chosen = recordings[n].chosen[1:]
			pools, models = append(pools, pool), append(models, model)
		default:
			for _, series := range recordings[n].chosen {
				pool.Name, pool.Price = poolName(series), s.recordedPrice(series)
				pools, models = append(pools, pool), append(models, model)
			}
		}
	}
	s.Pools, s.models = pools, models
}

// seriesOfZones returns the chosen series of each pool of a model, by the name of its zone.
func (s *Scenario) seriesOfZones(r *Recording) (used []traces.PriceSeries, err error) {
	zones := distinct(r.chosen, func(p traces.PriceSeries) string { return p.Zone })
	var errs []error
	for i, model := range s.Models() {
		if model != r.Model {
			continue
		}
		name := s.Pools[i].Name.Zone
		n := slices.IndexFunc(r.chosen, func(p traces.PriceSeries) bool { return p.Zone == name })
		if n < 0 {
			errs = append(errs, fmt.Errorf("no prices of zone %q%s (there are: %s)", name, spelling.DidYouMean(name, zones), strings.Join(zones, ", ")))
			continue
		}
		used = append(used, r.chosen[n])
	}
	return used, errors.Join(errs...)
}

func (r *Recording) wrong(err error) error {
	return fmt.Errorf("pools[%d].price.files: %s: %w", r.Model, r.Files[0], err)
}

func poolName(s traces.PriceSeries) cloud.Pool {
	return cloud.Pool{Region: s.Region, Zone: s.Zone, InstanceType: s.InstanceType}
}

// recordedPrice is the function of that name for the run of s.
func (s *Scenario) recordedPrice(series traces.PriceSeries) market.PriceSpec {
	size := func(p market.PriceSpec) int { return len(p.Changes) }
	price, _ := share(s.inputs, key("recorded", &series.Points[0], s.start, s.Duration), size, func() (market.PriceSpec, error) {
		return recordedPrice(series, s.start, s.Duration), nil
	})
	return price
}

func (s *Scenario) choose(r *Recording) ([]traces.PriceSeries, error) {
	if s.inputs == nil || len(r.series) == 0 {
		return choose(r.series, r.Selection)
	}
	k := key("chosen", &r.series[0], r.Region, strings.Join(r.Zones, "\n"), r.InstanceType, r.Product)
	return share(s.inputs, k, length, func() ([]traces.PriceSeries, error) { return choose(r.series, r.Selection) })
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
	if sel.Zones != nil {
		var inZones []traces.PriceSeries
		var errs []error
		for _, zone := range sel.Zones {
			some, err := narrow(chosen, "zone", zone, "--zone", func(p traces.PriceSeries) string { return p.Zone })
			inZones, errs = append(inZones, some...), append(errs, err)
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		chosen = inZones
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

// Start is where in recorded series a run begins: at an instant, or at an offset from where all
// of them are known. The zero value is where they are known first.
type Start struct {
	Instant time.Time
	Offset  time.Duration
}

// begin returns when the run begins: never before every series has a price, nor after the
// last of them is known.
func begin(chosen []traces.PriceSeries, at Start) (time.Time, error) {
	start := at.Instant
	first, last := chosen[0].Points[0].At, lastKnown(chosen)
	for _, s := range chosen {
		if begins := s.Points[0].At; begins.After(first) {
			first = begins
		}
	}
	if start.IsZero() {
		start = first.Add(at.Offset)
	}
	if start.Before(first) || start.After(last) {
		return time.Time{}, fmt.Errorf("start: %s must be in [%s, %s], where the prices are known",
			start.Format(time.RFC3339), first.Format(time.RFC3339), last.Format(time.RFC3339))
	}
	return start, nil
}

func lastKnown(chosen []traces.PriceSeries) (last time.Time) {
	for _, s := range chosen {
		if ends := s.Points[len(s.Points)-1].At; ends.After(last) {
			last = ends
		}
	}
	return last
}

// doubts says what a run on recorded prices takes on trust.
func (s *Scenario) doubts(chosen []traces.PriceSeries) (warnings []string) {
	last := lastKnown(chosen)
	if short := s.start.Add(s.Duration).Sub(last); short > 0 {
		warnings = append(warnings, fmt.Sprintf("the last known price, of %s, is held for the last %.1f h of the run",
			last.Format(time.RFC3339), short.Hours()))
	}
	return warnings
}

package spec

import (
	"errors"
	"fmt"
	"slices"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scenario"
)

// readFiles reads the files that the scenario names, but for capacity of which something is
// known to be wrong.
func (r *Resolved) readFiles(known Problems) (problems Problems) {
	s := r.Scenario
	wrong := func(place string, err error) {
		if err != nil {
			problems = append(problems, r.problems(prefixed(place, err), true)...)
		}
	}
	warn := func(warnings []string) { r.Warnings = append(r.Warnings, warnings...) }
	if path := r.File.Workload.File; path != nil {
		wrong("workload.file: ", s.ReadTasks(string(*path)))
	}
	for i, p := range r.File.Market.Pools {
		if p.Capacity.Files != nil && !known.below(at("market.pools", i)+".capacity.") {
			notes, err := s.ReadZones(i, p.zoneFiles(), r.start())
			warn(notes)
			wrong(fmt.Sprintf("pools[%d].", i), err)
		}
	}
	if recordings := r.recordings(); recordings != nil {
		warnings, err := s.ReadPrices(recordings, r.start())
		warn(warnings)
		if err != nil {
			problems = append(problems, r.problems(err, true)...)
			r.keepUnread(recordings)
		}
	}
	for i, model := range s.Models() {
		c := r.File.Market.Pools[model].Capacity
		if c.File != nil && !known.below(at("market.pools", model)+".capacity.") {
			warnings, err := s.ReadCapacity(i, c.build(), r.start())
			warn(warnings)
			wrong(fmt.Sprintf("pools[%d].capacity.file: ", i), err)
		}
	}
	r.adoptTick()
	problems = append(problems, r.readMoves()...)
	wrong("", s.ReadPolicies())
	wrong("service.requests.file: ", r.readRequests())
	wrong("", r.roundTrips())
	warn(s.RequestWarnings())
	r.assume()
	return problems
}

// prefixed returns err, or each of the errors that it joins, with its place.
func prefixed(place string, err error) error {
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return fmt.Errorf("%s%w", place, err)
	}
	var errs []error
	for _, e := range many.Unwrap() {
		errs = append(errs, prefixed(place, e))
	}
	return errors.Join(errs...)
}

// assume warns of on-demand prices that were not said beside recorded spot prices.
func (r *Resolved) assume() {
	for i, p := range r.File.Market.Pools {
		if p.Price.Files == nil {
			continue
		}
		said := r.said.Find(at("market.pools", i) + ".on_demand")
		if said == nil || said.Origin.Source == Default {
			r.Warnings = append(r.Warnings, fmt.Sprintf("no --ondemand-price: %v is assumed, which a price history does not say", p.OnDemand))
			return
		}
	}
}

func (r *Resolved) start() scenario.Start { return scenario.Start(value(r.File.Market.Start)) }

func (r *Resolved) recordings() (list []scenario.Recording) {
	for i, p := range r.File.Market.Pools {
		if p.Price.Files == nil {
			continue
		}
		recording := scenario.Recording{Model: i, Selection: scenario.Selection{
			Region: value(p.Region), Zones: p.Zones, InstanceType: value(p.InstanceType), Product: value(p.Price.Product),
		}}
		for _, f := range p.Price.Files {
			recording.Files = append(recording.Files, string(f))
		}
		list = append(list, recording)
	}
	return list
}

// keepUnread gives the pools whose prices could not be read a price that nothing is wrong
// with, so that the other problems of the scenario can be found.
func (r *Resolved) keepUnread(recordings []scenario.Recording) {
	for _, recording := range recordings {
		i := slices.Index(r.Scenario.Models(), recording.Model)
		price := &r.Scenario.Pools[i].Price
		price.Model = "constant"
		*price = price.With("mean", cloud.Price(1))
	}
}

func (p *Pool) zoneFiles() scenario.ZoneFiles {
	c := p.Capacity
	files := scenario.ZoneFiles{Options: c.options(), Window: value(c.Window), Zones: p.Zones, Offset: c.Offset}
	for _, f := range c.Files {
		files.Paths = append(files.Paths, string(f))
	}
	return files
}

func (c Capacity) build() scenario.CapacityFile {
	file := scenario.CapacityFile{Path: string(*c.File), Offset: c.Offset}
	file.Options = c.options()
	return file
}

func (c Capacity) options() (o traces.CapacityOptions) {
	o.Gap = value(c.Gap)
	if c.Polarity != nil {
		o.Polarity, _ = traces.ParsePolarity(*c.Polarity) // a choice that is checked
	}
	return o
}

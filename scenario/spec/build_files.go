package spec

import (
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
			problems = append(problems, r.problems(place, err, true)...)
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
			problems = append(problems, r.problems("", err, true)...)
			r.keepUnread(recordings)
		}
	}
	for i, model := range s.Models() {
		c := r.File.Market.Pools[model].Capacity
		if c.File != nil && !known.below(at("market.pools", model)+".capacity.") {
			warnings, err := s.ReadCapacity(i, scenario.CapacityFile{Path: string(*c.File), Options: c.options(), Offset: c.Offset}, r.start())
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

// assume warns of on-demand prices that were not said beside recorded spot prices.
func (r *Resolved) assume() {
	for i, p := range r.File.Market.Pools {
		if p.Price.Files == nil {
			continue
		}
		if r.said.unsaid(at("market.pools", i) + ".on_demand") {
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
		recording := scenario.Recording{Model: i, Files: texts(p.Price.Files), Selection: scenario.Selection{
			Region: value(p.Region), Zones: p.Zones, InstanceType: value(p.InstanceType), Product: value(p.Price.Product),
		}}
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
	files := scenario.ZoneFiles{Paths: texts(c.Files), Options: c.options(), Window: value(c.Window), Zones: p.Zones, Offset: c.Offset}
	if p.Price.Files == nil { // else it is the type in them
		files.InstanceType = value(p.InstanceType)
	}
	return files
}

func (c Capacity) options() (o traces.CapacityOptions) {
	o.Gap = value(c.Gap)
	if c.Polarity != nil {
		o.Polarity, _ = traces.ParsePolarity(*c.Polarity) // a choice that is checked
	}
	return o
}

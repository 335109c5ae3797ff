package spec

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/scenario"
)

// readFiles reads the files that the scenario names, but for capacity of which something is
// known to be wrong.
func (r *Resolved) readFiles(known Problems) (problems Problems) {
	for i := range r.File.Market.Pools {
		r.from = append(r.from, i)
	}
	if path := r.File.Workload.File; path != nil {
		if err := r.Scenario.ReadTasks(string(*path)); err != nil {
			problems = append(problems, r.problems(fmt.Errorf("workload.file: %w", err), true)...)
		}
	}
	if recordings := r.recordings(); recordings != nil {
		from, warnings, err := r.Scenario.ReadPrices(recordings, r.start())
		r.Warnings = append(r.Warnings, warnings...)
		if err != nil {
			problems = append(problems, r.problems(err, true)...)
			r.keepUnread(recordings)
		} else {
			r.from = from
		}
	}
	for i, from := range r.from {
		c := r.File.Market.Pools[from].Capacity
		if c.File != nil && !known.below(at("market.pools", from)+".capacity.") {
			warnings, err := r.Scenario.ReadCapacity(i, c.build(), r.start())
			r.Warnings = append(r.Warnings, warnings...)
			if err != nil {
				problems = append(problems, r.problems(fmt.Errorf("pools[%d].capacity.file: %w", i, err), true)...)
			}
		}
	}
	if err := r.readRequests(); err != nil {
		problems = append(problems, r.problems(fmt.Errorf("service.requests.file: %w", err), true)...)
	}
	r.roundTrips()
	if r.Scenario.Serving != nil {
		r.Warnings = append(r.Warnings, r.Scenario.Serving.Doubts(r.Scenario.Duration)...)
	}
	r.assume()
	return problems
}

// assume warns of on-demand prices that nobody said beside recorded spot prices.
func (r *Resolved) assume() {
	for i, p := range r.File.Market.Pools {
		said := r.said.Find(at("market.pools", i) + ".on_demand")
		if p.Price.Files != nil && (said == nil || said.Origin.Source == Default) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("no --ondemand-price: %v is assumed, which a price history does not say", p.OnDemand))
			return
		}
	}
}

func (r *Resolved) start() time.Time { return value(r.File.Market.Start).Time }

func (r *Resolved) recordings() (list []scenario.Recording) {
	for i, p := range r.File.Market.Pools {
		if p.Price.Files == nil {
			continue
		}
		recording := scenario.Recording{Pool: i, Selection: scenario.Selection{
			Region: value(p.Region), Zone: value(p.Zone), InstanceType: value(p.InstanceType), Product: value(p.Price.Product),
		}}
		for _, f := range p.Price.Files {
			recording.Files = append(recording.Files, string(f))
		}
		list = append(list, recording)
	}
	return list
}

// keepUnread gives the pools whose prices could not be read a price that nothing is wrong
// with, so that the other problems of the scenario can be told.
func (r *Resolved) keepUnread(recordings []scenario.Recording) {
	for _, recording := range recordings {
		price := &r.Scenario.Pools[recording.Pool].Price
		price.Model, price.Mean = "constant", 1
	}
}

func (c Capacity) build() scenario.CapacityFile {
	file := scenario.CapacityFile{Path: string(*c.File), Offset: c.Offset}
	file.Options.Gap = value(c.Gap)
	if c.Polarity != nil {
		file.Options.Polarity, _ = traces.ParsePolarity(*c.Polarity) // a choice that is checked
	}
	return file
}

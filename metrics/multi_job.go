package metrics

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// MultiJobSummary is what the run of one job in several regions came to.
type MultiJobSummary struct {
	JobSummary
	// PeerCost is what the published simulator bills: every tick at the first price of the
	// region in which the job is at the end, wherever and whenever it ran.
	PeerCost cloud.Money
	// Egress is what moves cost; it is in Cost, not in PeerCost.
	Egress cloud.Money
	// FinalRegion is where the job is at the end. Switches counts how often it went from
	// one region to another, running or not; where it began is none.
	FinalRegion cloud.PoolID
	Switches    int
}

// MultiJobCollector gathers the numbers of a run of one job in several regions that is
// billed in ticks.
type MultiJobCollector struct {
	JobCollector
	// OnDemand are the prices of the regions.
	OnDemand []cloud.Price

	first  []cloud.Price // of spot, by region; -1 before it is known
	turns  int
	region cloud.PoolID
	egress cloud.Money
}

// Record takes the next entry.
func (c *MultiJobCollector) Record(e journal.Entry) {
	c.JobCollector.Record(e)
	switch e.Kind {
	case journal.Price:
		for int(e.Pool) >= len(c.first) {
			c.first = append(c.first, -1)
		}
		if c.first[e.Pool] < 0 {
			c.first[e.Pool] = e.Price
		}
	case journal.Turn:
		c.region = e.Pool
		c.turns++
	case journal.Start:
		c.egress += e.Cost
	}
}

// Summary returns the numbers of the entries so far.
func (c *MultiJobCollector) Summary() MultiJobSummary {
	s := MultiJobSummary{JobSummary: c.JobCollector.Summary(), Egress: c.egress, FinalRegion: c.region}
	s.Switches = max(c.turns-1, 0) // the first is where it began
	if len(c.first) > 0 {
		ticks := func(n int) time.Duration { return time.Duration(n) * c.Gap }
		s.PeerCost = c.first[c.region].Over(ticks(s.SpotTicks)).Plus(c.OnDemand[c.region].Over(ticks(s.OnDemandTicks))).Round()
	}
	return s
}

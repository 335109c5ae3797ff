package metrics

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// JobSummary is what the run of one job with a deadline came to.
type JobSummary struct {
	// Cost is the sum of all bills, and of egress.
	Cost cloud.Money
	// Done tells whether the job was finished, Finish when.
	Done   bool
	Finish time.Duration
	// Ticks billed by purchase, and ticks until the end on neither; the tick in which the
	// job finished counts whole.
	SpotTicks, OnDemandTicks, IdleTicks int
	// SpotRan and OnDemandRan are how long instances ran, which ends with the job.
	SpotRan, OnDemandRan time.Duration
	// FinishTick is the number of ticks until the job was finished.
	FinishTick int
	// Preemptions counts the times the provider took the job's instance.
	Preemptions                    int
	SpotLaunches, OnDemandLaunches int
}

// JobCollector gathers the numbers of a run of one job that is billed in ticks.
type JobCollector struct {
	// Gap is the length of a tick.
	Gap time.Duration
	// Stints are what the job ran on, in order.
	Stints []Stint

	sum   JobSummary
	ticks [2]time.Duration // by purchase
}

// Stint is the life of one instance of the job.
type Stint struct {
	From, To  clock.Time
	Pool      cloud.PoolID
	Purchase  cloud.Purchase
	Preempted bool
}

// Record takes the next entry.
func (c *JobCollector) Record(e journal.Entry) {
	switch e.Kind {
	case journal.Launch:
		if e.Purchase == cloud.Spot {
			c.sum.SpotLaunches++
		} else {
			c.sum.OnDemandLaunches++
		}
	case journal.Start:
		c.sum.Cost += e.Cost
	case journal.Complete:
		c.sum.Done, c.sum.Finish = true, time.Duration(e.At)
	case journal.Preempt:
		if !c.sum.Done {
			c.sum.Preemptions++
		}
		c.bill(e)
	case journal.Terminate, journal.Close:
		c.bill(e)
	}
}

func (c *JobCollector) bill(e journal.Entry) {
	c.sum.Cost += e.Cost
	if e.Purchase == cloud.Spot {
		c.sum.SpotRan += e.Span
	} else {
		c.sum.OnDemandRan += e.Span
	}
	c.ticks[e.Purchase] += e.Span
	c.ticks[e.Purchase] = time.Duration(c.whole(c.ticks[e.Purchase])) * c.Gap
	c.Stints = append(c.Stints, Stint{e.At.Add(-e.Span), e.At, e.Pool, e.Purchase, e.Kind == journal.Preempt && !c.sum.Done})
}

// whole returns how many ticks d is, rounded up.
func (c *JobCollector) whole(d time.Duration) int { return int((d + c.Gap - 1) / c.Gap) }

// Summary returns the numbers of the entries so far.
func (c *JobCollector) Summary() JobSummary {
	s := c.sum
	s.SpotTicks, s.OnDemandTicks = c.whole(c.ticks[cloud.Spot]), c.whole(c.ticks[cloud.OnDemand])
	s.FinishTick = c.whole(s.Finish)
	s.IdleTicks = s.FinishTick - s.SpotTicks - s.OnDemandTicks
	return s
}

package metrics

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// Job is the part of a Collector about one job with a deadline that is billed in ticks.
type Job struct {
	// Tick is the length of a tick. Positive.
	Tick time.Duration
	// OnDemand are the on-demand prices by pool, the regions of the job.
	OnDemand []cloud.Price
	// PeerBilling bills as the published multi-region simulator does: every tick at the first
	// price of the region in which the job is at the end, wherever and whenever it ran.
	// (FrontierCS/Frontier-CS, problem cant_be_late_multi.)
	PeerBilling bool

	done   bool
	finish time.Duration
	billed [2]time.Duration // whole ticks, by purchase
	first  []cloud.Price    // of spot, by pool; -1 before it is known
	turns  int
	region cloud.PoolID // where the job is
}

func (j *Job) record(e *journal.Entry) {
	switch e.Kind {
	case journal.Complete:
		j.done, j.finish = true, time.Duration(e.At)
	case journal.Preempt, journal.Terminate, journal.Close:
		j.billed[e.Purchase] = time.Duration(j.ticks(j.billed[e.Purchase]+e.Span)) * j.Tick
	case journal.Price:
		for int(e.Pool) >= len(j.first) {
			j.first = append(j.first, -1)
		}
		if j.first[e.Pool] < 0 {
			j.first[e.Pool] = e.Price
		}
	case journal.Turn:
		j.region = e.Pool
		j.turns++
	}
}

// ticks returns how many ticks d is, rounded up.
func (j *Job) ticks(d time.Duration) int { return int((d + j.Tick - 1) / j.Tick) }

// peerCost returns what the published simulator bills, by purchase.
func (j *Job) peerCost() (cost [2]cloud.Money) {
	if len(j.first) > 0 {
		cost[cloud.Spot] = j.first[j.region].Over(j.billed[cloud.Spot]).Round()
		both := j.first[j.region].Over(j.billed[cloud.Spot]).Plus(j.OnDemand[j.region].Over(j.billed[cloud.OnDemand])).Round()
		cost[cloud.OnDemand] = both - cost[cloud.Spot]
	}
	return cost
}

// summarize fills in what a Summary says of a job. The tick in which the job finished counts
// whole.
func (j *Job) summarize(s *Summary) {
	spot, onDemand := j.ticks(j.billed[cloud.Spot]), j.ticks(j.billed[cloud.OnDemand])
	s.SpotTicks, s.OnDemandTicks = &spot, &onDemand
	if j.done {
		finish := j.ticks(j.finish)
		s.Finish, s.FinishTick, s.IdleTicks = pointer(j.finish.Hours()), &finish, pointer(finish-spot-onDemand)
	}
	s.Switches, s.FinalRegion = pointer(max(j.turns-1, 0)), pointer(int(j.region)) // the first turn is where it began
}

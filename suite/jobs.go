package suite

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// What the evaluations of one job with a deadline share.

func jobSettings(deadlines string) []Setting {
	return []Setting{
		{"deadline", "deadlines to run, in hours", deadlines},
		{"overhead", "restart overheads to run, in hours", "0.05,0.2"},
		{"guarantee", "the engine's rule for the deadline: strict, the published one with its defect (peer), or one beside the other (both)", "strict"},
	}
}

var (
	// overheadColumn has another name than its axis: results have a column of that one.
	overheadColumn    = Column{"restart_overhead_h", func(r row) string { return r.axis("overhead_h") }}
	costColumn        = number("cost_usd", func(s *metrics.Summary) *float64 { return &s.TotalCost })
	metColumn         = number("deadline_met", func(s *metrics.Summary) *int { return bit(met(s)) })
	clairvoyantColumn = Column{"clairvoyant", func(r row) string { return strconv.Itoa(*bit(r.Clairvoyant)) }}
)

func spotTicks(s *metrics.Summary) *int     { return s.SpotTicks }
func onDemandTicks(s *metrics.Summary) *int { return s.OnDemandTicks }
func idleTicks(s *metrics.Summary) *int     { return s.IdleTicks }

// jobGrid is what is varied of the job of an evaluation.
type jobGrid struct {
	job                  scenario.Job // what all have in common
	deadlines, overheads []time.Duration
	guarantees           []scheduler.Guarantee
	policies             []scheduler.Spec // in the order in which they run
}

// jobGrid reads what is varied of a job; policies run in the order of their published names.
func (c *choice) jobGrid(work time.Duration, deadlines []time.Duration, policies []string, name func(policy string) string) *jobGrid {
	g := &jobGrid{
		job:       scenario.Job{Work: work, Billing: scenario.OwnBilling},
		deadlines: c.hours("deadline", deadlines...),
		overheads: c.hours("overhead", 3*time.Minute, 12*time.Minute),
		policies:  c.policies("policies", scheduler.KindJob, policies...),
	}
	g.guarantees = guarantees(c.oneOf("guarantee", string(scheduler.Strict), string(scheduler.Peer), "both"))
	slices.SortStableFunc(g.policies, func(a, b scheduler.Spec) int { return strings.Compare(name(a.String()), name(b.String())) })
	return g
}

func guarantees(chosen string) []scheduler.Guarantee {
	if chosen == "both" {
		return []scheduler.Guarantee{scheduler.Peer, scheduler.Strict}
	}
	return []scheduler.Guarantee{scheduler.Guarantee(chosen)}
}

// ofRow is the grid of a row of a file of cases; what the row does not say is as in g.
func (g *jobGrid) ofRow(r *choice) *jobGrid {
	of := *g
	of.job.Work = r.hours("task_h", g.job.Work)[0]
	of.deadlines, of.overheads = r.hours("deadline_h"), r.hours("restart_overhead_h")
	if r.has("guarantee") {
		of.guarantees = guarantees(r.oneOf("guarantee", string(scheduler.Strict), string(scheduler.Peer)))
	}
	of.policies = r.policies("policy", scheduler.KindJob)
	return &of
}

// each calls do for every guarantee, each of n places, every deadline and overhead, in that
// order.
func (g *jobGrid) each(n int, do func(place int, job scenario.Job)) {
	for _, guarantee := range g.guarantees {
		for place := range n {
			for _, deadline := range g.deadlines {
				for _, overhead := range g.overheads {
					job := g.job
					job.Deadline, job.Overhead, job.Guarantee = deadline, overhead, guarantee
					do(place, job)
				}
			}
		}
	}
}

// jobValues are those of task_h, deadline_h and overhead_h.
func jobValues(job *scenario.Job) []string {
	return []string{short(job.Work.Hours()), short(job.Deadline.Hours()), short(job.Overhead.Hours())}
}

// jobPool returns a series, called like its pool, from an offset on as a pool at the published
// prices, or its own where it has some.
func jobPool(name string, s traces.CapacitySeries, offset, duration time.Duration) market.Pool {
	zone, kind, _ := traces.PoolOfName(name + ".json")
	pool := scenario.JobPool(cloud.Pool{Region: traces.RegionOf(zone), Zone: zone, InstanceType: kind}, scenario.PublishedOnDemand, scenario.PublishedSpot, s.Gap)
	scenario.UseSeries(&pool, s, offset, duration)
	return pool
}

// readAs says in a line what an evaluation was read from: how many series, what their numbers
// were taken to mean, and a digest of their digests.
func readAs(p traces.Polarity, digests []string) string {
	return fmt.Sprintf("Data: %d series read as %v, sha256 of all %.12x", len(digests), p, sha256.Sum256([]byte(strings.Join(digests, ""))))
}

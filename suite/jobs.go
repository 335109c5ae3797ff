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
	"github.com/bobby-math/tessera/sweep"
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

// jobGrid is what is varied of the job of an evaluation, and the cases that it gives.
type jobGrid struct {
	*sweep.Cases
	what                 string       // the cases in words
	job                  scenario.Job // what all have in common
	moves                scenario.Moves
	deadlines, overheads []time.Duration
	guarantees           []scheduler.Guarantee
	policies             []scheduler.Spec // in the order in which they run
}

// place is where a job runs: pools that are known for a time in ticks of a length. axes are
// its values of the first axes.
type place struct {
	name        string
	axes        []string
	tick, known time.Duration
	pools       func() []market.Pool
}

// jobGrid reads what is varied of a job; policies run in the order of their published names.
func (c *choice) jobGrid(axes, policies []string, name func(policy string) string, work time.Duration, deadlines ...time.Duration) *jobGrid {
	g := &jobGrid{
		Cases:     &sweep.Cases{Axes: axes, Replicates: axes[:6]},
		what:      "the cases of " + c.text("cases", ""),
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

// addRows adds the cases of a file, each in the place that its row names; what the row does not
// say is as in g.
func (g *jobGrid) addRows(c *choice, needed []string, placeOf func(*choice) place) {
	readCases(c, g.Cases, append(needed, "deadline_h", "restart_overhead_h"), func(r *choice) {
		of := *g
		of.job.Work = r.hours("task_h", g.job.Work)[0]
		of.deadlines, of.overheads = r.hours("deadline_h"), r.hours("restart_overhead_h")
		if r.has("guarantee") {
			of.guarantees = guarantees(r.oneOf("guarantee", string(scheduler.Strict), string(scheduler.Peer)))
		}
		if r.has("policy") {
			of.policies = r.policies("policy", scheduler.KindJob)
		}
		if r.has("billing") && slices.Contains(g.Axes, "billing") {
			of.job.Billing = billing(r)
		}
		if p := placeOf(r); r.errs == nil {
			of.add(r, p)
			g.job.Tick = p.tick
		}
	})
}

func billing(c *choice) scenario.JobBilling {
	return scenario.JobBilling(c.oneOf("billing", string(scenario.OwnBilling), string(scenario.PeerBilling)))
}

// add adds a case for every guarantee, place, deadline and overhead, in that order.
func (g *jobGrid) add(c *choice, places ...place) {
	for _, guarantee := range g.guarantees {
		for _, p := range places {
			g.job.Tick, g.job.Guarantee = p.tick, guarantee
			job := g.job
			if !g.moves.None() {
				made := scenario.OfJob(p.name, job, p.pools(), p.known)
				c.add("egress", made.UseMoves(g.moves))
				job = *made.Job
			}
			for _, job.Deadline = range g.deadlines {
				for _, job.Overhead = range g.overheads {
					g.Cases.Cases = append(g.Cases.Cases, g.caseOf(p, job))
				}
			}
		}
	}
}

func (g *jobGrid) caseOf(p place, job scenario.Job) sweep.Case {
	values := map[string]string{
		"task_h": short(job.Work.Hours()), "deadline_h": short(job.Deadline.Hours()), "overhead_h": short(job.Overhead.Hours()),
		"billing": string(job.Billing), "guarantee": string(job.Guarantee),
	}
	made := sweep.Case{
		Values:   slices.Clone(p.axes),
		Policies: g.policies,
		Make:     func() *scenario.Scenario { return scenario.OfJob(p.name, job, p.pools(), p.known) },
	}
	for _, axis := range g.Axes[len(p.axes):] {
		made.Values = append(made.Values, values[axis])
	}
	return made
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

package tests

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
)

// coverage counts what the random scenarios met, so that the comparison with the twin
// cannot become empty without a word.
type coverage map[string]int

// wanted is what must have been met at least once, beside every kind of entry and every
// registered price and preemption model.
var wanted = []string{
	"refused: instance limit reached",
	"refused: price above bid",
	"refused: no capacity",
	"asked again a minute after a refusal",
	"two tasks arrive at one instant",
	"two instances fall at one instant",
	"a task completes at the instant another is interrupted",
	"ready at the instant of the launch",
	"ready later",
	"preempted before ready",
	"terminated before ready",
	"terminated at work",
	"preempted without the notice",
	"noticed and given back",
	"alive at the end",
	"idle instance taken over",
	"started again with overhead",
	"moved at a price",
	"handed on from spot to spot",
	"interrupted during overhead",
	"work lost",
	"bill waived",
	"deadline missed",
	"launch in the nanosecond after a decision",
	"stalled, draining",
	"stalled, not draining",
	"drained",
	"drain limit reached",
	"no tasks",
	"policy greedy", "policy fallback", "policy ondemand", "policy chaos",
}

// ofServices are reasons for a decision that these scenarios do not have: there is no
// service, and no recommendation.
const ofServices = journal.TargetChanged | journal.Served | journal.Recommended

func (c coverage) check(t *testing.T) {
	t.Helper()
	for k := journal.Price; k <= journal.End; k++ {
		c.want(t, "entry "+k.String())
	}
	for bit := journal.PriceChanged; bit <= journal.Retried; bit <<= 1 {
		if bit&ofServices == 0 {
			c.want(t, "decided: "+bit.String())
		}
	}
	for _, m := range market.PriceModels() {
		c.want(t, "launch at price "+m.Name)
	}
	for _, m := range market.PreemptionModels() {
		if m.Name == "none" {
			c.want(t, "launch under none")
		} else {
			c.want(t, "fell under "+m.Name)
		}
	}
	for _, how := range market.Correlations {
		c.want(t, fmt.Sprintf("fell under hazard, %s", how))
	}
	for _, shape := range rng.Shapes {
		c.want(t, fmt.Sprintf("ready after %s", shape))
	}
	for _, since := range []market.Since{market.SinceReady, market.SinceLaunch} {
		for _, basis := range []market.Basis{market.MovingPrice, market.LaunchPrice} {
			c.want(t, fmt.Sprintf("billed since %s at %s price", since, basis))
		}
	}
	for _, feature := range wanted {
		c.want(t, feature)
	}
}

func (c coverage) want(t *testing.T, feature string) {
	t.Helper()
	if c[feature] == 0 {
		t.Errorf("no random scenario met this: %s", feature)
	}
}

func (c coverage) String() string {
	var b strings.Builder
	for _, feature := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(&b, "\n%8d  %s", c[feature], feature)
	}
	return b.String()
}

// add counts what the journal of a run shows.
func (c coverage) add(s *world, entries []journal.Entry) {
	name, _, _ := strings.Cut(s.PolicyName, ":")
	c["policy "+name]++
	c.note(len(s.Tasks) == 0, "no tasks")
	w := witness{coverage: c, world: s, instances: map[cloud.InstanceID]sighting{}, begun: map[cloud.TaskID]journal.Entry{}}
	for n, e := range entries {
		c["entry "+e.Kind.String()]++
		if n > 0 {
			w.pair(entries[n-1], e)
		}
		w.see(e)
	}
	w.ending(entries)
}

func (c coverage) note(met bool, feature string) {
	if met {
		c[feature]++
	}
}

// witness recognises features in the entries of one run.
type witness struct {
	coverage
	*world
	instances map[cloud.InstanceID]sighting
	begun     map[cloud.TaskID]journal.Entry // the last start
	refused   clock.Time                     // the last refusal
	completed clock.Time
}

// sighting is what was seen of an instance.
type sighting struct {
	launched              clock.Time
	ready, noticed, ended bool
	how                   journal.Kind
}

// pair recognises what two consecutive entries show.
func (w *witness) pair(last, e journal.Entry) {
	same := last.Kind == e.Kind && last.At == e.At
	w.note(same && e.Kind == journal.Arrive, "two tasks arrive at one instant")
	w.note(same && e.Kind == journal.Preempt, "two instances fall at one instant")
	w.note(e.Kind == journal.Decide && e.Pool != cloud.None && last.At == e.At-1, "launch in the nanosecond after a decision")
}

func (w *witness) see(e journal.Entry) {
	seen := w.instances[e.Instance]
	var pool market.Pool
	if e.Pool != cloud.None {
		pool = w.Pools[e.Pool]
	}
	switch e.Kind {
	case journal.Decide:
		for bit := journal.PriceChanged; bit <= journal.Retried; bit <<= 1 {
			w.note(e.Because&bit != 0, "decided: "+bit.String())
		}
	case journal.Launch:
		seen.launched = e.At
		w.note(w.refused > 0 && e.At.Sub(w.refused) == actors.RetryAfter, "asked again a minute after a refusal")
		w.note(e.Purchase == cloud.Spot, "launch at price "+pool.Price.Model)
		w.note(e.Purchase == cloud.Spot, "launch under "+pool.Preemption.Model)
	case journal.Refuse:
		w.coverage["refused: "+e.Reason.String()]++
		w.note(w.refused > 0 && e.At.Sub(w.refused) == actors.RetryAfter, "asked again a minute after a refusal")
		w.refused = e.At
	case journal.Ready:
		seen.ready = true
		w.coverage[fmt.Sprintf("ready after %s", pool.Provisioning.Shape)]++
		w.note(e.At == seen.launched, "ready at the instant of the launch")
		w.note(e.At > seen.launched+1, "ready later")
	case journal.Notice:
		seen.noticed = true
	case journal.Start:
		w.note(e.Span > 0, "started again with overhead")
		_, before := w.begun[e.Task]
		task := &w.Tasks[e.Task]
		w.note(e.Cost > 0, "moved at a price")
		w.note(before && task.Moves != nil && task.Moves.FreeSpotMoves && e.Span < task.RestartOverhead, "handed on from spot to spot")
		w.note(!before && e.At > seen.launched && w.completed == e.At, "idle instance taken over")
		w.begun[e.Task] = e
	case journal.Complete:
		w.completed = e.At
		w.note(e.At > w.Tasks[e.Task].Deadline, "deadline missed")
	case journal.Interrupt:
		start := w.begun[e.Task]
		w.note(e.Span > 0, "work lost")
		w.note(start.Instance == e.Instance && e.At.Sub(start.At) < start.Span, "interrupted during overhead")
		w.note(seen.how == journal.Terminate, "terminated at work")
		w.note(w.completed == e.At, "a task completes at the instant another is interrupted")
	case journal.Preempt, journal.Terminate, journal.Close:
		seen.ended, seen.how = true, e.Kind
		w.end(e, seen, pool)
	}
	if e.Instance != cloud.None {
		w.instances[e.Instance] = seen
	}
}

func (w *witness) end(e journal.Entry, seen sighting, pool market.Pool) {
	w.note(e.Cost > 0, fmt.Sprintf("billed since %s at %s price", pool.Billing.Since, pool.Billing.Basis))
	switch e.Kind {
	case journal.Preempt:
		w.coverage["fell under "+pool.Preemption.Model]++
		w.note(pool.Preemption.Model == "hazard", fmt.Sprintf("fell under hazard, %s", pool.Preemption.Word("correlation")))
		w.note(!seen.ready, "preempted before ready")
		w.note(pool.Notice.Lead > 0 && !seen.noticed, "preempted without the notice")
		w.note(pool.Billing.FirstHourFree && e.Cost == 0 && e.Span > 0, "bill waived")
	case journal.Terminate:
		w.note(!seen.ready, "terminated before ready")
		w.note(seen.noticed, "noticed and given back")
	case journal.Close:
		w.coverage["alive at the end"]++
	}
}

// ending recognises how the run ended.
func (w *witness) ending(entries []journal.Entry) {
	done := 0
	stalled := false
	for _, e := range entries {
		stalled = stalled || e.Kind == journal.Stall
		if e.Kind == journal.Complete {
			done++
		}
	}
	w.note(stalled && w.Drain, "stalled, draining")
	w.note(stalled && !w.Drain, "stalled, not draining")
	w.note(w.Drain && done == len(w.Tasks) && done > 0, "drained")
	w.note(w.Drain && !stalled && done < len(w.Tasks), "drain limit reached")
}

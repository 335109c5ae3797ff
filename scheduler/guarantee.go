package scheduler

// Guarantee is the engine's own rule that no deadline is missed, applied over what every
// policy chooses.
type Guarantee string

const (
	// Strict takes on-demand as soon as waiting another tick could miss the deadline, and stays on
	// spot then only while that makes progress. A job that can meet its deadline does.
	Strict Guarantee = "strict"
	// Peer is the published simulator's rule: it goes by what the last tick ran on, so a
	// spot instance preempted in this very tick is asked for again, in vain, and the tick
	// is lost. Deadlines can be missed by a tick.
	Peer Guarantee = "peer"
)

// Guarantees lists the rules, the default first.
var Guarantees = []Guarantee{Strict, Peer}

// apply returns what the job runs on if the policy chooses mode.
func (g Guarantee) apply(j *Job, mode Mode) Mode {
	if !j.Late() {
		return mode
	}
	if j.Settled() || g == Peer && j.Last == OnSpot && j.Starting == 0 {
		return OnSpot
	}
	return OnDemand
}

// place returns what the job runs on, and where, if the policy chooses mode in region.
// Peer leaves the region to the policy. Strict does not let the job move once it is late:
// it goes on where it makes progress, or else starts where its state lies.
func (g Guarantee) place(j *Job, mode Mode, region int) (Mode, int) {
	mode = g.apply(j, mode)
	switch {
	case g == Peer || !j.Late():
		return mode, region
	case mode == j.Now && j.Starting <= j.Overhead || j.Home < 0:
		return mode, j.Region
	default:
		return mode, j.Home
	}
}

// Late tells whether the job has no tick to lose: after one without progress, one more
// start might miss the deadline.
func (j *Job) Late() bool { return j.Left() > 0 && j.TicksNeeded(1) >= j.TicksLeft() }

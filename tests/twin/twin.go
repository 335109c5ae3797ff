// Package twin is the sequential twin of the simulator: the same model once more, in one
// plain loop over a binary heap, with function calls for messages.
//
// The one idea to hold: it shares no code with the engine but the vocabulary, the named
// random streams and the price paths. So the same journal from both on random scenarios
// says that the actors, their messages and their indexes change nothing of the model; and
// a bare loop is the yardstick of their speed.
package twin

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/workload"
)

// Config is all a run depends on.
type Config struct {
	Seed uint64
	// End is when the run ends, at the latest. A draining run ends when every task is done.
	End          clock.Time
	Drain        bool
	MaxInstances int // 0 is no limit
	Pools        []market.Pool
	Tasks        []workload.Task
	// After is how many preemptions send a task to on-demand: 0 is the policy ondemand,
	// Never is greedy.
	After int32
	// Script, if not nil, is every decision of the policy instead of After.
	Script  []Decision
	Journal journal.Writer
}

// retryAfter is the time from a refusal to the next decision.
const retryAfter = time.Minute

type sim struct {
	Config
	horizon clock.Time // End if it does not drain: nothing is decided there
	now     clock.Time
	phase   clock.Phase
	err     error

	events heap
	seq    uint64
	coming int // events in the heap that were not taken back

	pools    []*pool
	tasks    []task
	machines []machine
	done     int

	pending  []cloud.TaskID     // in the order of beginning to wait
	idle     []cloud.InstanceID // in the order of becoming idle
	alive    int
	unbound  uint64          // launches for no task
	decided  clock.Time      // the last decision
	expected clock.Time      // a decision to come
	retry    uint64          // the event of the decision after a refusal
	because  journal.Because // what the policy heard since the last decision

	// Space to be used again.
	actions, orders []Action
	fallen          []mortal
	spare           [2][]cloud.InstanceID
	room            int
	buying          []int32 // spot instances of this decision, by pool
}

type task struct {
	running     bool
	begun       bool // so that starting again costs the restart overhead
	done        bool
	preemptions int32
	launches    uint64
	saved       time.Duration
	working     clock.Time // since when it makes progress; may lie ahead
	completion  uint64     // its event
	instance    cloud.InstanceID
	savedIn     cloud.PoolID // where it last saved something
	dropped     clock.Time   // when the policy last gave its instance back
}

// Run simulates c to its end. It fails if the policy's turns are not those of the script.
func Run(c Config) error {
	s := &sim{Config: c, horizon: c.End, decided: -1, expected: -1, tasks: make([]task, len(c.Tasks))}
	s.endIfDrained()
	s.arriveNext(0)
	for id, p := range c.Pools {
		s.pools = append(s.pools, newPool(p, c.Seed))
		s.planChange(cloud.PoolID(id))
	}
	for s.err == nil && s.step() {
	}
	s.close()
	if s.err == nil && len(s.Script) > 0 {
		s.err = fmt.Errorf("the run ended at %v, the script goes on at %v", s.now, s.Script[0].At)
	}
	return s.err
}

// step lets the next event happen; false if the run is over. When nothing is left to
// happen while tasks wait the run has stalled, which ends it if it drains.
func (s *sim) step() bool {
	if s.coming == 0 {
		if s.done < len(s.tasks) {
			s.record(journal.Entry{Kind: journal.Stall, Pool: cloud.None, Instance: cloud.None, Task: cloud.None})
			if s.Drain {
				s.End = s.now
			}
		}
		return false
	}
	e := s.events.pop()
	if own := s.owner(&e); own != nil {
		if *own != e.seq {
			return true // it was taken back
		}
		*own = 0
	}
	if e.at > s.End || e.at == s.horizon && e.phase == clock.Decide {
		return false
	}
	s.coming--
	s.now, s.phase = e.at, e.phase
	s.happen(e)
	return true
}

func (s *sim) happen(e event) {
	switch id := cloud.InstanceID(e.who); e.kind {
	case arrive:
		s.arrive(cloud.TaskID(e.who))
	case decide, retry, wake:
		if s.now != s.decided { // at most once an instant
			s.decided = s.now
			s.takeBack(&s.retry)
			actions := s.choose()
			s.note(e.kind, actions)
			s.carryOut(actions)
		}
	case ready:
		s.boot(id)
		s.begin(id)
	case age:
		s.reclaim(id)
		s.lose(id)
	case instanceDown:
		s.end(id, journal.Preempt)
		s.lose(id)
	case complete:
		s.complete(cloud.TaskID(e.who))
	case change:
		s.update(cloud.PoolID(e.who), true)
	case hazardStep:
		if s.pools[e.who].nextChange() != s.now { // else the change makes the step
			s.update(cloud.PoolID(e.who), false)
		}
	}
}

// schedule adds an event. If its phase has passed at this instant it happens at the next
// nanosecond.
func (s *sim) schedule(at clock.Time, phase clock.Phase, kind kind, who int32) {
	if at == s.now && phase < s.phase {
		at++
	}
	s.seq++
	s.coming++
	e := event{at, s.seq, who, phase, kind}
	if own := s.owner(&e); own != nil {
		*own = e.seq
	}
	s.events.push(e)
}

// owner returns where the number of an event is kept that can be taken back, else nil.
func (s *sim) owner(e *event) *uint64 {
	switch e.kind {
	case ready:
		return &s.machines[e.who].ready
	case instanceDown, age:
		return &s.machines[e.who].instanceDown
	case complete:
		return &s.tasks[e.who].completion
	case hazardStep:
		return &s.pools[e.who].planned
	case retry:
		return &s.retry
	}
	return nil
}

func (s *sim) takeBack(own *uint64) {
	if *own != 0 {
		*own = 0
		s.coming--
	}
}

// expect sees to it that the policy decides at an instant, or if it has already, at the
// nanosecond after.
func (s *sim) expect(at clock.Time, why kind) {
	if at == s.decided {
		at++
	}
	if at != s.expected {
		s.expected = at
		s.schedule(at, clock.Decide, why, 0)
	}
}

// tell gives the policy news, which make it decide.
func (s *sim) tell(news journal.Because) {
	s.because |= news
	s.expect(s.now, decide)
}

func (s *sim) record(e journal.Entry) {
	e.At = s.now
	s.Journal.Record(e)
}

func (s *sim) endIfDrained() {
	if s.Drain && s.done == len(s.tasks) {
		s.End = s.now
	}
}

func (s *sim) arriveNext(id int) {
	if id < len(s.tasks) {
		s.schedule(s.Tasks[id].Arrival, clock.Arrival, arrive, int32(id))
	}
}

func (s *sim) arrive(id cloud.TaskID) {
	t := &s.Tasks[id]
	s.record(journal.Entry{Kind: journal.Arrive, Pool: cloud.None, Instance: cloud.None, Task: id, Span: t.Work, Deadline: t.Deadline})
	s.pending = append(s.pending, id)
	s.tell(journal.Arrived)
	s.arriveNext(int(id) + 1)
}

// start puts a task to work on a running instance. Only starting again costs overhead,
// and bringing what is saved there transfer and egress; for free goes what is handed on
// from spot to spot.
func (s *sim) start(id cloud.TaskID, on cloud.InstanceID) {
	t, overhead, egress := &s.tasks[id], s.Tasks[id].StartOverhead, cloud.Money(0)
	moves, to := s.Tasks[id].Moves, s.machines[on].pool
	if t.begun {
		overhead = s.Tasks[id].RestartOverhead
		if moves != nil && t.saved > 0 && moves.Transfer != nil {
			overhead += moves.Transfer[t.savedIn][to]
		}
		if moves != nil && t.saved > 0 && moves.Egress != nil {
			egress = moves.Egress[t.savedIn][to]
		}
		spots := s.machines[on].purchase == cloud.Spot && s.machines[t.instance].purchase == cloud.Spot
		if spots && t.dropped == s.now && moves != nil && moves.FreeSpotMoves {
			overhead, egress = max(0, t.working.Sub(s.now)), 0
		}
	}
	t.begun, t.running, t.instance = true, true, on
	t.working = s.now.Add(overhead)
	s.schedule(t.working.Add(s.Tasks[id].Work-t.saved), clock.Work, complete, int32(id))
	s.record(journal.Entry{Kind: journal.Start, Pool: to, Instance: on, Task: id, Span: overhead, Cost: egress})
}

func (s *sim) complete(id cloud.TaskID) {
	t := &s.tasks[id]
	s.record(journal.Entry{Kind: journal.Complete, Pool: cloud.None, Instance: t.instance, Task: id})
	t.done, t.running = true, false
	s.done++
	s.machines[t.instance].task = cloud.None
	s.idle = append(s.idle, t.instance)
	s.tell(journal.Completed)
	s.endIfDrained()
}

// reached returns how much of a task is done, the unsaved included.
func (s *sim) reached(id cloud.TaskID) time.Duration {
	t := &s.tasks[id]
	if !t.running || s.now < t.working {
		return t.saved
	}
	return t.saved + s.now.Sub(t.working)
}

// lose interrupts the task of an instance that has ended: what came after its last
// checkpoint is lost.
func (s *sim) lose(on cloud.InstanceID) {
	m := &s.machines[on]
	if m.state != gone || m.task == cloud.None {
		return
	}
	t, reached := &s.tasks[m.task], s.reached(m.task)
	before := t.saved
	if every := time.Duration(s.Tasks[m.task].Checkpoint); every == 0 {
		t.saved = reached
	} else {
		t.saved = reached / every * every
	}
	if t.saved > before {
		t.savedIn = m.pool
	}
	if t.running {
		t.dropped = -1
		if !m.taken {
			t.dropped = s.now
		}
	}
	s.takeBack(&t.completion)
	t.running = false
	s.record(journal.Entry{Kind: journal.Interrupt, Pool: cloud.None, Instance: on, Task: m.task, Span: reached - t.saved})
	s.tell(journal.Interrupted)
}

// close ends what lives, pool by pool, and then the tasks.
func (s *sim) close() {
	s.now = s.End
	for pool := range s.pools {
		for id := range s.machines {
			if m := &s.machines[id]; m.pool == cloud.PoolID(pool) && m.state != gone {
				s.end(cloud.InstanceID(id), journal.Close)
			}
		}
	}
	for id := range s.tasks {
		if work := s.Tasks[id]; !s.tasks[id].done && work.Arrival <= s.now {
			s.record(journal.Entry{Kind: journal.Unfinished, Pool: cloud.None, Instance: cloud.None, Task: work.ID, Span: work.Work - s.reached(work.ID)})
		}
	}
	s.record(journal.Entry{Kind: journal.End, Pool: cloud.None, Instance: cloud.None, Task: cloud.None})
}

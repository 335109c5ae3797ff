// Package replay rebuilds the state of a run at an instant from its journal.
//
// The one idea to hold: a State is the fold of the entries up to its instant. It knows
// nothing but the journal and the pools (for their billing rules), so it is the same for a
// run made just now and for one read from a file.
package replay

import (
	"maps"
	"slices"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// State is the run at an instant, all that happened at that instant included. It is a
// journal.Writer: give it the whole journal of a run, in order. Use New.
type State struct {
	At      clock.Time
	Pools   []Pool
	Tasks   []Task // those that have arrived, by id
	Service Service
	// Billed is the sum of the bills of ended instances, and Egress the cost of moving tasks.
	Billed, Egress cloud.Money
	Decision       *Decision      // the last one with an action; nil before the first
	Next           *journal.Entry // the first thing that happens after At; nil if nothing does
	Over           bool           // the run has ended, and the instances alive are closed

	living map[cloud.InstanceID]*Instance
}

// Decision is what a policy decided, and what followed.
type Decision struct {
	// Entry is of kind Decide: why, and what the policy saw.
	journal.Entry
	// Followed is what happened after it at that instant: launches, refusals, starts,
	// instances given back.
	Followed []journal.Entry
}

// Service is the state of a service; zero if there is none.
type Service struct {
	Wanted, Ready int // replicas
	// Received, Answered and Failed count requests: those that arrived, and how they ended.
	Received, Answered, Failed int
}

// InFlight is the number of requests that arrived and are neither answered nor failed.
func (s Service) InFlight() int { return s.Received - s.Answered - s.Failed }

// New returns the state at an instant of a run with the given pools, without any entry of
// its journal.
func New(pools []market.Pool, at clock.Time) *State {
	s := &State{At: at, living: map[cloud.InstanceID]*Instance{}}
	for _, p := range pools {
		s.Pools = append(s.Pools, Pool{Pool: p, Capacity: Unlimited})
	}
	return s
}

// Instances returns the living instances by id.
func (s *State) Instances() (list []*Instance) {
	for _, id := range slices.Sorted(maps.Keys(s.living)) {
		list = append(list, s.living[id])
	}
	return list
}

// Alive returns how many instances are alive, those being provisioned included.
func (s *State) Alive() int { return len(s.living) }

// Count returns how many tasks are in a state.
func (s *State) Count(state TaskState) (n int) {
	for i := range s.Tasks {
		if s.Tasks[i].State == state {
			n++
		}
	}
	return n
}

// Running returns what the living instances would be billed if they were given back at At.
func (s *State) Running() (sum cloud.Money) {
	for _, i := range s.living { // a sum of integers, in any order
		sum += s.Cost(i)
	}
	return sum
}

// Record takes the next entry. Of those after At only the first is kept, as Next.
func (s *State) Record(e journal.Entry) {
	if e.At > s.At {
		if s.Next == nil {
			s.Next = &e
		}
		return
	}
	if s.Decision != nil && s.Decision.At == e.At && e.Kind != journal.Decide {
		s.Decision.Followed = append(s.Decision.Followed, e)
	}
	switch e.Kind {
	case journal.Decide:
		s.Decision = &Decision{Entry: e}
	case journal.Price:
		s.Pools[e.Pool].Reprice(e.At, e.Price)
	case journal.Capacity:
		s.Pools[e.Pool].Capacity = e.Count
	case journal.Arrive, journal.Start, journal.Interrupt, journal.Complete:
		s.recordTask(e)
	case journal.Launch, journal.Ready, journal.Notice, journal.Rebalance, journal.Preempt, journal.Terminate, journal.Close:
		s.recordInstance(e)
	case journal.End:
		s.Over = true
	default:
		s.Service.record(e)
	}
}

func (s *Service) record(e journal.Entry) {
	switch e.Kind {
	case journal.Target:
		s.Wanted = int(e.Count)
	case journal.Serve:
		s.Ready++
	case journal.Down:
		s.Ready--
	case journal.Request:
		s.Received++
	case journal.Respond:
		s.Answered++
	case journal.Fail:
		s.Failed++
	}
}

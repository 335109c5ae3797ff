package twin

import (
	"fmt"
	"math"
	"slices"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// Action is one thing a policy does. A launch is for Count instances in Pool, for Task
// or cloud.None; an assignment puts Task on Instance; a wake asks to be called At.
type Action struct {
	Verb     Verb
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	Count    int
	Task     cloud.TaskID
	Instance cloud.InstanceID
	At       clock.Time
}

// Verb tells what an Action does.
type Verb uint8

// The verbs.
const (
	Launch Verb = iota
	Assign
	Terminate
	Wake
	Turn
)

// Decision is what a policy did at one instant.
type Decision struct {
	At      clock.Time
	Actions []Action
}

// Never as Config.After is a task that never falls back.
const Never = math.MaxInt32

// choose returns the actions of the policy now.
func (s *sim) choose() []Action {
	if s.Script == nil {
		return s.oneEach()
	}
	if len(s.Script) == 0 || s.Script[0].At != s.now {
		s.err = fmt.Errorf("the twin decides at %v, the script next at %+v", s.now, s.Script[:min(1, len(s.Script))])
		return nil
	}
	actions := s.Script[0].Actions
	s.Script = s.Script[1:]
	return actions
}

// oneEach gives every waiting task an instance of its own: those preempted After times
// or more get on-demand, and come first; the others get spot, once none of the first is
// left waiting. Greedy never falls back, on-demand-only always has. Noticed and
// superfluous idle instances are given back.
func (s *sim) oneEach() []Action {
	s.actions = s.actions[:0]
	s.buying = make([]int32, len(s.pools))
	s.room = math.MaxInt
	if s.MaxInstances > 0 {
		s.room = s.MaxInstances - s.alive
	}
	for purchase := range s.spare {
		s.spare[purchase] = s.spare[purchase][:0]
	}
	for _, id := range s.idle {
		if m := &s.machines[id]; m.noticed {
			s.giveBack(id)
		} else {
			s.spare[m.purchase] = append(s.spare[m.purchase], id)
		}
	}
	if s.serve(cloud.OnDemand) {
		s.serve(cloud.Spot)
	}
	for _, ids := range s.spare {
		for _, id := range ids {
			s.giveBack(id)
		}
	}
	return s.actions
}

// serve places the waiting tasks that get the given purchase, and tells whether there
// was room for all.
func (s *sim) serve(purchase cloud.Purchase) bool {
	for _, id := range s.pending {
		due := cloud.Spot
		if s.tasks[id].preemptions >= s.After {
			due = cloud.OnDemand
		}
		if due == purchase && !s.place(id, purchase) {
			return false
		}
	}
	return true
}

// place takes an idle instance of the purchase, or else the cheapest pool that sells; an
// idle instance of the other purchase makes room if there is none.
func (s *sim) place(task cloud.TaskID, purchase cloud.Purchase) bool {
	if same := s.spare[purchase]; len(same) > 0 {
		s.spare[purchase] = same[1:]
		s.actions = append(s.actions, Action{Verb: Assign, Task: task, Instance: same[0]})
		return true
	}
	pool := s.cheapest(purchase)
	if pool == cloud.None {
		return false
	}
	if other := s.spare[1-purchase]; s.room <= 0 && len(other) > 0 {
		s.spare[1-purchase] = other[1:]
		s.giveBack(other[0])
	}
	if s.room <= 0 {
		return false
	}
	s.room--
	if purchase == cloud.Spot {
		s.buying[pool]++
	}
	s.actions = append(s.actions, Action{Verb: Launch, Pool: pool, Purchase: purchase, Count: 1, Task: task})
	return true
}

func (s *sim) giveBack(id cloud.InstanceID) {
	s.room++
	if m := &s.machines[id]; m.purchase == cloud.Spot {
		s.buying[m.pool]--
	}
	s.actions = append(s.actions, Action{Verb: Terminate, Instance: id})
}

// cheapest returns the first of the cheapest pools, for spot of those whose price is not
// above the bid and that can hold one more; cloud.None if none sells.
func (s *sim) cheapest(purchase cloud.Purchase) cloud.PoolID {
	best, lowest := cloud.PoolID(cloud.None), cloud.Price(math.MaxInt64)
	for id, p := range s.pools {
		price, sold := p.OnDemand, true
		if purchase == cloud.Spot {
			price, sold = p.price(), p.admits() && p.rented+s.buying[id] < p.capacity
		}
		if sold && price < lowest {
			best, lowest = cloud.PoolID(id), price
		}
	}
	return best
}

// note records a decision that does something, with the price of what it launches first.
func (s *sim) note(why kind, actions []Action) {
	e := journal.Entry{Kind: journal.Decide, Because: s.because, Pending: int32(len(s.pending)), Pool: cloud.None, Instance: cloud.None, Task: cloud.None}
	s.because = 0
	switch why {
	case wake:
		e.Because |= journal.Woken
	case retry:
		e.Because |= journal.Retried
	}
	for _, a := range actions {
		switch a.Verb {
		case Wake:
			continue
		case Launch:
			e.Count += int32(a.Count)
		default:
			e.Count++
		}
		if a.Verb == Launch && a.Count > 0 && e.Pool == cloud.None {
			e.Pool, e.Purchase, e.Price = a.Pool, a.Purchase, s.pools[a.Pool].OnDemand
			if a.Purchase == cloud.Spot {
				e.Price = s.pools[a.Pool].price()
			}
		}
	}
	if e.Count > 0 {
		s.record(e)
	}
}

// carryOut does what the policy chose. The tenant's own account changes at once, action
// by action; then the provider answers every action, in order; then come the
// consequences of the answers, in order.
func (s *sim) carryOut(actions []Action) {
	s.orders = s.orders[:0]
	for _, a := range actions {
		switch a.Verb {
		case Launch:
			for range a.Count {
				s.order(a)
			}
		case Assign:
			s.pending = without(s.pending, a.Task)
			s.idle = without(s.idle, a.Instance)
			s.orders = append(s.orders, a)
		case Terminate:
			s.release(a.Instance)
			if task := s.machines[a.Instance].task; task != cloud.None {
				s.pending = append(s.pending, task)
			}
			s.orders = append(s.orders, a)
		case Wake:
			s.expect(a.At, wake)
		case Turn:
			s.record(journal.Entry{Kind: journal.Turn, Pool: a.Pool, Instance: cloud.None, Task: cloud.None})
		}
	}
	for _, a := range s.orders {
		switch a.Verb {
		case Launch:
			s.sell(a.Instance)
		case Assign:
			s.machines[a.Instance].task = a.Task
		case Terminate:
			p := s.pools[s.machines[a.Instance].pool]
			p.held = without(p.held, a.Instance)
		}
	}
	for _, a := range s.orders {
		switch m := &s.machines[a.Instance]; {
		case a.Verb == Launch && m.state == gone:
			s.turnAway(a.Instance)
		case a.Verb == Launch:
			s.provision(a.Instance)
		case a.Verb == Assign && m.state == running:
			s.start(a.Task, a.Instance)
		case a.Verb == Terminate:
			s.end(a.Instance, journal.Terminate)
		}
	}
	for _, a := range s.orders {
		switch m := &s.machines[a.Instance]; {
		case a.Verb == Launch && m.state == running: // ready at once
			s.begin(a.Instance)
		case a.Verb == Terminate:
			s.plan(m.pool)
			s.lose(a.Instance)
		}
	}
}

// without returns the list without its member x, the order of the others kept.
func without[T comparable](list []T, x T) []T {
	if i := slices.Index(list, x); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}

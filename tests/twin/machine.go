package twin

import (
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// machine is an instance.
type machine struct {
	state     state
	purchase  cloud.Purchase
	noticed   bool
	reclaimed bool // the provider has decided to take it
	taken     bool // and has done so
	pool      cloud.PoolID
	task      cloud.TaskID

	launched  cloud.Price
	billed    clock.Time // since when; clock.Never before that
	since     clock.Time // when it became ready
	age       clock.Time // when it falls of age
	threshold float64    // the level of its pool that takes it
	place     int        // in the list of the living, if it is there

	ready, instanceDown uint64 // its events
}

type state uint8

const (
	provisioning state = iota
	running
	gone
)

// order asks for one instance, which is refused at once if there is no room for it. The
// n-th launch for a task meets the same luck whatever came before it.
func (s *sim) order(a Action) {
	id := cloud.InstanceID(len(s.machines))
	full := s.MaxInstances > 0 && s.alive >= s.MaxInstances
	s.alive++
	if a.Purchase == cloud.Spot {
		s.pools[a.Pool].rented++
	}
	if a.Task != cloud.None {
		s.tasks[a.Task].launches++
		s.pending = without(s.pending, a.Task)
	}
	s.machines = append(s.machines, machine{
		purchase: a.Purchase, pool: a.Pool, task: a.Task, billed: clock.Never,
		age: clock.Never, threshold: math.Inf(1),
	})
	if full {
		s.refuse(id, journal.OverLimit, 0)
		s.turnAway(id)
		return
	}
	row, column := uint64(0), s.unbound+1
	if a.Task == cloud.None {
		s.unbound++
	} else {
		row, column = uint64(a.Task)+1, s.tasks[a.Task].launches
	}
	if a.Purchase == cloud.Spot {
		s.fate(&s.machines[id], s.pools[a.Pool].luck.Exp(row, column))
	}
	a.Instance = id
	s.orders = append(s.orders, a)
}

// fate says what will take a spot instance launched now: a level or an age. luck is
// exponential with mean 1.
func (s *sim) fate(m *machine, luck float64) {
	p := s.pools[m.pool]
	switch spec := p.Preemption; spec.Model {
	case "hazard":
		m.threshold = p.level + luck
	case "bid":
		m.threshold = float64(spec.Price("bid")) + 1
	case "lifetime": // Weibull, cut off at the cap
		scale := float64(spec.Duration("mean")) / math.Gamma(1+1/spec.Number("shape"))
		lasts := time.Duration(math.Ceil(scale * math.Pow(luck, 1/spec.Number("shape"))))
		if spec.Duration("cap") > 0 {
			lasts = min(lasts, spec.Duration("cap"))
		}
		m.age = s.now.Add(max(lasts, 1))
	}
}

// sell grants or refuses an ordered instance.
func (s *sim) sell(id cloud.InstanceID) {
	m := &s.machines[id]
	p, price := s.pools[m.pool], s.pools[m.pool].OnDemand
	if m.purchase == cloud.Spot {
		price = p.price()
		if !p.admits() {
			s.refuse(id, journal.AboveBid, price)
			return
		}
		if p.Capacity != nil && len(p.held) >= int(p.capacity) {
			s.refuse(id, journal.NoCapacity, price)
			return
		}
		if p.Capacity != nil {
			p.held = append(p.held, id)
		}
		p.looked = s.now
		if !math.IsInf(m.threshold, 1) {
			m.place = len(p.living)
			p.living = append(p.living, mortal{m.threshold, id})
		}
		s.plan(m.pool)
	}
	m.launched = price
}

func (s *sim) refuse(id cloud.InstanceID, why journal.Reason, price cloud.Price) {
	m := &s.machines[id]
	m.state = gone
	s.record(journal.Entry{Kind: journal.Refuse, Reason: why, Purchase: m.purchase, Pool: m.pool, Instance: id, Task: m.task, Price: price})
}

// turnAway lets the task of a refused instance wait again. The policy is called after a
// while.
func (s *sim) turnAway(id cloud.InstanceID) {
	s.unrent(id)
	if task := s.machines[id].task; task != cloud.None {
		s.pending = append(s.pending, task)
	}
	s.because |= journal.Refused
	if s.retry == 0 {
		s.schedule(s.now.Add(retryAfter), clock.Decide, retry, 0)
	}
}

func (s *sim) provision(id cloud.InstanceID) {
	m := &s.machines[id]
	p := s.pools[m.pool]
	s.record(journal.Entry{Kind: journal.Launch, Purchase: m.purchase, Pool: m.pool, Instance: id, Task: m.task, Price: m.launched})
	if p.Billing.Since == market.SinceLaunch {
		m.billed = s.now
	}
	if delay := p.Provisioning.Sample(p.delays); delay > 0 {
		s.schedule(s.now.Add(delay), clock.Work, ready, int32(id))
	} else {
		s.boot(id)
	}
	if m.age != clock.Never {
		s.schedule(m.age, clock.Market, age, int32(id))
	}
}

// boot makes an instance run, begin tells everyone; at the end of provisioning that is
// one.
func (s *sim) boot(id cloud.InstanceID) {
	m := &s.machines[id]
	m.state, m.since, m.billed = running, s.now, min(m.billed, s.now)
	s.record(journal.Entry{Kind: journal.Ready, Purchase: m.purchase, Pool: m.pool, Instance: id, Task: cloud.None})
}

func (s *sim) begin(id cloud.InstanceID) {
	m := &s.machines[id]
	if m.task != cloud.None {
		s.start(m.task, id)
	} else {
		s.idle = append(s.idle, id)
	}
	s.tell(journal.BecameReady)
}

// reclaim is the provider's decision to take an instance: now, or after a notice, which may
// fail to arrive.
func (s *sim) reclaim(id cloud.InstanceID) {
	m := &s.machines[id]
	if m.reclaimed {
		return
	}
	m.reclaimed = true
	s.takeBack(&m.instanceDown)
	notice := s.pools[m.pool].Notice
	if notice.Lead == 0 {
		s.end(id, journal.Preempt)
		return
	}
	s.schedule(s.now.Add(notice.Lead), clock.Market, instanceDown, int32(id))
	if s.pools[m.pool].warnings.Uniform(uint64(id), 0) <= notice.Probability {
		m.noticed = true
		s.record(journal.Entry{Kind: journal.Notice, Purchase: m.purchase, Pool: m.pool, Instance: id, Task: cloud.None, Span: notice.Lead})
		s.tell(journal.Noticed)
	}
}

// end takes an instance out and makes out its bill.
func (s *sim) end(id cloud.InstanceID, how journal.Kind) {
	m := &s.machines[id]
	ran := time.Duration(0)
	if m.state == running {
		ran = s.now.Sub(m.since)
	}
	s.record(journal.Entry{Kind: how, Purchase: m.purchase, Pool: m.pool, Instance: id, Task: cloud.None, Span: ran, Cost: s.bill(m, how)})
	m.state, m.taken = gone, how == journal.Preempt
	s.takeBack(&m.ready)
	s.takeBack(&m.instanceDown)
	s.bury(id)
	if how == journal.Preempt {
		s.release(id)
		if m.task != cloud.None {
			s.tasks[m.task].preemptions++
			s.pending = append(s.pending, m.task)
		}
		s.tell(journal.Preempted)
	}
}

// release takes an instance off the tenant's account.
func (s *sim) release(id cloud.InstanceID) {
	s.unrent(id)
	s.idle = without(s.idle, id)
}

func (s *sim) unrent(id cloud.InstanceID) {
	s.alive--
	if m := &s.machines[id]; m.purchase == cloud.Spot {
		s.pools[m.pool].rented--
	}
}

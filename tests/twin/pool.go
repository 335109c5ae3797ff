package twin

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
)

// pool is a capacity pool and its spot market.
type pool struct {
	market.Pool
	process  market.PriceProcess
	next     market.PriceChange   // at clock.Never if there is none
	path     []market.PriceChange // up to now
	living   []mortal             // spot instances that a level can take, in any order
	capacity int32                // spot instances the pool can hold
	coming   []market.CapacityChange
	held     []cloud.InstanceID // spot instances it holds, the oldest first
	rented   int32              // spot instances on the tenant's account
	level    float64            // the cumulated hazard
	looked   clock.Time         // steps up to here are over
	due      clock.Time         // of the planned step
	planned  uint64             // its event
	delays   *rand.Rand
	luck     rng.Table
	warnings rng.Table
}

// mortal is a living spot instance and the level that takes it.
type mortal struct {
	threshold float64
	id        cloud.InstanceID
}

func newPool(p market.Pool, seed uint64) *pool {
	name := p.Name.String()
	made := &pool{
		Pool:     p,
		capacity: market.Unlimited,
		coming:   p.Capacity,
		process:  p.Price.New(rng.Stream(seed, "price/"+name)),
		delays:   rng.Stream(seed, "provisioning/"+name),
		luck:     rng.NewTable(seed, "preemption/"+name),
		warnings: rng.NewTable(seed, "notice/"+name),
	}
	made.pull()
	return made
}

func (p *pool) pull() {
	var ok bool
	if p.next, ok = p.process.Next(); !ok {
		p.next.At = clock.Never
	}
}

// price returns the spot price now.
func (p *pool) price() cloud.Price { return p.path[len(p.path)-1].Price }

// admits tells whether spot is sold at the price now, as long as there is capacity.
func (p *pool) admits() bool {
	return p.Preemption.Model != "bid" || p.price() <= p.Preemption.Price("bid")
}

// nextStep is the next coin toss of the hazard: on the grid of its step, and only while
// an instance lives that could end.
func (p *pool) nextStep() clock.Time {
	if p.Preemption.Model != "hazard" || len(p.living) == 0 {
		return clock.Never
	}
	step := clock.Time(p.Preemption.Duration("step"))
	return p.looked - p.looked%step + step
}

// nextChange is when the price or the capacity changes.
func (p *pool) nextChange() clock.Time {
	if len(p.coming) > 0 {
		return min(p.next.At, p.coming[0].At)
	}
	return p.next.At
}

// planChange schedules the next change of a pool's price or capacity.
func (s *sim) planChange(id cloud.PoolID) {
	if due := s.pools[id].nextChange(); due != clock.Never {
		s.schedule(due, clock.Market, change, int32(id))
	}
}

// plan schedules the next step of a pool's hazard, unless that is done already. A pool
// plans when it has looked, when it has sold and when an instance was given back.
func (s *sim) plan(id cloud.PoolID) {
	p := s.pools[id]
	due := p.nextStep()
	if p.planned != 0 && p.due == due {
		return
	}
	s.takeBack(&p.planned)
	if p.due = due; due != clock.Never {
		s.schedule(due, clock.Market, hazardStep, int32(id))
	}
}

// update moves a pool to now: first its price, then its capacity, which takes the newest
// instances beyond it, then its preemption model, which takes every living instance whose
// threshold is reached, the lowest threshold and then the oldest first.
func (s *sim) update(id cloud.PoolID, changing bool) {
	p := s.pools[id]
	repriced, stepped := p.next.At == s.now, false
	if repriced {
		p.path = append(p.path, p.next)
		p.pull()
		s.record(journal.Entry{Kind: journal.Price, Pool: id, Instance: cloud.None, Task: cloud.None, Price: p.price()})
		s.tell(journal.PriceChanged)
	}
	fallen := s.fallen[:0]
	if len(p.coming) > 0 && p.coming[0].At == s.now {
		p.capacity = p.coming[0].Count
		p.coming = p.coming[1:]
		s.record(journal.Entry{Kind: journal.Capacity, Pool: id, Instance: cloud.None, Task: cloud.None, Count: p.capacity})
		s.tell(journal.CapacityChanged)
		for len(p.held) > int(p.capacity) {
			newest := p.held[len(p.held)-1]
			s.bury(newest)
			fallen = append(fallen, mortal{id: newest})
		}
	}
	level := 0.0
	switch p.Preemption.Model {
	case "hazard":
		if stepped = p.nextStep() == s.now; stepped {
			p.level += p.hazard()
		}
		level = p.level
	case "bid":
		stepped, level = repriced, float64(p.price())
	}
	p.looked = s.now
	excess := len(fallen)
	for _, m := range p.living {
		if stepped && m.threshold <= level {
			fallen = append(fallen, m)
		}
	}
	slices.SortFunc(fallen[excess:], func(a, b mortal) int {
		return cmp.Or(cmp.Compare(a.threshold, b.threshold), cmp.Compare(a.id, b.id))
	})
	for _, m := range fallen[excess:] {
		s.bury(m.id)
	}
	s.fallen = fallen
	if changing {
		s.planChange(id)
	}
	s.plan(id)
	for _, m := range fallen {
		s.reclaim(m.id)
	}
	for _, m := range fallen {
		s.lose(m.id)
	}
}

// bury takes an instance out of the lists of those held and of the living, if it is there.
func (s *sim) bury(id cloud.InstanceID) {
	m := &s.machines[id]
	if p := s.pools[m.pool]; p.Capacity != nil {
		p.held = without(p.held, id)
	}
	if math.IsInf(m.threshold, 1) {
		return
	}
	p := s.pools[m.pool]
	last := p.living[len(p.living)-1]
	p.living[m.place] = last
	s.machines[last.id].place = m.place
	p.living = p.living[:len(p.living)-1]
	m.threshold = math.Inf(1)
}

// hazard is what a step adds to the cumulated hazard: rate x step, the rate tied to the
// price over its reference or to the inverse of that.
func (p *pool) hazard() float64 {
	reference := p.Preemption.Price("reference")
	if reference == 0 {
		reference = p.Price.Mean()
	}
	relative := float64(max(p.price(), 1)) / float64(reference)
	if p.Preemption.Word("correlation") == market.Inverse {
		relative = 1 / relative
	}
	return float64(p.Preemption.Number("rate") * relative * p.Preemption.Duration("step").Hours())
}

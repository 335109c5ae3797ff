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
	level    float64              // the cumulated hazard
	looked   clock.Time           // steps up to here are over
	due      clock.Time           // of the planned step
	planned  uint64               // its event
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

// admits tells whether spot is sold at the price now.
func (p *pool) admits() bool {
	return p.Preemption.Model != "bid" || p.price() <= p.Preemption.Bid
}

// nextStep is the next coin toss of the hazard: on the grid of its step, and only while
// an instance lives that could fall.
func (p *pool) nextStep() clock.Time {
	if p.Preemption.Model != "hazard" || len(p.living) == 0 {
		return clock.Never
	}
	step := clock.Time(p.Preemption.Step)
	return p.looked - p.looked%step + step
}

// planPrice schedules the next change of a pool's price.
func (s *sim) planPrice(id cloud.PoolID) {
	if due := s.pools[id].next.At; due != clock.Never {
		s.schedule(due, clock.Market, reprice, int32(id))
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
		s.schedule(due, clock.Market, look, int32(id))
	}
}

// look moves a pool to now: first its price, then its preemption model, which takes
// every living instance whose threshold is reached, the lowest threshold and then the
// oldest first.
func (s *sim) look(id cloud.PoolID) {
	p := s.pools[id]
	repriced, stepped := p.next.At == s.now, false
	if repriced {
		p.path = append(p.path, p.next)
		p.pull()
		s.record(journal.Entry{Kind: journal.Price, Pool: id, Instance: cloud.None, Task: cloud.None, Price: p.price()})
		s.expect(s.now)
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
	fallen := s.fallen[:0]
	for _, m := range p.living {
		if stepped && m.threshold <= level {
			fallen = append(fallen, m)
		}
	}
	slices.SortFunc(fallen, func(a, b mortal) int {
		return cmp.Or(cmp.Compare(a.threshold, b.threshold), cmp.Compare(a.id, b.id))
	})
	for _, m := range fallen {
		s.bury(m.id)
	}
	s.fallen = fallen
	if repriced {
		s.planPrice(id)
	}
	s.plan(id)
	for _, m := range fallen {
		s.doom(m.id)
	}
	for _, m := range fallen {
		s.lose(m.id)
	}
}

// bury takes an instance out of the list of the living, if it is there.
func (s *sim) bury(id cloud.InstanceID) {
	m := &s.machines[id]
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
	reference := p.Preemption.Reference
	if reference == 0 {
		reference = p.Price.Mean
	}
	relative := float64(max(p.price(), 1)) / float64(reference)
	if p.Preemption.Correlation == market.Inverse {
		relative = 1 / relative
	}
	return float64(p.Preemption.Rate * relative * p.Preemption.Step.Hours())
}

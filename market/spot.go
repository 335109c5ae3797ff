package market

import (
	"math"

	"github.com/google/btree"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/rng"
)

// Spot is the running spot market of one pool: its price, and which of its instances
// are preempted. Use NewSpot.
type Spot struct {
	price      cloud.Price
	process    PriceProcess
	next       PriceChange // the next change; at clock.Never if there is none
	preemption Preemption
	draws      rng.Table
	looked     clock.Time // steps up to here are over
	living     *btree.BTreeG[reclaim]
	capacity   *capacity
	fallen     []cloud.InstanceID
}

// reclaim is an instance's place in the order of preemption: by threshold, then the older
// first.
type reclaim struct {
	threshold float64
	id        cloud.InstanceID
}

func sooner(a, b reclaim) bool {
	return a.threshold < b.threshold || a.threshold == b.threshold && a.id < b.id
}

// NewSpot opens the spot market of p under seed, before time 0. Its prices and the
// draws of its instances are streams named after the pool.
func NewSpot(p Pool, seed uint64) *Spot {
	s := &Spot{
		process:    p.Price.New(rng.Stream(seed, "price/"+p.Name.String())),
		preemption: p.Preemption.New(p.Price.Mean()),
		draws:      rng.NewTable(seed, "preemption/"+p.Name.String()),
		living:     btree.NewG(16, sooner),
		capacity:   newCapacity(p.Capacity),
	}
	s.pull()
	return s
}

func (s *Spot) pull() {
	var ok bool
	if s.next, ok = s.process.Next(); !ok {
		s.next.At = clock.Never
	}
}

// Price returns the price now.
func (s *Spot) Price() cloud.Price { return s.price }

// Due returns when Advance must be called next: at a price change, or at a step
// of the preemption model that could end an instance.
func (s *Spot) Due() clock.Time { return min(s.NextChange(), s.NextStep()) }

// NextChange returns when the price or the capacity changes next; clock.Never if neither
// does.
func (s *Spot) NextChange() clock.Time { return min(s.next.At, s.capacity.next()) }

// Capacity returns how many spot instances the pool can hold now.
func (s *Spot) Capacity() int32 { return s.capacity.count }

// NextStep returns when the preemption model steps next, apart from the steps that every
// price change is for some models: on the grid of its period, strictly after the last step;
// clock.Never while no instance could be preempted.
func (s *Spot) NextStep() clock.Time {
	period := clock.Time(s.preemption.Period())
	if period == 0 || s.living.Len() == 0 {
		return clock.Never
	}
	return (s.looked/period + 1) * period
}

// Changes tells what Advance changed.
type Changes struct{ Price, Capacity bool }

// Advance moves the market to now: the price, the capacity, then the preemption model. It
// tells what changed and which instances are preempted: for lack of capacity the newest
// first, then by threshold and the older first. The slice is valid until the next call. It
// must be called whenever Due says: of several steps that are due at once it would make
// one.
func (s *Spot) Advance(now clock.Time) (changes Changes, fallen []cloud.InstanceID) {
	for s.next.At <= now {
		s.price, changes.Price = s.next.Price, true
		s.pull()
	}
	changes.Capacity = s.capacity.advance(now)
	s.fallen = s.fallen[:0]
	s.dropExcess()
	step := s.NextStep() <= now
	if s.preemption.Period() == 0 {
		step = changes.Price
	}
	s.looked = now
	if step {
		s.reached(s.preemption.Step(s.price))
	}
	return changes, s.fallen
}

// dropExcess takes the newest instances beyond the capacity.
func (s *Spot) dropExcess() {
	for newest, over := s.capacity.excess(); over; newest, over = s.capacity.excess() {
		s.living.Delete(newest)
		s.fallen = append(s.fallen, newest.id)
	}
}

// reached takes every instance whose threshold the level has reached.
func (s *Spot) reached(level float64) {
	for first, ok := s.living.Min(); ok && first.threshold <= level; first, ok = s.living.Min() {
		s.living.DeleteMin()
		s.capacity.release(first)
		s.fallen = append(s.fallen, first.id)
	}
}

// Ask asks for a spot instance at now and returns its fate, or why it is refused. The
// place (i, j) chooses its random draw: equal places get equal draws under every policy.
func (s *Spot) Ask(now clock.Time, id cloud.InstanceID, i, j uint64) (Fate, journal.Reason) {
	if !s.preemption.Admits(s.price) {
		return Fate{}, journal.AboveBid
	}
	if s.capacity.full() {
		return Fate{}, journal.NoCapacity
	}
	s.looked = now // steps without a living instance are skipped
	fate := s.preemption.Fate(now, s.draws.Exp(i, j))
	d := reclaim{fate.Threshold, id}
	s.capacity.hold(d)
	if !math.IsInf(fate.Threshold, 1) {
		s.living.ReplaceOrInsert(d)
	}
	return fate, journal.NoReason
}

// Release gives back the capacity an instance holds, before its end is settled.
func (s *Spot) Release(id cloud.InstanceID) { s.capacity.release(reclaim{id: id}) }

// Forget takes out an instance that ended before it was preempted.
func (s *Spot) Forget(id cloud.InstanceID, f Fate) {
	s.living.Delete(reclaim{f.Threshold, id})
	s.capacity.release(reclaim{f.Threshold, id})
}

// Warns tells whether the notice of a preemption reaches the policy, given the uniform
// draw u.
func (n Notice) Warns(u float64) bool { return n.Lead > 0 && u <= n.Probability }

// Recommends is the same for the recommendation to rebalance.
func (n Notice) Recommends(u float64) bool { return n.Rebalance > 0 && u <= n.Probability }

package market

import (
	"fmt"
	"math"

	"github.com/google/btree"

	"github.com/bobby-math/tessera/clock"
)

// Unlimited is a capacity no launch exceeds.
const Unlimited = math.MaxInt32

// CapacityChange says that a pool can hold Count spot instances from At on.
type CapacityChange struct {
	At    clock.Time
	Count int32
}

// checkCapacity returns everything that is wrong with the changes of a pool's capacity.
func checkCapacity(changes []CapacityChange) (errs []error) {
	if len(changes) > 0 && changes[0].At != 0 {
		errs = append(errs, fmt.Errorf("[0]: the first change must be at 0, not %v", changes[0].At))
	}
	for i, c := range changes {
		if c.Count < 0 {
			errs = append(errs, fmt.Errorf("[%d]: %d must be >= 0", i, c.Count))
		}
		if i > 0 && c.At <= changes[i-1].At {
			errs = append(errs, fmt.Errorf("[%d]: %v must be after %v", i, c.At, changes[i-1].At))
		}
	}
	return errs
}

// capacity holds the spot instances of a pool that cannot hold any number. A launch beyond
// it is refused, and when it drops below what the pool holds, the newest instances are
// preempted.
type capacity struct {
	coming []CapacityChange
	count  int32
	held   *btree.BTreeG[reclaim] // the oldest first
}

func newCapacity(changes []CapacityChange) *capacity {
	c := &capacity{coming: changes, count: Unlimited}
	if changes != nil {
		c.held = btree.NewG(16, func(a, b reclaim) bool { return a.id < b.id })
	}
	return c
}

// next returns when the capacity changes next; clock.Never if it does not.
func (c *capacity) next() clock.Time {
	if len(c.coming) == 0 {
		return clock.Never
	}
	return c.coming[0].At
}

// advance moves the capacity to now and tells whether it changed.
func (c *capacity) advance(now clock.Time) (changed bool) {
	for c.next() <= now {
		c.count, changed = c.coming[0].Count, true
		c.coming = c.coming[1:]
	}
	return changed
}

// limited tells whether the pool has a limit at any time.
func (c *capacity) limited() bool { return c.held != nil }

func (c *capacity) full() bool { return c.limited() && c.held.Len() >= int(c.count) }

func (c *capacity) hold(d reclaim) {
	if c.limited() {
		c.held.ReplaceOrInsert(d)
	}
}

func (c *capacity) release(d reclaim) {
	if c.limited() {
		c.held.Delete(d)
	}
}

// excess takes out the newest instance beyond the capacity; ok is false if there is none.
func (c *capacity) excess() (newest reclaim, ok bool) {
	if !c.limited() || c.held.Len() <= int(c.count) {
		return reclaim{}, false
	}
	return c.held.DeleteMax()
}

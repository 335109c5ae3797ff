package market

import (
	"fmt"
	"math"
	"slices"
	"time"

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

// Decided turns what a pool was recorded to hold into what the provider sells: at each
// instant the least recorded from now to the end of a warning. So a drop is decided the
// time of a warning before the recording shows it, no instance is sold that would be
// preempted in that time, and those that are too many, warned, end when the recording
// says.
func Decided(recorded []CapacityChange, warning time.Duration) (decided []CapacityChange) {
	if warning <= 0 {
		return recorded
	}
	var instants []clock.Time
	for _, c := range recorded {
		instants = append(instants, c.At, max(c.At.Add(-warning), 0))
	}
	slices.Sort(instants)
	over := func(n int, now clock.Time) bool { return n+1 < len(recorded) && recorded[n+1].At <= now }
	var ahead []int // of the changes up to the end of a warning those that no later one is below
	next := 0
	for _, now := range slices.Compact(instants) {
		for ; next < len(recorded) && recorded[next].At <= now.Add(warning); next++ {
			for len(ahead) > 0 && recorded[ahead[len(ahead)-1]].Count >= recorded[next].Count {
				ahead = ahead[:len(ahead)-1]
			}
			ahead = append(ahead, next)
		}
		for over(ahead[0], now) {
			ahead = ahead[1:]
		}
		least := recorded[ahead[0]].Count
		if last := len(decided) - 1; last < 0 || decided[last].Count != least {
			decided = append(decided, CapacityChange{now, least})
		}
	}
	return decided
}

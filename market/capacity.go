package market

import (
	"cmp"
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
// it is refused, and when it drops below what the pool holds, the newest instances fall.
type capacity struct {
	coming []CapacityChange
	count  int32
	held   *btree.BTreeG[doom] // the oldest first
}

func newCapacity(changes []CapacityChange) *capacity {
	c := &capacity{coming: changes, count: Unlimited}
	if changes != nil {
		c.held = btree.NewG(16, func(a, b doom) bool { return a.id < b.id })
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

// advance moves the capacity to now and tells whether it was set anew.
func (c *capacity) advance(now clock.Time) (changed bool) {
	for c.next() <= now {
		c.count, changed = c.coming[0].Count, true
		c.coming = c.coming[1:]
	}
	return changed
}

// limited tells whether the pool ever runs out.
func (c *capacity) limited() bool { return c.held != nil }

func (c *capacity) full() bool { return c.limited() && c.held.Len() >= int(c.count) }

func (c *capacity) hold(d doom) {
	if c.limited() {
		c.held.ReplaceOrInsert(d)
	}
}

func (c *capacity) release(d doom) {
	if c.limited() {
		c.held.Delete(d)
	}
}

// excess takes out the newest instance beyond the capacity; ok is false if there is none.
func (c *capacity) excess() (newest doom, ok bool) {
	if !c.limited() || c.held.Len() <= int(c.count) {
		return doom{}, false
	}
	return c.held.DeleteMax()
}

// Decided returns when the provider decides what a recording shows: that so many instances can
// be held at an instant no more, it decides the time of its warnings sooner. From then on none
// is sold beyond what will be there, and those that are too many are warned and end when the
// recording says. So the capacity decided is the least of what is recorded from now until the
// end of a warning.
func Decided(recorded []CapacityChange, warning time.Duration) (decided []CapacityChange) {
	if warning <= 0 {
		return recorded
	}
	var instants []clock.Time
	for _, c := range recorded {
		instants = append(instants, c.At, max(c.At.Add(-warning), 0))
	}
	slices.Sort(instants)
	var ahead []CapacityChange // of what is recorded from now on those below all after them
	next := 0
	for _, now := range slices.Compact(instants) {
		for ; next < len(recorded) && recorded[next].At <= now.Add(warning); next++ {
			for len(ahead) > 0 && ahead[len(ahead)-1].Count >= recorded[next].Count {
				ahead = ahead[:len(ahead)-1]
			}
			ahead = append(ahead, recorded[next])
		}
		for ; ended(recorded, ahead[0], now); ahead = ahead[1:] {
		}
		if last := len(decided) - 1; last < 0 || decided[last].Count != ahead[0].Count {
			decided = append(decided, CapacityChange{now, ahead[0].Count})
		}
	}
	return decided
}

// ended tells whether the change after c has come by now.
func ended(recorded []CapacityChange, c CapacityChange, now clock.Time) bool {
	n, _ := slices.BinarySearchFunc(recorded, c.At, func(r CapacityChange, at clock.Time) int { return cmp.Compare(r.At, at) })
	return n+1 < len(recorded) && recorded[n+1].At <= now
}

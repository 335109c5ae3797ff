package market

import (
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
)

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

package market

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
)

// capacityOf returns what holds at an instant.
func capacityOf(changes []CapacityChange, at clock.Time) (count int32) {
	for _, c := range changes {
		if c.At <= at {
			count = c.Count
		}
	}
	return count
}

// What is decided at any instant is the least of what is recorded from then to the end of a
// warning, both included; and it is a capacity that a pool can have.
func TestDecidedIsTheLeastOfTheTimeOfAWarning(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var recorded []CapacityChange
		at := clock.Time(0)
		for range rapid.IntRange(1, 12).Draw(r, "changes") {
			recorded = append(recorded, CapacityChange{at, rapid.Int32Range(0, 4).Draw(r, "count")})
			at += clock.Time(rapid.IntRange(1, 6).Draw(r, "gap"))
		}
		warning := time.Duration(rapid.SampledFrom([]int64{0, 1, 2, 3, 7, 1000, math.MaxInt64}).Draw(r, "warning"))
		decided := Decided(recorded, warning)
		if errs := checkCapacity(decided); errs != nil {
			r.Fatalf("%v: %v", decided, errs)
		}
		for now := range at + 3 {
			least := int32(math.MaxInt32)
			for s := now; s <= min(now.Add(warning), at+3); s++ {
				least = min(least, capacityOf(recorded, s))
			}
			if got := capacityOf(decided, now); got != least {
				r.Fatalf("recorded %v, a warning of %d: %d at %d, want %d; decided %v", recorded, warning, got, now, least, decided)
			}
		}
	})
}

// By hand: four until 10 and from 20 on, two in between, a warning of 3. Two are warned at 7
// and end at 10; from 20 on there are four again.
func TestAWarningComesBeforeWhatIsRecorded(t *testing.T) {
	recorded := []CapacityChange{{0, 4}, {10, 2}, {20, 4}}
	if got, want := Decided(recorded, 3), []CapacityChange{{0, 4}, {7, 2}, {20, 4}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

package market

import (
	"flag"
	"math"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// seed of the statistical tests. Their bounds fail once in some hundred seeds.
var seed = flag.Uint64("seed", 1, "seed of the statistical tests")

// within3 fails unless got lies within three standard errors of want.
func within3(t *testing.T, what string, got, want, standardError float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 3*standardError) {
		t.Errorf("seed %d: %s is %v, want %v within 3 x %v", *seed, what, got, want, standardError)
	}
}

// at returns the instant so many minutes into the run.
func at(minutes float64) clock.Time { return clock.At(time.Duration(minutes * float64(time.Minute))) }

// usd returns a price of x dollars an hour.
func usd(x float64) cloud.Price { return cloud.PerHour(x) }

// take returns the first n changes of a process, or all if they are fewer.
func take(p PriceProcess, n int) (changes []PriceChange) {
	for range n {
		change, ok := p.Next()
		if !ok {
			break
		}
		changes = append(changes, change)
	}
	return changes
}

// recordedPool returns a pool whose price follows changes.
func recordedPool(preemption PreemptionSpec, changes ...PriceChange) Pool {
	p := NewPool(cloud.Pool{Region: "r", Zone: "z", InstanceType: "m"}, usd(1), usd(0.3))
	p.Price.Model = "trace"
	p.Price.Changes = changes
	p.Preemption = preemption
	return p
}

package tests

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Zones that fail at Poisson times, each with a rate of its own, take all their spot
// replicas with them (Mao et al., SkyServe, EuroSys 2025). N replicas over a time T then
// suffer
//
//	N T mean(rate)         under even spread: N/Z in each of Z zones, always
//	N T Z / sum(1/rate)    under round robin
//
// preemptions. The second holds because every zone gets each Z-th launch, so that of the P
// that end in T, P/Z are of zone z and have lived 1/rate(z) in the mean; all lives together
// are N T (by Wald's identity, though the replicas of a zone fall together). At its ends
// this is off by the lives cut off there, whose mean is the same at both once the
// replicas have spread as they do in the long run; so the first hundred hours do not count.
//
// Both want a lost replica replaced at once. Here a failure is moved to 2 ns before the next
// look of the tenant, and the zone is back 1 ns before it. Of several failures of a zone
// between two looks one has an effect: the rate is that of the looks before which one fell,
// (1 - exp(-rate step)) / step. With that the formulas are exact, not only for short steps.
// Cold starts do not enter: a replica that starts falls with its zone like any other.
const (
	failureStep   = 10 * time.Minute
	failureSteps  = 12_600 // 2100 hours
	failureWarmUp = 600    // 100 hours, which is 20 mean lives in the calmest zone
	failureRuns   = 40
	failingFleet  = 6
)

// failuresPerHour are the rates of the zones.
var failuresPerHour = []float64{2, 1, 0.2}

func TestZoneFailuresUnderEvenSpreadAndRoundRobin(t *testing.T) {
	mean, inverse := 0.0, 0.0 // of the rates per step
	for _, rate := range failuresPerHour {
		p := -math.Expm1(-rate * failureStep.Hours())
		mean += p / float64(len(failuresPerHour))
		inverse += 1 / p
	}
	replicaSteps := float64(failingFleet * (failureSteps - failureWarmUp))
	even := replicaSteps * mean
	round := replicaSteps * float64(len(failuresPerHour)) / inverse
	for _, c := range []struct {
		policy          string
		theory, another float64
	}{
		{"even-spread", even, round},
		{"round-robin", round, even},
	} {
		counts := make([]float64, failureRuns)
		for seed := range counts {
			counts[seed] = float64(zoneFailures(t, c.policy, uint64(seed)))
		}
		got, deviation := stat.MeanStdDev(counts, nil)
		se := stat.StdErr(deviation, failureRuns)
		t.Logf("%s: %.1f +- %.1f preemptions a run, theory %.1f (seeds 0 to %d)", c.policy, got, se, c.theory, failureRuns-1)
		if math.Abs(got-c.theory) > 3*se {
			t.Errorf("%s: %.1f preemptions, %.1f standard errors from %.1f", c.policy, got, (got-c.theory)/se, c.theory)
		}
		if math.Abs(got-c.another) < 10*se || se > 0.01*got {
			t.Errorf("%s: %.1f +- %.1f does not tell the two formulas apart", c.policy, got, se)
		}
	}
}

// zoneFailures returns how many replicas a policy loses after the warm-up.
func zoneFailures(t *testing.T, policy string, seed uint64) int {
	t.Helper()
	s := scenario.OfService("failing zones", workload.DefaultService(), scheduler.ServiceRules{Every: failureStep}, nil, failureSteps*failureStep)
	s.Seed, s.Service.Replicas = seed, failingFleet
	for zone, rate := range failuresPerHour {
		s.Pools = append(s.Pools, failingZone(zone, rate, seed))
	}
	var losses lossCounter
	serve(t, s, policy, &losses)
	return int(losses)
}

// failingZone returns a zone with room without end that is lost for an instant at Poisson
// times.
func failingZone(zone int, perHour float64, seed uint64) market.Pool {
	p := market.NewPool(cloud.Pool{Zone: string(rune('a' + zone))}, cloud.PerHour(1), cloud.PerHour(0.3))
	p.Price.Model, p.Preemption.Model, p.Notice = "constant", "none", market.Notice{}
	p.Provisioning = rng.Duration{Shape: rng.Constant}
	p.Capacity = []market.CapacityChange{{At: 0, Count: 1000}}
	r := rand.New(rand.NewPCG(seed, uint64(zone)))
	last := 0
	for at := r.ExpFloat64() / perHour; ; at += r.ExpFloat64() / perHour {
		step := int(math.Ceil(at / failureStep.Hours()))
		if step > failureSteps {
			return p
		}
		if step == last {
			continue
		}
		last = step
		look := clock.At(time.Duration(step) * failureStep)
		p.Capacity = append(p.Capacity, market.CapacityChange{At: look - 2, Count: 0}, market.CapacityChange{At: look - 1, Count: 1000})
	}
}

// lossCounter counts the preemptions after the warm-up.
type lossCounter int

func (c *lossCounter) Record(e journal.Entry) {
	if e.Kind == journal.Preempt && e.At > clock.At(failureWarmUp*failureStep) {
		*c++
	}
}

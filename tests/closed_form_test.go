package tests

import (
	"math"
	"math/big"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/workload"
)

// On-demand cost = billed time x price, instance by instance, to the nano-dollar: from
// ready (or launch) to the end, rounded up to the granularity, at least the minimum.
func TestOnDemandCostIsTimeTimesPrice(t *testing.T) {
	bills := 0
	for seed := range uint64(worlds) {
		s := randomWorld(seed)
		var numbers metrics.Collector
		total := cloud.Money(0)
		begun := map[cloud.InstanceID]clock.Time{} // of the bill
		for _, e := range simulate(t, s.with("ondemand")) {
			numbers.Record(e)
			if e.Pool == cloud.None {
				continue
			}
			pool := s.Pools[e.Pool]
			switch e.Kind {
			case journal.Launch:
				if pool.Billing.Since == market.SinceLaunch {
					begun[e.Instance] = e.At
				}
			case journal.Ready:
				if pool.Billing.Since == market.SinceReady {
					begun[e.Instance] = e.At
				}
			case journal.Terminate, journal.Close:
				want := cloud.Money(0)
				if from, ok := begun[e.Instance]; ok {
					want = timesPrice(e.At.Sub(from), pool)
				}
				if e.Cost != want {
					t.Errorf("seed %d: %s should cost %d n$", seed, show(e), want)
				}
				total += want
				bills++
			}
		}
		if numbers.TotalCost() != total {
			t.Errorf("seed %d: total %d n$, by hand %d n$", seed, numbers.TotalCost(), total)
		}
	}
	if bills < 100 {
		t.Errorf("only %d bills seen", bills)
	}
}

// timesPrice works a bill out in whole numbers of any size: units of the granularity,
// rounded up, times nano-dollars an hour, over the nanoseconds of an hour, rounded half up.
func timesPrice(lasted time.Duration, p market.Pool) cloud.Money {
	units := (lasted + p.Billing.Granularity - 1) / p.Billing.Granularity
	billed := max(units*p.Billing.Granularity, p.Billing.Minimum)
	sum := new(big.Int).Mul(big.NewInt(int64(p.OnDemand)), big.NewInt(int64(billed)))
	sum.Add(sum, big.NewInt(int64(time.Hour)/2))
	return cloud.Money(sum.Div(sum, big.NewInt(int64(time.Hour))).Int64())
}

// lifetimes returns how many hours each of n spot instances launched at 0 lived under
// greedy, until the provider took it. The horizon is 40 hours, which an instance with a
// mean life of an hour outlives with probability exp(-40) = 4e-18.
func lifetimes(t *testing.T, n int, p market.PreemptionSpec) []float64 {
	t.Helper()
	c := quiet()
	c.Horizon, c.Policy = 40*time.Hour, policy("greedy")
	c.Pools[0].Preemption, c.Pools[0].Notice.Lead = p, 0
	c.Tasks = make([]workload.Task, n)
	for i := range c.Tasks {
		c.Tasks[i] = workload.Task{ID: cloud.TaskID(i), Work: 1000 * time.Hour, Deadline: clock.Never}
	}
	hours := make([]float64, n)
	for _, e := range simulate(t, c) {
		if e.Kind == journal.Preempt && int(e.Instance) < n { // the first n are those launched at 0
			hours[e.Instance] = e.At.Hours()
		}
	}
	return hours
}

// checkMean fails if the mean of a sample is more than three standard errors from want.
func checkMean(t *testing.T, hours []float64, want float64) {
	t.Helper()
	mean, deviation := stat.MeanStdDev(hours, nil)
	se := stat.StdErr(deviation, float64(len(hours)))
	t.Logf("%d lives: mean %.5f h +- %.5f, theory %.5f", len(hours), mean, se, want)
	if math.Abs(mean-want) > 3*se {
		t.Errorf("mean life %.5f h, %.1f standard errors from %.5f", mean, (mean-want)/se, want)
	}
}

func TestExponentialLifetimesHaveTheirMean(t *testing.T) {
	p := market.DefaultPreemption()
	p.Model = "lifetime"
	p = p.With("mean", time.Hour).With("shape", 1.).With("cap", time.Duration(0))
	checkMean(t, lifetimes(t, 3000, p), 1)
}

// With shape 2 the mean stays, and the spread is that of a Rayleigh distribution:
// sd/mean = sqrt(4/pi - 1) = 0.5227. The standard error of a sample's cv is near
// cv/sqrt(2n) = 0.0068 for n = 3000.
func TestWeibullLifetimesWearOut(t *testing.T) {
	p := market.DefaultPreemption()
	p.Model = "lifetime"
	p = p.With("mean", time.Hour).With("shape", 2.).With("cap", time.Duration(0))
	hours := lifetimes(t, 3000, p)
	checkMean(t, hours, 1)
	mean, deviation := stat.MeanStdDev(hours, nil)
	if cv := deviation / mean; math.Abs(cv-math.Sqrt(4/math.Pi-1)) > 3*0.0068 {
		t.Errorf("sd/mean = %.4f, want 0.5227", cv)
	}
}

// At a constant price the hazard tosses one coin a step: an instance launched on the grid
// falls at step K, geometric with p = 1 - exp(-rate x step). Rate 1 an hour and steps of
// six minutes: p = 0.0951626, mean life 0.1 h / p = 1.05083 h.
func TestHazardLivesAreGeometric(t *testing.T) {
	p := market.DefaultPreemption()
	p = p.With("rate", 1.).With("step", 6*time.Minute)
	hours := lifetimes(t, 3000, p)
	checkMean(t, hours, 0.1/-math.Expm1(-0.1))
	for _, h := range hours {
		if steps := h / 0.1; math.Abs(steps-math.Round(steps)) > 1e-9 {
			t.Fatalf("an instance fell after %v steps", steps)
		}
	}
}

// A task of W of work, killed and begun anew at every preemption (rate r), needs
// (exp(rW) - 1)/r of running time on average: the mean time to a run of W without a
// failure. (Ross, Introduction to Probability Models, on a renewal argument: E = 1/r
// (exp(rW) - 1).) Restart and provisioning are free here but for a nanosecond.
func TestTaskWithoutCheckpointsTakesExponentiallyLong(t *testing.T) {
	const n = 3000
	c := quiet()
	c.Drain, c.Policy = true, policy("greedy")
	c.Horizon = 100 * time.Hour
	c.Pools[0].Provisioning.Mean, c.Pools[0].Notice.Lead = 0, 0
	c.Pools[0].Preemption = market.DefaultPreemption()
	c.Pools[0].Preemption.Model = "lifetime"
	c.Pools[0].Preemption = c.Pools[0].Preemption.With("mean", time.Hour).With("shape", 1.).With("cap", time.Duration(0))
	c.Tasks = make([]workload.Task, n)
	for i := range c.Tasks {
		c.Tasks[i] = workload.Task{ID: cloud.TaskID(i), Work: 90 * time.Minute, Deadline: clock.Never, Checkpoint: workload.Nothing}
	}
	var hours []float64
	for _, e := range simulate(t, c) {
		if e.Kind == journal.Complete {
			hours = append(hours, e.At.Hours())
		}
	}
	if len(hours) != n {
		t.Fatalf("%d of %d tasks done", len(hours), n)
	}
	checkMean(t, hours, math.Expm1(1.5))
}

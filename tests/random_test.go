package tests

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/tests/twin"
	"github.com/bobby-math/tessera/workload"
)

// system hosts every run of these tests.
var system = actors.NewSystem(zap.NewNop())

// simulate runs c, which must succeed, and returns its journal.
func simulate(tb testing.TB, c actors.Config) []journal.Entry {
	tb.Helper()
	var log journal.Log
	c.Journal = &log
	if err := system.Run(tb.Context(), c); err != nil {
		tb.Fatal(err)
	}
	return log.Entries
}

// policy returns the policy that users write as text.
func policy(text string) scheduler.Policy {
	spec, err := scheduler.Parse(text)
	if err != nil {
		panic(err)
	}
	p, err := spec.NewForTasks()
	if err != nil {
		panic(err)
	}
	return p
}

// world is a random run: everything about it comes from its seed.
type world struct {
	actors.Config
	after int32  // as twin.Config.After
	chaos *chaos // the policy, if it is that
	// grid is what durations are mostly multiples of, so that instants coincide.
	grid time.Duration
	r    *rand.Rand
}

func randomWorld(seed uint64) *world {
	s := &world{r: rand.New(rand.NewPCG(seed, 20260101))}
	r := s.r
	s.grid = pick(r, time.Minute, 5*time.Minute, 30*time.Minute)
	s.Config = actors.Config{
		Name:         fmt.Sprintf("random %d", seed),
		Seed:         seed,
		Horizon:      time.Hour + s.span(30*time.Hour),
		Drain:        r.IntN(3) == 0,
		MaxInstances: r.IntN(6),
	}
	for n := range 1 + r.IntN(3) {
		s.Pools = append(s.Pools, s.pool(n))
	}
	if r.IntN(20) == 0 {
		s.sellNothing()
	}
	s.Tasks = s.tasks(r.IntN(61))
	s.choosePolicy()
	return s
}

// newPolicy returns the policy of s; chaos remembers its run.
func (s *world) newPolicy() scheduler.Policy {
	if s.chaos != nil {
		return s.chaos
	}
	return policy(s.PolicyName)
}

// with returns the run of s with a policy that users write as text.
func (s *world) with(text string) actors.Config {
	c := s.Config
	c.PolicyName, c.Policy = text, policy(text)
	return c
}

// run returns the journal of the engine and that of the twin.
func (s *world) run(t *testing.T) (engine, other []journal.Entry) {
	s.Policy = s.newPolicy()
	engine = simulate(t, s.Config)
	var log journal.Log
	c := twin.Config{
		Seed: s.Seed, End: clock.At(s.Horizon), Drain: s.Drain, MaxInstances: s.MaxInstances,
		Pools: s.Pools, Tasks: s.Tasks, After: s.after, Journal: &log,
	}
	if s.Drain {
		c.End = clock.At(s.Horizon * actors.DrainLimit)
	}
	if s.chaos != nil {
		c.Script = s.chaos.script
	}
	if err := twin.Run(c); err != nil {
		t.Error(err)
	}
	return engine, log.Entries
}

// sellNothing leaves every pool with a price above the bid for good, from some instant on.
func (s *world) sellNothing() {
	for n := range s.Pools {
		p := &s.Pools[n]
		p.Price.Model = pick(s.r, "constant", "trace")
		p.Price.Changes = append(p.Price.Changes, market.PriceChange{At: clock.At(s.Horizon), Price: p.Price.Mean()})
		p.Preemption.Model = "bid"
		p.Preemption = p.Preemption.With("bid", p.Price.Mean()-1)
	}
}

func (s *world) choosePolicy() {
	switch s.r.IntN(7) {
	case 0, 1:
		s.PolicyName, s.after = "greedy", math.MaxInt32
	case 2:
		s.PolicyName, s.after = "ondemand", 0
	case 3, 4:
		s.after = s.r.Int32N(5)
		s.PolicyName = fmt.Sprintf("fallback:after=%d", s.after)
	default:
		s.chaos = &chaos{r: s.r, mad: 300}
		s.PolicyName = "chaos"
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// span returns a duration in (0, most], mostly on the grid.
func (s *world) span(most time.Duration) time.Duration {
	d := 1 + time.Duration(s.r.Int64N(int64(most)))
	if s.r.IntN(4) > 0 {
		d = max(d-d%s.grid, s.grid)
	}
	return min(d, most)
}

func (s *world) tasks(n int) []workload.Task {
	tasks := make([]workload.Task, n)
	rule := pick(s.r, workload.Continuously, workload.Nothing, workload.Checkpoint(s.span(2*time.Hour)))
	overhead := pick(s.r, 0, 0, s.span(20*time.Minute))
	moves := pick(s.r, nil, s.moves())
	for i := range tasks {
		t := &tasks[i]
		*t = workload.Task{
			Arrival:         clock.At(s.span(s.Horizon + s.Horizon/10)),
			Work:            pick(s.r, 1, s.span(time.Hour), s.span(5*time.Hour)),
			Deadline:        clock.Never,
			StartOverhead:   pick(s.r, 0, overhead),
			RestartOverhead: overhead,
			Checkpoint:      rule,
			Moves:           moves,
		}
		if s.r.IntN(4) == 0 {
			t.Arrival = 0
		}
		if s.r.IntN(2) == 0 {
			t.Deadline = t.Arrival.Add(s.span(8 * time.Hour))
		}
	}
	slices.SortStableFunc(tasks, func(a, b workload.Task) int { return int(a.Arrival - b.Arrival) })
	for i := range tasks {
		tasks[i].ID = cloud.TaskID(i)
	}
	return tasks
}

// moves returns what it takes to move between the pools.
func (s *world) moves() *workload.Moves {
	m := &workload.Moves{FreeSpotMoves: s.r.IntN(2) == 0}
	for range s.Pools {
		m.Transfer = append(m.Transfer, make([]time.Duration, len(s.Pools)))
		m.Egress = append(m.Egress, make([]cloud.Money, len(s.Pools)))
	}
	for a := range s.Pools {
		for b := range a {
			m.Transfer[a][b], m.Transfer[b][a] = s.span(20*time.Minute), s.span(time.Hour)
			m.Egress[a][b], m.Egress[b][a] = cloud.Money(s.r.Int64N(1e9)), cloud.Money(s.r.Int64N(1e9))
		}
	}
	if s.r.IntN(4) == 0 {
		m.Transfer = nil
	}
	if s.r.IntN(4) == 0 {
		m.Egress = nil
	}
	return m
}

func (s *world) pool(n int) market.Pool {
	r := s.r
	onDemand := cloud.PerHour(1 + r.Float64())
	spot := cloud.PerHour(0.2 + 0.2*r.Float64())
	p := market.NewPool(cloud.Pool{Zone: fmt.Sprintf("zone-%d", n), InstanceType: "m"}, onDemand, spot)
	p.Price = s.price(p.Price)
	if r.IntN(3) == 0 {
		p.Capacity = s.capacity()
	}
	p.Preemption = s.preemption(p.Preemption, spot)
	p.Provisioning = rng.Duration{
		Shape: pick(r, rng.Shapes...),
		Mean:  pick(r, 0, time.Nanosecond, s.span(20*time.Minute)),
		CV:    0.1 + r.Float64(),
	}
	p.Notice = market.Notice{Lead: pick(r, 0, s.span(10*time.Minute)), Probability: pick(r, 0, 1, r.Float64())}
	p.Billing = market.Billing{
		Granularity:   pick(r, 1, time.Second, time.Minute, time.Hour),
		Minimum:       pick(r, 0, time.Minute, time.Hour),
		Since:         pick(r, market.SinceReady, market.SinceLaunch),
		Basis:         pick(r, market.MovingPrice, market.LaunchPrice),
		FirstHourFree: r.IntN(3) == 0,
	}
	return p
}

// capacity returns a series of counts, of 0 or any number for some pools.
func (s *world) capacity() (changes []market.CapacityChange) {
	most := pick[int32](s.r, 1, 3, 10)
	for at := time.Duration(0); at < s.Horizon; at += s.span(2 * time.Hour) {
		count := s.r.Int32N(most + 1)
		if most == 1 {
			count *= market.Unlimited
		}
		changes = append(changes, market.CapacityChange{At: clock.At(at), Count: count})
	}
	return changes
}

func (s *world) price(p market.PriceSpec) market.PriceSpec {
	p.Model = pick(s.r, market.PriceModels()...).Name
	p = p.With("step", pick(s.r, 5*time.Minute, time.Hour, time.Minute+s.span(time.Hour)))
	p = p.With("spread", s.r.Float64())
	p = p.With("daily_swing", s.r.Float64())
	for at := time.Duration(0); at < s.Horizon; at += s.span(3 * time.Hour) {
		price := pick(s.r, 0, p.Mean(), cloud.Price(s.r.Int64N(int64(2*p.Mean()))))
		p.Changes = append(p.Changes, market.PriceChange{At: clock.At(at), Price: price})
	}
	return p
}

func (s *world) preemption(p market.PreemptionSpec, spot cloud.Price) market.PreemptionSpec {
	r := s.r
	p.Model = pick(r, market.PreemptionModels()...).Name
	p = p.With("rate", pick(r, 0, r.Float64(), 5*r.Float64()))
	p = p.With("step", pick(r, time.Minute, 5*time.Minute, time.Minute+s.span(time.Hour)))
	p = p.With("correlation", pick(r, market.Correlations...))
	p = p.With("reference", pick(r, 0, spot/2))
	p = p.With("bid", spot/2+cloud.Price(r.Int64N(int64(spot))))
	p = p.With("mean", s.span(6*time.Hour)+time.Minute)
	p = p.With("shape", 0.5+2*r.Float64())
	p = p.With("cap", pick(r, 0, s.span(3*time.Hour)+time.Minute))
	return p
}

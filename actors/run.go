package actors

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Config is all a run depends on.
type Config struct {
	Name    string        // of the scenario, for errors
	Seed    uint64        // of every random stream of the run
	Horizon time.Duration // when the run ends. Positive
	// Drain ends the run when every task is done instead, but at DrainLimit horizons at
	// the latest.
	Drain        bool
	MaxInstances int               // that the policy may hold at a time; 0 is no limit
	Pools        []market.Pool     // on offer, at least one, with distinct names
	Tasks        []workload.Task   // to do, in the order of arrival, numbered from 0
	Service      *workload.Service // to run beside them, to the horizon; nil for none
	PolicyName   string            // for errors
	// Policy decides. One that implements io.Closer is closed when the run ends, however it
	// ends; if that fails so does the run.
	Policy  scheduler.Policy
	Journal journal.Writer // gets what happens, on the goroutine of Run
}

// DrainLimit is how many horizons a draining run may last.
const DrainLimit = 25

// RunError says which run failed. It wraps an *ActorPanic, a *PolicyError or the error of
// the context.
type RunError struct {
	Scenario, Policy string
	Seed             uint64
	Err              error
}

func (e *RunError) Error() string {
	return fmt.Sprintf("run of %s with policy %s, seed %d: %v", e.Scenario, e.Policy, e.Seed, e.Err)
}

func (e *RunError) Unwrap() error { return e.Err }

// Run simulates c to its end on the calling goroutine. c must be valid; what users write
// is checked in package scenario. A panic in an actor, an illegal action of the policy or
// the end of ctx break the run off with a *RunError.
func (s *System) Run(ctx context.Context, c Config) error {
	k := newKernel(s.actors)
	defer k.close()
	agent := wire(k, c)
	s.log.Debug("run begins", zap.String("policy", c.PolicyName), zap.Uint64("seed", c.Seed), zap.Int("tasks", len(c.Tasks)))
	err := k.drive(ctx)
	s.log.Debug("run ended", zap.String("policy", c.PolicyName), zap.Stringer("at", k.now()), zap.Uint64("events", k.sequence), zap.Error(err))
	var panicked *ActorPanic
	if errors.As(err, &panicked) && agent.calling {
		err = &PolicyError{c.PolicyName, panicked.At, panicked}
	}
	if closer, ok := c.Policy.(io.Closer); ok {
		if failed := closer.Close(); failed != nil && err == nil {
			err = &PolicyError{c.PolicyName, k.now(), fmt.Errorf("close: %w", failed)}
		}
	}
	if err == nil {
		return nil
	}
	return &RunError{c.Name, c.PolicyName, c.Seed, err}
}

// wire spawns the actors of c, introduces them to each other and returns the agent.
func wire(k *kernel, c Config) *agent {
	tenant := &tenant{kernel: k, name: c.PolicyName, journal: c.Journal}
	tasks := &taskManager{kernel: k, tasks: c.Tasks, journal: c.Journal, drain: c.Drain}
	self := k.spawn("tenant", tenant)
	tasks.self = k.spawn("task manager", tasks)
	tasks.tenant = k.pids[self]

	var replicas *actor.PID
	if c.Service != nil {
		replicas = wireService(k, c, tasks.tenant)
		tenant.gang = int32(c.Service.Gang)
	}
	events := k.events
	pools := make([]scheduler.Pool, len(c.Pools))
	for n, pool := range c.Pools {
		id := cloud.PoolID(n)
		pools[n] = scheduler.Pool{Name: pool.Name, OnDemand: pool.OnDemand, Bid: pool.Preemption.MaxPrice()}
		seller := &spotMarket{kernel: k, id: id, pool: pool, spot: market.NewSpot(pool, c.Seed), journal: c.Journal}
		fleet := newInstances(k, id, pool, c.Seed, c.Journal)
		seller.self = k.spawn("spot market "+pool.Name.String(), seller)
		fleet.self = k.spawn("instances "+pool.Name.String(), fleet)
		seller.instances, seller.tenant = k.pids[fleet.self], tasks.tenant
		fleet.market, fleet.tasks, fleet.tenant = k.pids[seller.self], k.pids[tasks.self], tasks.tenant
		fleet.service = replicas
		tenant.markets = append(tenant.markets, k.pids[seller.self])
		tenant.instances = append(tenant.instances, k.pids[fleet.self])
		events.closers = append(events.closers, fleet.self)
	}
	tenant.view = scheduler.NewView(pools, c.MaxInstances, int(tenant.gang))
	tenant.book = scheduler.NewBook(tenant.view)
	tenant.agent = newAgent(k, self, c.Policy, tenant.view, c.Journal)
	events.closers = append(events.closers, tasks.self)
	events.watcher = k.pids[tasks.self]
	end := clock.At(c.Horizon)
	if c.Drain {
		end = clock.At(min(c.Horizon, math.MaxInt64/DrainLimit) * DrainLimit)
	}
	events.finish(end)
	return tenant.agent
}

// wireService spawns the service of c.
func wireService(k *kernel, c Config, tenant *actor.PID) *actor.PID {
	s := &service{kernel: k, spec: c.Service, journal: c.Journal, tenant: tenant}
	if c.Service.Requests != nil {
		s.requests.arrivals = c.Service.Requests.Arrivals(c.Seed)
	}
	s.requests.balancer = c.Service.Balancer.New(c.Service.Concurrency)
	if c.Service.Autoscaler != nil {
		s.scaler = c.Service.Autoscaler.New(c.Service.Replicas)
	}
	for _, pool := range c.Pools {
		s.loads = append(s.loads, rng.Stream(c.Seed, "load/"+pool.Name.String()))
	}
	s.self = k.spawn("service", s)
	return k.pids[s.self]
}

package actors

import (
	"context"
	"errors"
	"fmt"
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
	// Name of the scenario, for errors.
	Name string
	// Seed of every random stream of the run.
	Seed uint64
	// Horizon is when the run ends. Positive.
	Horizon time.Duration
	// Drain ends the run when every task is done instead, but at DrainLimit horizons at
	// the latest.
	Drain bool
	// MaxInstances the policy may hold at a time; 0 is no limit.
	MaxInstances int
	// Pools on offer, at least one, with distinct names.
	Pools []market.Pool
	// Tasks to do, in the order of arrival, numbered from 0.
	Tasks []workload.Task
	// Service to run beside them; nil for none. The run then lasts to its horizon.
	Service *workload.Service
	// PolicyName is for errors.
	PolicyName string
	Policy     scheduler.Policy
	// Journal is told what happens. It is called on the goroutine of Run.
	Journal journal.Writer
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
	tenant := wire(k, c)
	s.log.Debug("run begins", zap.String("policy", c.PolicyName), zap.Uint64("seed", c.Seed), zap.Int("tasks", len(c.Tasks)))
	err := k.drive(ctx)
	s.log.Debug("run ended", zap.String("policy", c.PolicyName), zap.Stringer("at", k.now()), zap.Uint64("events", k.sequence), zap.Error(err))
	if err == nil {
		return nil
	}
	var panicked *ActorPanic
	if errors.As(err, &panicked) && tenant.deciding {
		err = &PolicyError{c.PolicyName, panicked.At, panicked}
	}
	return &RunError{c.Name, c.PolicyName, c.Seed, err}
}

// wire spawns the actors of c and introduces them to each other.
func wire(k *kernel, c Config) *policy {
	tenant := &policy{
		kernel: k, name: c.PolicyName, decider: c.Policy, journal: c.Journal, workload: c.Tasks,
		decided: -1, expected: -1,
	}
	tasks := &taskManager{kernel: k, tasks: c.Tasks, journal: c.Journal, drain: c.Drain}
	tenant.self = k.spawn("policy", tenant)
	tasks.self = k.spawn("task manager", tasks)
	tasks.policy = k.pids[tenant.self]

	var replicas *actor.PID
	if c.Service != nil {
		replicas = wireService(k, c, tenant)
	}
	keeper := k.keeper
	views := make([]scheduler.Pool, len(c.Pools))
	for n, pool := range c.Pools {
		id := cloud.PoolID(n)
		views[n] = scheduler.Pool{Name: pool.Name, OnDemand: pool.OnDemand, Bid: pool.Preemption.MaxPrice()}
		seller := &spotMarket{kernel: k, id: id, pool: pool, spot: market.NewSpot(pool, c.Seed), journal: c.Journal}
		fleet := newInstances(k, id, pool, c.Seed, c.Journal)
		seller.self = k.spawn("spot market "+pool.Name.String(), seller)
		fleet.self = k.spawn("instances "+pool.Name.String(), fleet)
		seller.instances, seller.policy = k.pids[fleet.self], tasks.policy
		fleet.market, fleet.tasks, fleet.policy = k.pids[seller.self], k.pids[tasks.self], tasks.policy
		fleet.service = replicas
		tenant.markets = append(tenant.markets, k.pids[seller.self])
		tenant.instances = append(tenant.instances, k.pids[fleet.self])
		keeper.closers = append(keeper.closers, fleet.self)
	}
	tenant.view = scheduler.NewView(views, c.MaxInstances)
	tenant.book = scheduler.NewBook(tenant.view)
	if c.Service != nil {
		tenant.book.OpenService(c.Service.Gang)
	}
	keeper.closers = append(keeper.closers, tasks.self)
	keeper.watcher = k.pids[tasks.self]
	end := clock.At(c.Horizon)
	if c.Drain {
		end = clock.At(min(c.Horizon, math.MaxInt64/DrainLimit) * DrainLimit)
	}
	keeper.finish(end)
	return tenant
}

// wireService spawns the service of c.
func wireService(k *kernel, c Config, tenant *policy) *actor.PID {
	s := &service{kernel: k, spec: c.Service, journal: c.Journal, policy: k.pids[tenant.self]}
	if c.Service.Requests != nil {
		s.desk.arrivals = c.Service.Requests.Arrivals(c.Seed)
	}
	s.desk.balancer = c.Service.Balancer.New(c.Service.Concurrency)
	if c.Service.Autoscaler != nil {
		s.scaler = c.Service.Autoscaler.New(c.Service.Replicas)
	}
	for _, pool := range c.Pools {
		s.loads = append(s.loads, rng.Stream(c.Seed, "load/"+pool.Name.String()))
	}
	s.self = k.spawn("service", s)
	return k.pids[s.self]
}

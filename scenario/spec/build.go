package spec

import (
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Resolved is a scenario of which everything is known.
type Resolved struct {
	// File has every key that is known before the files it names are read.
	File *File
	// Scenario is what runs.
	Scenario *scenario.Scenario
	// Warnings say what is taken on trust.
	Warnings []string

	said *Tree
	from []int // the pool of File that each pool of Scenario comes from
}

// Defaults returns the tree of a scenario of which nobody has said anything.
func Defaults() *Tree { return root.def.Clone() }

// Set sets the value at a path of t, as Tree.Set does, the parameters of policies too.
func Set(t *Tree, path string, value *Tree) error {
	expandPolicies(t)
	if err := t.Set(path, value); err != nil {
		return err
	}
	expandPolicies(t)
	return nil
}

// Resolve makes the scenario that t says and reads the files it names. All that is wrong
// comes back at once, as Problems.
func Resolve(t *Tree) (*Resolved, error) {
	file, problems := decode(t)
	if said := t.field("policies"); file.Service.Replicas != 0 && (said == nil || said.Origin.Source == Default) {
		file.Policies = policies(scheduler.Names(scheduler.KindService))
	}
	r := &Resolved{File: file, said: t}
	problems = append(problems, r.contradictions()...)
	file.fill()
	r.Scenario = file.scenario()
	problems = append(problems, r.readFiles(problems)...)
	for _, p := range r.problems(r.Scenario.Check(), false) {
		if !problems.explain(p.Path, t.Find(p.Path) != nil) {
			problems = append(problems, p)
		}
	}
	return r, problems.Sorted().orNil()
}

// scenario returns what f says, but for what lies in files. f must be filled.
func (f *File) scenario() *scenario.Scenario {
	s := &scenario.Scenario{
		Name: f.Name, Seed: f.Seed, Duration: f.Duration, Drain: f.Drain, MaxInstances: f.MaxInstances,
		Workload: workload.Generator{
			Arrivals: workload.ArrivalModel(f.Workload.Arrivals), Over: *f.Workload.Over, Work: f.Workload.Work.build(),
			RestartOverhead: f.Workload.RestartOverhead, Checkpoint: f.Workload.Checkpoint,
		},
	}
	if f.Workload.Tasks != nil {
		s.Workload.Tasks = *f.Workload.Tasks
	}
	for _, p := range f.Market.Pools {
		s.Pools = append(s.Pools, p.build())
	}
	s.Serving = f.serving()
	var policies []scheduler.Spec
	for _, p := range f.Policies {
		policies = append(policies, p.Spec)
	}
	s.SetPolicies(policies)
	return s
}

func (d Distribution) build() rng.Duration {
	return rng.Duration{Shape: rng.Shape(d.Shape), Mean: d.Mean, CV: value(d.CV)}
}

// value returns what p points to, zero if that is nothing.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func (p Pool) build() market.Pool {
	m := p.Preemption
	pool := market.Pool{
		Name:     cloud.Pool{Region: value(p.Region), Zone: value(p.Zone), InstanceType: value(p.InstanceType)},
		OnDemand: p.OnDemand,
		Price: market.PriceSpec{
			Model: value(p.Price.Model), Mean: value(p.Price.Mean), Floor: value(p.Price.Floor), Ceiling: value(p.Price.Ceiling),
			Step: p.Price.Step, Spread: float64(p.Price.Spread), Relaxation: p.Price.Relaxation, DailySwing: float64(p.Price.DailySwing),
		},
		Preemption: market.PreemptionSpec{
			Model: m.Model, Rate: float64(m.Rate), Step: m.Step, Correlation: market.Correlation(m.Correlation),
			Reference: value(m.Reference), Bid: *m.Bid, Mean: m.Mean, Shape: m.Shape, Cap: m.Cap,
		},
		Provisioning: p.Provisioning.build(),
		Notice:       market.Notice{Lead: p.Notice.Lead, Probability: float64(p.Notice.Probability), Rebalance: p.Notice.Rebalance},
		Billing: market.Billing{
			Granularity: p.Billing.Granularity, Minimum: p.Billing.Minimum, Since: market.Since(p.Billing.Since),
			Basis: market.Basis(p.Billing.Basis), FirstHourFree: p.Billing.FirstHourFree,
		},
	}
	if p.Capacity.Count != nil {
		pool.Capacity = []market.CapacityChange{{At: clock.At(0), Count: int32(max(0, min(*p.Capacity.Count, maxCount)))}}
	}
	return pool
}

package spec

import (
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

// defaultPolicies are compared when nobody says which.
var defaultPolicies = []string{"greedy", "fallback", "ondemand"}

// The default pool, where there are no price files.
const (
	defaultRegion       = "synthetic"
	defaultZone         = "synthetic-a"
	defaultInstanceType = "generic"
	defaultCV           = 0.6
)

var defaultMean = cloud.PerHour(0.30)

// defaultFile returns the scenario of a command without flags: that of scenario.Default,
// but for the keys whose default depends on others.
func defaultFile() *File {
	s := scenario.Default()
	f := &File{
		Schema: Version, Name: s.Name, Seed: s.Seed, Duration: s.Duration, Drain: s.Drain, MaxInstances: s.MaxInstances,
		Workload: Workload{
			Arrivals:        string(s.Workload.Arrivals),
			Work:            distribution(s.Workload.Work),
			RestartOverhead: s.Workload.RestartOverhead,
			Checkpoint:      s.Workload.Checkpoint,
		},
	}
	for _, p := range s.Pools {
		f.Market.Pools = append(f.Market.Pools, defaultPool(p))
	}
	for _, name := range defaultPolicies {
		p, err := scheduler.Parse(name)
		if err != nil {
			panic(err)
		}
		f.Policies = append(f.Policies, Policy{p})
	}
	return f
}

func distribution(d rng.Duration) Distribution {
	return Distribution{Shape: string(d.Shape), Mean: d.Mean}
}

func defaultPool(p market.Pool) Pool {
	return Pool{
		OnDemand: p.OnDemand,
		Price: Price{
			Step: p.Price.Step, Spread: Share(p.Price.Spread),
			Relaxation: p.Price.Relaxation, DailySwing: Share(p.Price.DailySwing),
		},
		Preemption: Preemption{
			Model: p.Preemption.Model, Rate: Rate(p.Preemption.Rate), Step: p.Preemption.Step,
			Correlation: string(p.Preemption.Correlation),
			Mean:        p.Preemption.Mean, Shape: p.Preemption.Shape, Cap: p.Preemption.Cap,
		},
		Provisioning: distribution(p.Provisioning),
		Notice:       Notice{Lead: p.Notice.Lead, Probability: Share(p.Notice.Probability), Rebalance: p.Notice.Rebalance},
		Billing: Billing{
			Granularity: p.Billing.Granularity, Minimum: p.Billing.Minimum, Since: string(p.Billing.Since),
			Basis: string(p.Billing.Basis), FirstHourFree: p.Billing.FirstHourFree,
		},
	}
}

// fill sets the keys whose default depends on others, where that is known before any file
// is read.
func (f *File) fill() {
	w := &f.Workload
	if w.File == nil {
		or(&w.Tasks, scenario.DefaultTasks)
	}
	or(&w.Over, f.Duration)
	w.Work.fill()
	for i := range f.Market.Pools {
		f.Market.Pools[i].fill()
	}
}

func (p *Pool) fill() {
	price := &p.Price
	if price.Files != nil {
		or(&price.Model, "trace")
	} else {
		or(&p.Region, defaultRegion)
		or(&p.Zone, defaultZone)
		or(&p.InstanceType, defaultInstanceType)
		or(&price.Model, "ou")
		or(&price.Mean, defaultMean)
		or(&price.Floor, *price.Mean/4)
		or(&price.Ceiling, p.OnDemand)
	}
	or(&p.Preemption.Bid, p.OnDemand)
	p.Provisioning.fill()
}

func (d *Distribution) fill() {
	if d.Shape == string(rng.Lognormal) {
		or(&d.CV, defaultCV)
	}
}

// or sets a key to value unless it is set.
func or[T any](key **T, value T) {
	if *key == nil {
		*key = &value
	}
}

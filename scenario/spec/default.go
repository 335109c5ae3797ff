package spec

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// defaultPolicies are compared when nobody says which, but beside a service all for services.
var defaultPolicies = []string{"greedy", "fallback", "ondemand"}

func policies(names []string) (list []Policy) {
	for _, name := range names {
		p, err := scheduler.Parse(name)
		if err != nil {
			panic(err)
		}
		list = append(list, Policy{p})
	}
	return list
}

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
	f.Service = defaultService()
	f.Policies = policies(defaultPolicies)
	return f
}

// defaultLoad makes the default cold start three minutes: the 183 s that Mao et al. measured
// (SkyServe, EuroSys 2025, section 2).
const defaultLoad = time.Minute

func defaultService() Service {
	d := workload.DefaultService()
	return Service{
		Extra: 1, Gang: d.Gang, Load: Distribution{Shape: string(rng.Constant), Mean: defaultLoad},
		Every: scheduler.DefaultEvery, OnWarning: string(scheduler.IgnoreWarnings), BatchPolicy: TaskPolicy{policies([]string{"greedy"})[0].Spec},
		Requests:    Requests{Process: noRequests, CV: 1, Bin: workload.DefaultBin},
		ServiceTime: ServiceTime(workload.DefaultServiceTime), Concurrency: d.Concurrency, Timeout: d.Timeout,
		Retries: Retries(d.Retries), RetryDelay: d.RetryDelay, Balancer: string(d.Balancer), Sync: d.Sync,
	}
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
	switch {
	case w.File != nil:
	case f.Service.Replicas > 0:
		or(&w.Tasks, 0)
	default:
		or(&w.Tasks, scenario.DefaultTasks)
	}
	or(&w.Over, f.Duration)
	w.Work.fill()
	cold := time.Duration(0)
	for i := range f.Market.Pools {
		f.Market.Pools[i].fill()
		cold = max(cold, f.Market.Pools[i].Provisioning.Mean)
	}
	f.Service.Load.fill()
	or(&f.Service.Requests.Opens, cold+f.Service.Load.Mean)
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

package spec

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// presets are scenarios that go by a name instead of that of a file: what the commands of
// that name run by default.
var presets = map[string]string{
	"job": `
name: job
job: {work: 48h}
`,
	"service": `
name: service
duration: 24h
lower_bound: true
market:
  pools:
    - zone: [synthetic-1, synthetic-2, synthetic-3]
      on_demand: $3/h
      price: {mean: $1/h}
      provisioning: {shape: constant, mean: 0s}
service: {replicas: 3, load: {shape: constant, mean: 2m}}
`,
}

// preset returns the preset of that name, nil if there is none. Nobody said what is in it, so
// all of it counts as a default.
func preset(name string) *Tree {
	text, known := presets[name]
	if !known {
		return nil
	}
	t, err := Read(name, []byte("schema: "+Version+text))
	if err != nil {
		panic(err)
	}
	t.from(Origin{Source: Default, Name: "tessera " + name})
	return t
}

// PresetText says in one line what a preset sets, key by key; empty for another name.
func PresetText(name string) string {
	t := preset(name)
	if t == nil {
		return ""
	}
	var parts []string
	t.leaves("", func(path string, value *Tree) {
		if path != "name" && path != "schema" {
			parts = append(parts, path+"="+value.oneLine())
		}
	})
	return strings.Join(parts, " ")
}

// leaves calls visit with every value that is no mapping, and its path.
func (t *Tree) leaves(path string, visit func(path string, value *Tree)) {
	scalar := func(t *Tree) bool { return t.Kind == Scalar }
	switch {
	case t.Kind == Mapping:
		for _, f := range t.Fields {
			f.Value.leaves(join(path, f.Key), visit)
		}
	case t.Kind == List && !slices.ContainsFunc(t.Items, scalar):
		for i, item := range t.Items {
			item.leaves(at(path, i), visit)
		}
	default:
		visit(path, t)
	}
}

// Policies that are compared by default, by the kind of work, and of a job in several regions.
var (
	defaultPolicies = [...]func() []Policy{
		scheduler.KindTasks:   sync.OnceValue(func() []Policy { return policies([]string{"greedy", "fallback", "ondemand"}) }),
		scheduler.KindJob:     sync.OnceValue(func() []Policy { return policies(scenario.DefaultJobPolicies(1)) }),
		scheduler.KindService: sync.OnceValue(func() []Policy { return policies(scheduler.Names(scheduler.KindService)) }),
	}
	regionsPolicies = sync.OnceValue(func() []Policy { return policies(scenario.DefaultJobPolicies(2)) })
)

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

// defaults is defaultFile, made once and shared.
var defaults = sync.OnceValue(defaultFile)

// defaultFile returns the scenario of a command without flags: that of scenario.Default,
// but for the keys whose default depends on others.
func defaultFile() *File {
	s := scenario.Default()
	f := &File{
		Schema: Version, Name: s.Name, Seed: s.Seed, Drain: s.Drain, MaxInstances: s.MaxInstances,
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
	f.Job, f.Service = defaultJob(), defaultService()
	f.Policies = defaultPolicies[scheduler.KindTasks]()
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
		OnDemand:     p.OnDemand,
		Price:        Price{Params: market.Defaults(market.PriceParams())},
		Preemption:   Preemption{Model: p.Preemption.Model, Params: market.Defaults(market.PreemptionParams())},
		Provisioning: distribution(p.Provisioning),
		Notice:       Notice{Lead: p.Notice.Lead, Probability: Share(p.Notice.Probability), Rebalance: p.Notice.Rebalance},
		Billing: Billing{
			Since: string(p.Billing.Since), Basis: string(p.Billing.Basis), FirstHourFree: p.Billing.FirstHourFree,
		},
	}
}

// fill sets the keys whose default depends on others, where that is known before any file
// is read.
func (f *File) fill() {
	w := &f.Workload
	switch {
	case w.File != nil:
	case f.Service.Replicas > 0, f.Job.Work > 0:
		or(&w.Tasks, 0)
	default:
		or(&w.Tasks, scenario.DefaultTasks)
	}
	if f.Job.Work == 0 {
		or(&f.Duration, scenario.DefaultDuration)
		or(&w.Over, max(*f.Duration, 1))
	}
	or(&f.LowerBound, f.Job.Work > 0)
	w.Work.fill()
	cold := time.Duration(0)
	for i := range f.Market.Pools {
		f.Market.Pools[i].fill(f.Job.Work > 0)
		cold = max(cold, f.Market.Pools[i].Provisioning.Mean)
	}
	f.Service.Load.fill()
	or(&f.Service.Requests.Opens, cold+f.Service.Load.Mean)
}

func (p *Pool) fill(job bool) {
	m := market.Pool{OnDemand: p.OnDemand}
	m.Price.Params, m.Preemption.Params = p.Price.Params, p.Preemption.Params
	if p.Price.Files != nil {
		or(&p.Price.Model, "trace")
	}
	if !p.recorded() {
		or(&p.Region, defaultRegion)
		if p.Zones == nil {
			p.Zones = []string{defaultZone}
		}
		or(&p.InstanceType, defaultInstanceType)
	}
	billing := market.DefaultBilling()
	if !job { // of a job it is the tick, once that is known
		or(&p.Billing.Granularity, billing.Granularity)
	}
	or(&p.Billing.Minimum, billing.Minimum)
	if p.Price.Files == nil {
		or(&p.Price.Model, market.DefaultPriceModel)
		m.FillPrice()
	}
	m.FillPreemption()
	p.Price.Params, p.Preemption.Params = m.Price.Params, m.Preemption.Params
	p.Provisioning.fill()
}

func (d *Distribution) fill() {
	if d.Shape == string(rng.Lognormal) {
		or(&d.CV, defaultCV)
	}
}

func or[T any](key **T, value T) {
	if *key == nil {
		*key = &value
	}
}

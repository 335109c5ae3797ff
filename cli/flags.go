package cli

import (
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/scenario/spec"
)

// scenarioFlag is a flag that stands for a key of a scenario file, and overrides it.
type scenarioFlag struct {
	name, short string
	// path is the key, in every pool if it is one of a pool. What it is, its range and its
	// default are those of the key.
	path string
	// doc is what it is, where that is not the doc of the key.
	doc string
	use flagUse
}

type flagUse uint8

const (
	// hours: a bare number counts hours.
	hours flagUse = 1 << iota
	// hidden: another spelling, kept for those who know it.
	hidden
)

// flagGroup is what --help shows together.
type flagGroup struct {
	title string
	flags []scenarioFlag
}

// scenarioGroups are the flags of every command that runs a scenario.
var scenarioGroups = []flagGroup{
	{"What to run", []scenarioFlag{
		{"policies", "p", "policies", "Policies to compare, with parameters as in fallback:after=3 (see tessera policies; default greedy, fallback and ondemand, of a service or a job all that are for it).", 0},
		{"seed", "", "seed", "", 0},
		{"duration", "d", "duration", "", hours},
		{"max-instances", "", "max_instances", "", 0},
		{"drain", "", "drain", "", 0},
		{"lower-bound", "", "lower_bound", "", 0},
	}},
	{"Market", []scenarioFlag{
		{"capacity", "", "market.pools[*].capacity.files", "Files, archives or folders of recorded spot capacity; each series becomes a zone, with its prices if it has some. The numbers are read as instances available, unless --polarity says otherwise (default none).", 0},
		{"polarity", "", "market.pools[*].capacity.polarity", "", 0},
		{"gap", "", "market.pools[*].capacity.gap", "", 0},
		{"window", "", "market.pools[*].capacity.window", "Take only the files of --capacity that are called so, as 3 takes 3.json of each folder or archive.", 0},
		{"start", "", "market.start", "", hours},
		{"zone", "", "market.pools[*].zone", "", 0},
		{"zones", "", "market.pools[*].zone", "How many zones to make up.", hidden},
		{"spot-price", "", "market.pools[*].price.mean", "", 0},
		{"ondemand-price", "", "market.pools[*].on_demand", "", 0},
		{"prices", "", "market.pools[*].price.files", "", 0},
		{"prices-start", "", "market.start", "Where in --prices to begin, if --start is only for --capacity.", hidden},
		{"instance-type", "", "market.pools[*].instance_type", "", 0},
		{"product", "", "market.pools[*].price.product", "", 0},
		{"price-model", "", "market.pools[*].price.model", "", 0},
		{"preemption", "", "market.pools[*].preemption.model", "", 0},
		{"correlation", "", "market.pools[*].preemption.correlation", "", 0},
		{"bid", "", "market.pools[*].preemption.bid", "", 0},
		{"provisioning", "", "market.pools[*].provisioning.mean", "The mean time from the grant of an instance until it is ready.", 0},
		{"notice", "", "market.pools[*].notice.lead", "", 0},
		{"notice-probability", "", "market.pools[*].notice.probability", "", 0},
		{"rebalance", "", "market.pools[*].notice.rebalance", "", 0},
	}},
	{"Tasks", []scenarioFlag{
		{"tasks", "t", "workload.tasks", "", 0},
		{"task-file", "", "workload.file", "", 0},
		{"batch-policy", "", "service.batch_policy", "", 0},
	}},
	{"Job", []scenarioFlag{
		{"work", "", "job.work", "", hours},
		{"deadline", "", "job.deadline", "", hours},
		{"restart-overhead", "", "job.restart_overhead", "", hours},
		{"transfer", "", "job.transfer", "", hours},
		{"egress", "", "job.egress", "", 0},
		{"checkpoint-gb", "", "job.checkpoint_gb", "", 0},
		{"guarantee", "", "job.guarantee", "", 0},
	}},
	{"Service", []scenarioFlag{
		{"replicas", "", "service.replicas", "", 0},
		{"extra", "", "service.extra", "", 0},
		{"gang", "", "service.gang", "", 0},
		{"cold-start", "", "service.load.mean", "From a launch until the replica answers: --provisioning, 0s unless it is given too, and then the load (default 3m; 2m of tessera service).", 0},
		{"every", "", "service.every", "", 0},
		{"on-warning", "", "service.on_warning", "", 0},
	}},
	{"Requests of the service", []scenarioFlag{
		{"requests", "", "service.requests.process", "Which requests come in: poisson:rate=0.15/s, gamma:rate=5/s,cv=4, counts:FILE,bin=60s, azure:FILE or mooncake:FILE.", 0},
		{"service-time", "", "service.service_time", "", 0},
		{"open", "", "service.requests.opens", "", 0},
		{"concurrency", "", "service.concurrency", "", 0},
		{"timeout", "", "service.timeout", "", 0},
		{"retries", "", "service.retries", "", 0},
		{"retry-delay", "", "service.retry_delay", "", 0},
		{"balancer", "", "service.balancer", "", 0},
		{"sync", "", "service.sync", "", 0},
		{"autoscale", "", "service.autoscale", "", 0},
		{"rtt", "", "service.round_trip", "", 0},
	}},
}

// otherSpellings are names that flags had before, or have in the simulators that users come
// from.
var otherSpellings = map[string]string{
	"availability":           "capacity",
	"task-duration-hours":    "work",
	"deadline-hours":         "deadline",
	"restart-overhead-hours": "restart-overhead",
	"env-start-hours":        "start",
	"checkpoint-size-gb":     "checkpoint-gb",
	"strategy":               "policies",
}

// scenarioFlags are the flags that say what is to be simulated.
type scenarioFlags struct {
	set []string
	// unavailable are files of --trace-file, the published simulator's name for series in
	// which 1 is unavailable.
	unavailable []string
}

func (s *scenarioFlags) add(f *pflag.FlagSet) {
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if ours, ok := otherSpellings[name]; ok {
			name = ours
		}
		return pflag.NormalizedName(name)
	})
	for _, g := range scenarioGroups {
		for _, row := range g.flags {
			added := f.VarPF(newKeyValue(row), row.name, row.short, row.usage())
			added.Hidden = row.use&hidden != 0
			if added.Value.Type() == "bool" {
				added.NoOptDefVal = "true"
			}
		}
	}
	f.StringSliceVar(&s.unavailable, "trace-file", nil, "--capacity with --polarity unavailable")
	f.Lookup("trace-file").Hidden = true
	f.StringArrayVar(&s.set, "set", nil, "Set any key of a scenario file, as in `key=value` market.pools[0].price.spread=0.2 (see docs/scenario.md).")
}

// key returns the key that the flag stands for.
func (r scenarioFlag) key() *spec.Key {
	k := spec.Root().At(r.path)
	if k == nil {
		panic("cli: --" + r.name + " stands for no key: " + r.path)
	}
	return k
}

func (r scenarioFlag) usage() string {
	if r.doc != "" {
		return r.doc
	}
	return r.key().Doc
}

// Package spec is a scenario as users write it: a YAML or JSON file, flags, the environment.
//
// The one idea to hold: whatever is said, wherever, becomes one tree of values that know
// where they come from (Tree). The tree is decoded into a File, the File makes the
// scenario.Scenario that runs, and every problem on the way is put back to where it came
// from. A new key is a field of File or below: the reader, the JSON Schema, the reference
// page and the commented scenario of tessera init are made from its type and tags.
package spec

import (
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/workload"
)

// Version is what the key schema says.
const Version = "tessera/v1"

// File is a whole scenario.
//
// A pointer is a key whose default depends on other keys: nil until fill. The tags: key is
// the name in the file, doc what it is, unit what a plain number counts, range what it may
// be, choice the list of words it is one of, default what a pointer is by default. The field
// tagged params has the parameters of all models of a kind, as package market declares them,
// each a key; what it does not have is to be filled.
type File struct {
	Schema       string         `key:"schema" doc:"The version of this format." choice:"version"`
	Name         string         `key:"name" doc:"A name of your own for the scenario."`
	Seed         uint64         `key:"seed" unit:"number" range:"[0, 18446744073709551615]" doc:"Seed of all randomness. The same seed gives the same results, to the byte."`
	Duration     *time.Duration `key:"duration" range:"(0s, 87600h]" default:"48h; of a job until the end of its recorded capacity, without any its deadline" doc:"How long to simulate. Tasks arrive in this time; what is unfinished at its end is cut off unless drain is set."`
	Drain        bool           `key:"drain" doc:"Run on until every task is done, for at most 25 durations."`
	MaxInstances int            `key:"max_instances" unit:"instances" range:">= 0" doc:"Most instances a policy may hold at a time; 0 is no limit."`
	Market       Market         `key:"market" doc:"What the provider sells."`
	Workload     Workload       `key:"workload" doc:"What is to be done: tasks made up, or those of a file."`
	Job          Job            `key:"job" doc:"One long task with a deadline, instead of tasks. It runs in one pool at a time, begins in the first, decides at the ticks of their capacity (every 10m if none is recorded) and loses no progress. The policies are then for jobs. Of its pools what is not said is as in the published evaluation: $3.06/h on demand, a constant $0.9731/h on spot, ready at once, preempted without warning and only for lack of capacity, billed by whole ticks."`
	Service      Service        `key:"service" doc:"A service of replicas that answer requests, beside the tasks if there are any. The policies are then for services."`
	Policies     []Policy       `key:"policies" doc:"The policies to compare, one run each: a name with parameters as in fallback:after=3, or a mapping of name and parameters. Without any, of a service all that are for services, of a job all that are for jobs, in several pools those that move between them."`
	LowerBound   *bool          `key:"lower_bound" default:"true of a job, else false" doc:"Work out the lowest possible cost beside each run: of a job the exact optimum, of a service a lower bound at the same availability, which takes longer than the run. Needs prices and capacity that are known before the run."`
}

// Market is what the provider sells.
type Market struct {
	Start *Start `key:"start" default:"the first instant at which all recorded prices are known" range:"where all recorded series are known" doc:"Where in the recorded series the run begins: an instant, or an offset from where all of them are known."`
	Pools []Pool `key:"pools" doc:"The capacity pools, each an instance type in a zone. What a pool leaves out is as in the default pool."`
}

// Pool is a capacity pool, or with price files one for each zone in them.
type Pool struct {
	Region       *string      `key:"region" default:"synthetic; with price files every region in them" doc:"The region; with price files it chooses among theirs."`
	Zones        []string     `key:"zone" range:"any texts, each once" default:"synthetic-a; with price or capacity files every zone in them, each a pool" doc:"The zone, or several, each of which becomes a pool; with price or capacity files they are chosen among theirs, in this order."`
	InstanceType *string      `key:"instance_type" default:"generic; with price files the one type in them" doc:"The instance type; with price files it chooses among theirs."`
	OnDemand     cloud.Price  `key:"on_demand" default:"$1/h; of a job $3.06/h" range:"($0/h, $10000/h]" doc:"The on-demand price."`
	Price        Price        `key:"price" doc:"The spot price."`
	Capacity     Capacity     `key:"capacity" doc:"How many spot instances the pool can hold: any number unless count, file or files is given. A drop preempts the excess, the newest first."`
	Preemption   Preemption   `key:"preemption" doc:"When spot instances are preempted."`
	Provisioning Distribution `key:"provisioning" doc:"The time from the grant of an instance until it is ready, drawn for each; of a job 0s."`
	Notice       Notice       `key:"notice" doc:"The warning before a preemption."`
	Billing      Billing      `key:"billing" doc:"The provider's rule for the bill of an instance."`

	RoundTrip time.Duration `key:"round_trip" range:"[0s, 87600h]" doc:"The time of the network to a replica here and back, which counts in the latency of an answer (service)."`
}

// Price is how the spot price of a pool moves: made up by a model, or recorded.
type Price struct {
	Files   []Path        `key:"files" range:"existing files" doc:"Recorded prices: JSON of aws ec2 describe-spot-price-history, or CSV; several files make one history."`
	Product *string       `key:"product" default:"the one product in the files, or Linux/UNIX" doc:"The product in the files."`
	Model   *string       `key:"model" choice:"price" default:"ou; trace with files; of a job or with capacity files constant" doc:"How the price moves."`
	Params  market.Params `params:"price"`
}

// Capacity is how many spot instances a pool can hold.
type Capacity struct {
	Count    *int           `key:"count" unit:"instances" range:"[0, 1000000]" default:"any number" doc:"A fixed capacity."`
	File     *Path          `key:"file" range:"an existing file" default:"none" doc:"A recorded series of spot availability. Of several series in it, the one of the pool's zone and instance type is taken. Warnings come before its drops, so that instances end when it says."`
	Files    []Path         `key:"files" range:"existing files or folders" doc:"Recorded series, each of which becomes a pool of a zone, with its prices if it has some. A job takes its ticks from them."`
	Window   *string        `key:"window" default:"all of them" range:"any text" doc:"Take only the files of this name: 3 takes the file 3.json of each folder or archive."`
	Polarity *string        `key:"polarity" choice:"polarity" default:"none: it is never guessed" doc:"What the numbers of the file mean: instances available, 1 for any number, 1 for none, or as in a published data set. Files that say it themselves need none."`
	Gap      *time.Duration `key:"gap" range:">= 1ns" default:"what the file declares" doc:"Time between the ticks of the file."`
	Offset   *time.Duration `key:"offset" range:">= 0s" default:"that of market.start, 0s if that is an instant and the series has no dates" doc:"Where in the series the run begins."`
}

// Preemption is when the spot instances of a pool are preempted.
type Preemption struct {
	Model  string        `key:"model" choice:"preemption" default:"hazard; of a job or with capacity files none" doc:"What preempts instances."`
	Params market.Params `params:"preemption"`
}

// Distribution is one of durations.
type Distribution struct {
	Shape string        `key:"shape" choice:"shape" doc:"The family of the distribution."`
	Mean  time.Duration `key:"mean" range:">= 0s" doc:"The mean."`
	CV    *float64      `key:"cv" unit:"number" range:"(0, 10]" default:"0.6 if lognormal" doc:"Standard deviation over mean (lognormal)."`
}

// Notice is the warning before a preemption.
type Notice struct {
	Lead        time.Duration `key:"lead" default:"2m; of a job 0s" range:">= 0s" doc:"Time from the provider's decision to the end of the instance, warned or not."`
	Probability Share         `key:"probability" range:"[0, 1]" doc:"The chance that the warning reaches the policy."`
	Rebalance   time.Duration `key:"rebalance" range:">= 0s" doc:"How much sooner than the warning the recommendation to replace the instance comes, by the same chance; the end comes that much later too. 0s gives none."`
}

// Billing is a provider's rule for the bill of an instance.
type Billing struct {
	Granularity   *time.Duration `key:"granularity" range:">= 1ns" default:"1s; of a job its tick" doc:"Billed time is rounded up to a multiple of this."`
	Minimum       *time.Duration `key:"minimum" range:">= 0s" default:"1m; of a job 0s" doc:"Billed at least, once the bill has begun."`
	Since         string         `key:"since" choice:"since" doc:"Whether the bill begins when the instance is ready or at its launch."`
	Basis         string         `key:"basis" choice:"basis" doc:"Whether spot is billed at the moving price or at the price at launch."`
	FirstHourFree bool           `key:"first_hour_free" doc:"Waive the bill of a spot instance that the provider takes within an hour."`
}

// Workload is what is to be done.
type Workload struct {
	File            *Path               `key:"file" range:"an existing file" default:"none" doc:"Take the tasks from this CSV or JSON Lines file (id, arrival, work, deadline) instead of made-up ones."`
	Tasks           *int                `key:"tasks" unit:"tasks" range:"[0, 100000000]" default:"100; with a file those in it; beside a service 0" doc:"How many tasks to make up."`
	Arrivals        string              `key:"arrivals" choice:"arrivals" doc:"How made-up tasks arrive."`
	Over            *time.Duration      `key:"over" range:">= 1ns" default:"duration" doc:"The time in which made-up tasks arrive, from the beginning of the run."`
	Work            Distribution        `key:"work" doc:"How long a made-up task needs an instance, drawn for each."`
	RestartOverhead time.Duration       `key:"restart_overhead" range:">= 0s" doc:"Time without progress each time a task starts again after an interruption; in a file of tasks, of those that do not say."`
	Checkpoint      workload.Checkpoint `key:"checkpoint" range:">= 0s" doc:"A task saves its state after so much progress; continuous loses nothing to an interruption, none everything; in a file of tasks, of those that do not say."`
}

// Job is one long task with a deadline.
type Job struct {
	Work            time.Duration `key:"work" range:"[0s, 87600h]" doc:"How long the job takes in all, without overheads; 0s is no job."`
	Deadline        time.Duration `key:"deadline" range:"[work and restart_overhead, duration]" doc:"By when it must be done."`
	RestartOverhead time.Duration `key:"restart_overhead" range:">= 0s" doc:"Time without progress at every start."`
	Guarantee       string        `key:"guarantee" choice:"guarantee" doc:"The engine's rule for the deadline: strict is correct, peer the published one with its defect."`
	Billing         string        `key:"billing" choice:"job billing" doc:"Whether every tick is billed where it ran (own), or as the published multi-region simulator does, all at the first price where the job ends, with free moves (peer)."`
	Transfer        time.Duration `key:"transfer" range:">= 0s" doc:"Time that a move to another region adds to the restart overhead."`
	Egress          *Path         `key:"egress" range:"an existing file" default:"none" doc:"A CSV file of what a GB costs from one region to another (from_region, to_region, price_usd_per_gb)."`
	CheckpointGB    *float64      `key:"checkpoint_gb" unit:"GB" range:"(0, 1000000]" default:"none" doc:"Size of the checkpoint that a move takes along; needed with egress."`
}

// Service is a service of replicas, and the requests it answers.
type Service struct {
	Replicas    int           `key:"replicas" unit:"replicas" range:"[0, 100000]" doc:"How many replicas are wanted ready, with autoscale to begin with; 0 is no service."`
	Extra       int           `key:"extra" unit:"replicas" range:"[0, 100000]" doc:"How many spot replicas more are held in reserve; more is safer and more expensive."`
	Gang        int           `key:"gang" unit:"instances" range:"[1, 1000]" doc:"How many instances, all in one pool, make one replica; when one is lost the others are given back."`
	Load        Distribution  `key:"load" doc:"The second part of a cold start: the time from when the instances of a replica run until it answers, drawn for each. The first is the provisioning of the pool."`
	Every       time.Duration `key:"every" range:"above 0s, at most 5e7 instances asked for in a run" doc:"The control interval: time between two plans of a policy for its replicas."`
	OnWarning   string        `key:"on_warning" choice:"warning" doc:"What is done with a replica that the provider warns of: nothing, or another is launched at the notice, or at the rebalance recommendation."`
	BatchPolicy TaskPolicy    `key:"batch_policy" doc:"The policy of the tasks beside the service."`
	Requests    Requests      `key:"requests" doc:"The requests that arrive, whatever the answers to those before."`
	ServiceTime ServiceTime   `key:"service_time" doc:"How long a replica takes for a request: exponential:mean=10s, constant:mean=2s, lognormal:mean=10s,cv=1, or of the requests of a log tokens:input=0.2ms,output=20ms,base=0s."`
	Concurrency int           `key:"concurrency" unit:"requests" range:"[1, 1000000]" doc:"How many requests a replica works on at once; others wait at it."`
	Timeout     time.Duration `key:"timeout" range:"[0s, 87600h]" doc:"How long after its arrival a request fails; 0s is never."`
	Retries     Retries       `key:"retries" range:">= 0 or unlimited" doc:"How often a request that lost its replica is sent again."`
	RetryDelay  time.Duration `key:"retry_delay" range:"[1ms, 87600h]" doc:"How long a client waits before that."`
	Balancer    string        `key:"balancer" choice:"balancer" doc:"How requests are spread over the replicas."`
	Sync        time.Duration `key:"sync" range:"[0s, 87600h]" doc:"Time after which the balancer learns anew which replicas are ready; 0s lets it know at once, as one-queue always does."`
	RoundTrip   []RoundTrip   `key:"round_trip" doc:"The time of the network to replicas in a region or zone and back, which counts in the latency of an answer, as us-east-1=12ms; a zone goes before its region, and both before round_trip of the pool."`
	Autoscale   *Autoscale    `key:"autoscale" default:"none: the target stays" doc:"Moves the target with the rate of requests, as in qps=0.05,min=1,max=10,window=60s,up=300s,down=1200s: requests a second for each replica, bounds, the time over which the rate is taken, and how long it must stay above or below."`
}

// Requests are the requests that arrive.
type Requests struct {
	Process string         `key:"process" choice:"requests" doc:"How they arrive."`
	Rate    *PerSecond     `key:"rate" range:"above 0/s, at most 1e7 within the timeout and 2e9 in a run" default:"none: poisson and gamma need it" doc:"How many arrive on average (poisson, gamma)."`
	CV      float64        `key:"cv" unit:"number" range:"[0.01, 100]" doc:"Standard deviation of the time between two over its mean (gamma): 1 is poisson, more comes in bursts."`
	File    *Path          `key:"file" range:"an existing file" default:"none: counts, azure and mooncake need it" doc:"Where they are recorded (counts, azure, mooncake)."`
	Bin     time.Duration  `key:"bin" range:">= 1ns" doc:"The time that each line of the file counts (counts)."`
	Opens   *time.Duration `key:"opens" range:"[0s, the end of the run)" default:"after the longest cold start" doc:"When the first may arrive; recorded times count from then."`
}

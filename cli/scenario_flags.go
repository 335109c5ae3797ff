package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
)

// scenarioFlags are the flags that say what is to be simulated. Each stands for a key of a
// scenario file (flagKeys), and overrides it.
type scenarioFlags struct {
	duration     hoursValue
	policies     []string
	tasks        countValue
	taskFile     string
	spot         dollarsValue
	onDemand     dollarsValue
	bid          dollarsValue
	seed         uint64
	prices       []string
	selection    scenario.Selection
	start        string
	maxInstances countValue
	drain        bool
	priceModel   *choiceValue
	preemption   *choiceValue
	correlation  *choiceValue
	set          []string
}

func newScenarioFlags() scenarioFlags {
	return scenarioFlags{
		duration:    hoursValue(scenario.DefaultDuration),
		spot:        dollarsValue(cloud.PerHour(0.30)),
		onDemand:    dollarsValue(cloud.PerHour(1.00)),
		tasks:       scenario.DefaultTasks,
		priceModel:  choice("ou", syntheticPrices()...),
		preemption:  choice("hazard", preemptions()...),
		correlation: choice(string(market.Inverse), string(market.Inverse), string(market.Direct)),
	}
}

func syntheticPrices() (names []string) {
	for _, m := range market.PriceModels() {
		if m.Name != "trace" {
			names = append(names, m.Name)
		}
	}
	return names
}

func preemptions() (names []string) {
	for _, m := range market.PreemptionModels() {
		names = append(names, m.Name)
	}
	return names
}

func (s *scenarioFlags) add(f *pflag.FlagSet) {
	f.VarP(&s.duration, "duration", "d", "how long to simulate, a number of hours or a duration like 90m")
	f.StringSliceVarP(&s.policies, "policies", "p", []string{"greedy", "fallback", "ondemand"}, "policies to compare, with parameters as in fallback:after=3 (see tessera policies)")
	f.VarP(&s.tasks, "tasks", "t", "how many tasks arrive over the duration")
	f.StringVar(&s.taskFile, "task-file", "", "take the tasks from this CSV or JSONL `file` instead (id, arrival, work, deadline)")
	f.Var(&s.spot, "spot-price", "what the spot price reverts to")
	f.Var(&s.onDemand, "ondemand-price", "the on-demand price")
	f.Uint64Var(&s.seed, "seed", scenario.DefaultSeed, "seed of all randomness")
	f.StringSliceVar(&s.prices, "prices", nil, "real spot prices: JSON of aws ec2 describe-spot-price-history, or CSV; several `files` make one history")
	f.StringVar(&s.selection.InstanceType, "instance-type", "", "the instance type in --prices, if there are several")
	f.StringVar(&s.selection.Zone, "zone", "", "the one zone of --prices to use; every zone is a pool without it")
	f.StringVar(&s.selection.Product, "product", "", "the product in --prices, if there are several (default Linux/UNIX)")
	f.StringVar(&s.start, "start", "", "the `instant` of --prices at which to begin, RFC 3339 (default the first at which all prices are known)")
	f.Var(&s.maxInstances, "max-instances", "most instances a policy may hold at a time; 0 is no limit")
	f.BoolVar(&s.drain, "drain", false, "run on until every task is done")
	f.Var(s.priceModel, "price-model", "how synthetic spot prices move")
	f.Var(s.preemption, "preemption", "how spot instances are preempted")
	f.Var(s.correlation, "correlation", "hazard: are cheap (inverse) or dear (direct) hours the dangerous ones")
	f.Var(&s.bid, "bid", "bid: the most you pay for spot (default the on-demand price)")
	f.StringArrayVar(&s.set, "set", nil, "set any key of a scenario file, as in `key=value` market.pools[0].price.spread=0.2 (see docs/scenario.md)")
}

// flagKeys are the keys that the flags stand for: in every pool, if it is one of a pool.
var flagKeys = []struct{ flag, path string }{
	{"duration", "duration"},
	{"policies", "policies"},
	{"tasks", "workload.tasks"},
	{"task-file", "workload.file"},
	{"spot-price", "market.pools[*].price.mean"},
	{"ondemand-price", "market.pools[*].on_demand"},
	{"seed", "seed"},
	{"prices", "market.pools[*].price.files"},
	{"instance-type", "market.pools[*].instance_type"},
	{"zone", "market.pools[*].zone"},
	{"product", "market.pools[*].price.product"},
	{"start", "market.start"},
	{"max-instances", "max_instances"},
	{"drain", "drain"},
	{"price-model", "market.pools[*].price.model"},
	{"preemption", "market.pools[*].preemption.model"},
	{"correlation", "market.pools[*].preemption.correlation"},
	{"bid", "market.pools[*].preemption.bid"},
}

// resolve makes the scenario of the file, if there is one, with what the environment and
// the flags say over it.
func (s *scenarioFlags) resolve(cmd *cobra.Command, file string) (*spec.Resolved, error) {
	variables, err := readEnvironment(cmd.Flags())
	if err != nil {
		return nil, usageError{err}
	}
	overrides, err := s.overrides(cmd.Flags(), variables)
	if err != nil {
		return nil, usageError{err}
	}
	resolved, err := spec.Load(file, cmd.InOrStdin(), overrides)
	var problems spec.Problems
	switch {
	case errors.As(err, &problems) && problems.Usage():
		return nil, usageError{err}
	case err != nil:
		return nil, inputError{err}
	}
	return resolved, s.needPrices(cmd.Flags(), variables, resolved)
}

// overrides returns what the environment says, then the flags, then --set.
func (s *scenarioFlags) overrides(flags *pflag.FlagSet, variables map[string]string) ([]spec.Override, error) {
	var weak, strong []spec.Override
	for _, k := range flagKeys {
		f := flags.Lookup(k.flag)
		if f.Changed {
			origin := spec.Origin{Source: spec.FromFlag, Name: "--" + f.Name}
			strong = append(strong, spec.Override{Path: k.path, Value: flagTree(f, origin)})
		} else if name := variables[f.Name]; name != "" {
			origin := spec.Origin{Source: spec.FromEnvironment, Name: name}
			weak = append(weak, spec.Override{Path: k.path, Value: flagTree(f, origin)})
		}
	}
	all := append(weak, strong...)
	var errs []error
	for _, text := range s.set {
		path, value, ok := strings.Cut(text, "=")
		tree, err := spec.Parse(value, spec.Origin{Source: spec.FromFlag, Name: "--set", Set: true})
		if !ok || err != nil {
			errs = append(errs, fmt.Errorf("--set %s: must be key=value, as in market.pools[0].price.spread=0.2", text))
			continue
		}
		all = append(all, spec.Override{Path: path, Value: tree})
	}
	return all, errors.Join(errs...)
}

// flagTree returns the value of a flag as a scenario file has it.
func flagTree(f *pflag.Flag, origin spec.Origin) *spec.Tree {
	switch v := f.Value.(type) {
	case *hoursValue:
		return spec.Text(spec.FormatDuration(time.Duration(*v)), origin)
	case *dollarsValue:
		return spec.Text(cloud.Price(*v).String(), origin)
	case pflag.SliceValue:
		return spec.Texts(v.GetSlice(), origin)
	}
	return spec.Text(f.Value.String(), origin)
}

// needPrices refuses flags that choose from recorded prices where there are none.
func (s *scenarioFlags) needPrices(flags *pflag.FlagSet, variables map[string]string, r *spec.Resolved) error {
	for _, p := range r.File.Market.Pools {
		if p.Price.Files != nil {
			return nil
		}
	}
	var errs []error
	for _, name := range []string{"instance-type", "zone", "product", "start"} {
		if flags.Changed(name) || variables[name] != "" {
			errs = append(errs, fmt.Errorf("--%s: needs --prices", name))
		}
	}
	if errs != nil {
		return usageError{errors.Join(errs...)}
	}
	return nil
}

// readEnvironment sets the flags that are not on the command line from the environment,
// --seed from TESSERA_SEED, and returns the names of the variables it took.
func readEnvironment(flags *pflag.FlagSet) (variables map[string]string, err error) {
	variables = map[string]string{}
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "TESSERA_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		text, said := os.LookupEnv(name)
		if !said || f.Changed || f.Name == "help" || f.Name == "set" {
			return
		}
		if err := f.Value.Set(text); err != nil {
			errs = append(errs, fmt.Errorf("%s=%q: %w", name, text, err))
			return
		}
		variables[f.Name] = name
	})
	return variables, errors.Join(errs...)
}

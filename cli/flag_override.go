package cli

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/sweep"
	"github.com/bobby-math/tessera/workload"
)

// resolve makes the scenario of the file, or preset, if there is one, with what the
// environment and the flags say over it.
func (s *scenarioFlags) resolve(cmd *cobra.Command, file string) (*spec.Resolved, error) {
	overrides, wrong := s.overrides(cmd.Flags())
	resolved, err := spec.Load(file, cmd.InOrStdin(), overrides)
	if wrong != nil {
		return nil, usageError{errors.Join(wrong, err)}
	}
	if err != nil {
		return nil, loadError(err)
	}
	if err := unused(cmd.Flags(), resolved.Scenario, file); err != nil {
		return nil, usageError{err}
	}
	return resolved, nil
}

// loadError tells mistakes on the command line from those in files.
func loadError(err error) error {
	var problems spec.Problems
	var usage sweep.UsageError
	if errors.As(err, &usage) {
		return usageError{err}
	}
	if errors.As(err, &problems) && problems.Usage() {
		return usageError{named(problems)}
	}
	return inputError{err}
}

// named returns problems with the flag of each key that nobody said.
func named(problems spec.Problems) spec.Problems {
	for i, p := range problems {
		path := anyIndex.ReplaceAllString(p.Path, "[*]")
		for _, g := range scenarioGroups {
			for _, row := range g.flags {
				if p.Where.Source == spec.Default && row.path == path && row.use&hidden == 0 {
					problems[i].Where = spec.Origin{Source: spec.FromFlag, Name: "--" + row.name}
				}
			}
		}
	}
	return problems
}

var anyIndex = regexp.MustCompile(`\[\d+\]`)

// overrides returns what the environment says, then the flags, then --set.
func (s *scenarioFlags) overrides(flags *pflag.FlagSet) ([]spec.Override, error) {
	variables, err := readEnvironment(flags)
	errs := []error{err}
	var weak, strong []spec.Override
	for _, g := range scenarioGroups {
		for _, row := range g.flags {
			f := flags.Lookup(row.name)
			variable := variables[row.name]
			if !f.Changed && variable == "" {
				continue
			}
			origin := spec.Origin{Source: spec.FromFlag, Name: "--" + row.name}
			if !f.Changed {
				origin = spec.Origin{Source: spec.FromEnvironment, Name: variable}
			}
			if row.name == "capacity" { // it is how many instances a zone holds, unless anything says otherwise
				polarity := spec.Override{Path: "market.pools[*].capacity.polarity", Value: spec.Text("available", origin)}
				weak = append([]spec.Override{polarity}, weak...)
			}
			list, err := s.override(flags, row, f.Value.(*keyValue), origin)
			if errs = append(errs, err); f.Changed {
				strong = append(strong, list...)
			} else {
				weak = append(weak, list...)
			}
		}
	}
	all := append(weak, strong...)
	if s.unavailable != nil {
		all = append(all, s.traceFile(flags)...)
		if flags.Changed("capacity") {
			errs = append(errs, errors.New("--capacity and --trace-file: use one of them"))
		}
	}
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

// traceFile is --capacity as the published simulator has it, where 1 is unavailable.
func (s *scenarioFlags) traceFile(flags *pflag.FlagSet) []spec.Override {
	origin := spec.Origin{Source: spec.FromFlag, Name: "--trace-file"}
	all := []spec.Override{{Path: "market.pools[*].capacity.files", Value: spec.Texts(s.unavailable, origin)}}
	if !flags.Changed("polarity") {
		all = append(all, spec.Override{Path: "market.pools[*].capacity.polarity", Value: spec.Text("unavailable", origin)})
	}
	return all
}

// override returns what a flag sets: its key, or what else a flag with a form of its own means.
func (s *scenarioFlags) override(flags *pflag.FlagSet, row scenarioFlag, v *keyValue, origin spec.Origin) ([]spec.Override, error) {
	text := v.String()
	set := func(path, value string) spec.Override {
		return spec.Override{Path: path, Value: spec.Text(value, origin)}
	}
	switch row.name {
	case "zones":
		return madeUpZones(row.path, text, origin)
	case "window":
		if d, err := time.ParseDuration(text); err == nil && text != "0" {
			return []spec.Override{set("duration", spec.FormatDuration(d))}, nil
		}
	case "tasks":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return []spec.Override{set("workload.file", text)}, nil
		}
	case "start":
		if flags.Lookup("prices-start").Changed {
			row.path = "market.pools[*].capacity.offset"
		}
	case "requests":
		return requestOverrides(text, set)
	case "cold-start":
		return coldStart(flags, text, set)
	}
	return []spec.Override{{Path: row.path, Value: v.tree(origin)}}, nil
}

// madeUpZones are the zones that a number stands for.
func madeUpZones(path, text string, origin spec.Origin) ([]spec.Override, error) {
	const most = 1000
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return nil, fmt.Errorf("--zones %s: must be a whole number in [1, %d]", text, most)
	}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("synthetic-%d", i+1)
	}
	return []spec.Override{{Path: path, Value: spec.Texts(names, origin)}}, nil
}

// requestOverrides takes a text like gamma:rate=5/s,cv=4 or counts:FILE,bin=60s apart.
func requestOverrides(text string, set func(path, value string) spec.Override) ([]spec.Override, error) {
	process, rest, _ := strings.Cut(text, ":")
	all := []spec.Override{set("service.requests.process", process)}
	if workload.FindRequestForm(process).Recorded {
		if at := strings.LastIndex(rest, ",bin="); at >= 0 {
			all = append(all, set("service.requests.bin", rest[at+len(",bin="):]))
			rest = rest[:at]
		}
		return append(all, set("service.requests.file", rest)), nil
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "rate" || name == "cv":
			all = append(all, set("service.requests."+name, value))
		case rest != "":
			return nil, fmt.Errorf("--requests %q: %s must be rate=... or cv=..., as in gamma:rate=5/s,cv=4", text, part)
		}
	}
	return all, nil
}

// coldStart takes a cold start apart: what the provisioning leaves of it is the load.
func coldStart(flags *pflag.FlagSet, text string, set func(path, value string) spec.Override) ([]spec.Override, error) {
	first := flags.Lookup("provisioning").Value.String()
	if first == "" {
		first = "0s"
	}
	whole, err := time.ParseDuration(text)
	provisioning, err2 := time.ParseDuration(first)
	if err := errors.Join(err, err2); err != nil || whole < provisioning || provisioning < 0 {
		return nil, fmt.Errorf("--cold-start %s: must be a duration of at least --provisioning %s, its first part, and that at least 0s", text, first)
	}
	return []spec.Override{
		set("market.pools[*].provisioning.mean", spec.FormatDuration(provisioning)),
		set("service.load.mean", spec.FormatDuration(whole-provisioning)),
	}, nil
}

// unused refuses flags that nothing in the scenario takes, and a scenario without the work that
// its preset is for.
func unused(flags *pflag.FlagSet, s *scenario.Scenario, preset string) error {
	var errs []error
	if preset == "service" && s.Service == nil {
		errs = append(errs, errors.New("--replicas 0: must be in [1, 100000]; tessera run does without a service"))
	}
	if preset == "job" && s.Job == nil {
		errs = append(errs, errors.New("--work 0: must be positive; tessera run does without a job"))
	}
	needs := func(has bool, what string, names ...string) {
		for _, name := range names {
			if !has && flags.Changed(name) {
				errs = append(errs, fmt.Errorf("--%s: needs %s", name, what))
			}
		}
	}
	model := func(name string) bool {
		return slices.ContainsFunc(s.Pools, func(p market.Pool) bool { return p.Preemption.Model == name })
	}
	service := s.Service
	needs(service != nil && service.Requests != nil, "--requests",
		"service-time", "open", "concurrency", "timeout", "retries", "retry-delay", "balancer", "sync", "rtt")
	needs(service != nil && s.Workload.Tasks > 0, "tasks beside a service", "batch-policy")
	needs(model("bid"), "--preemption bid", "bid")
	needs(model("hazard"), "--preemption hazard", "correlation")
	if service != nil && service.Rules.OnWarning == scheduler.HeedRebalance {
		rebalance := slices.ContainsFunc(s.Pools, func(p market.Pool) bool { return p.Notice.Rebalance > 0 })
		needs(rebalance, "--rebalance, or no recommendation comes; notice heeds the notices alone", "on-warning")
	}
	return errors.Join(errs...)
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
		if variables[f.Name] = name; f.Annotations["set"] != nil {
			return // before
		}
		f.Annotations = map[string][]string{"set": {name}}
		if err := f.Value.Set(text); err != nil {
			errs = append(errs, fmt.Errorf("%s=%q: %w", name, text, err))
		}
	})
	return variables, errors.Join(errs...)
}

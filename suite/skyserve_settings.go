package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/workload"
)

// serviceSetting is a policy with what is varied of the service.
type serviceSetting struct {
	spec        scheduler.Spec
	extra, cold int
}

// publishedPolicies are the policies of the artifact by its names for policy and fallback,
// with the pairs of extra and cold start in which it runs them.
var publishedPolicies = []struct {
	policy, fallback string
	spec             scheduler.Spec
	settings         [][2]int
}{
	{"OnDemand", "OnDemand", mustParse("ondemand"), [][2]int{{0, 4}}},
	{"NaiveSpread", "StaticSpotProvision", mustParse("even-spread:sees=late"), [][2]int{{0, 4}, {1, 4}}},
	{"RoundRobin", "StaticSpotProvision", mustParse("round-robin:sees=late"), [][2]int{{0, 4}, {1, 4}}},
	{"SpotHedge", "StaticSpotProvision", mustParse("spothedge:variant=artifact:fallback=none"), [][2]int{{1, 4}}},
	{"SpotHedge", "SpotFailoverNoSafety", mustParse("spothedge:variant=artifact"), likeSpotHedge},
}

// likeSpotHedge are the settings in which SpotHedge is published.
var likeSpotHedge = [][2]int{{0, 2}, {0, 4}, {0, 8}, {1, 2}, {1, 4}, {1, 8}, {2, 2}, {2, 4}, {2, 8}}

// publishedService returns the artifact's names for a policy; of another its own, with the
// parameters that are not the default, and no fallback.
func publishedService(policy string) (name, fallback string) {
	for _, p := range publishedPolicies {
		if p.spec.String() == policy {
			return p.policy, p.fallback
		}
	}
	if spec, err := scheduler.Parse(policy); err == nil { // a file it was made from may be gone
		policy = spec.Short()
	}
	return policy, ""
}

func mustParse(text string) scheduler.Spec {
	spec, err := scheduler.Parse(text)
	if err != nil {
		panic(err) // the artifact's policies exist
	}
	return spec
}

func grid() (all []serviceSetting) {
	for _, p := range publishedPolicies {
		all = append(all, in(p.settings, p.spec)...)
	}
	return all
}

func in(settings [][2]int, spec scheduler.Spec) (all []serviceSetting) {
	for _, s := range settings {
		all = append(all, serviceSetting{spec, s[0], s[1]})
	}
	return all
}

// serviceSettings returns the published settings that fit what was chosen, in their order. A
// policy's name that several settings share means all of them; any other policy for services is run
// in the settings in which SpotHedge is published. If both extra and cold-ticks are chosen, or
// something that nobody published, every chosen policy is run with every extra and cold start
// chosen instead; of what was not chosen, with the published ones. On demand there is no extra.
func (c *choice) serviceSettings() []serviceSetting {
	policies, extras, colds := c.each("policies"), c.counts("extra", 0, workload.MaxReplicas), c.counts("cold-ticks", 0, skyServeTicks-1)
	all := grid()
	for _, name := range policies {
		if !slices.Contains(publishedNames(), name) {
			spec, err := serviceSpec(name)
			c.add("policies", err)
			if err == nil {
				all = append(all, in(likeSpotHedge, spec)...)
			}
		}
	}
	if policies != nil {
		all = slices.DeleteFunc(all, func(s serviceSetting) bool { return !slices.ContainsFunc(policies, s.called) })
	}
	fitting := slices.DeleteFunc(slices.Clone(all), func(s serviceSetting) bool {
		return !slices.Contains(orElse(extras, s.extra), s.extra) || !slices.Contains(orElse(colds, s.cold), s.cold)
	})
	if (extras == nil || colds == nil) && len(fitting) > 0 &&
		eachFits(policies, fitting, func(name string, s serviceSetting) bool { return s.called(name) }) &&
		eachFits(extras, fitting, func(n int, s serviceSetting) bool { return s.extra == n }) &&
		eachFits(colds, fitting, func(n int, s serviceSetting) bool { return s.cold == n }) {
		return fitting
	}
	return product(all, policies != nil, extras, colds)
}

// eachFits reports whether each of the values fits some setting.
func eachFits[V any](values []V, settings []serviceSetting, fits func(V, serviceSetting) bool) bool {
	return !slices.ContainsFunc(values, func(v V) bool {
		return !slices.ContainsFunc(settings, func(s serviceSetting) bool { return fits(v, s) })
	})
}

// product returns the policy of every setting with every extra and cold start chosen; on-demand,
// unless it is named, only where its extra of 0 is among them.
func product(settings []serviceSetting, named bool, extras, colds []int) (all []serviceSetting) {
	seen := map[string]bool{}
	for _, s := range settings {
		onDemand := s.spec.Entry.Name == "ondemand"
		if onDemand && !named && extras != nil && !slices.Contains(extras, 0) {
			continue
		}
		for _, extra := range orElse(extras, s.extra) {
			for _, cold := range orElse(colds, s.cold) {
				if onDemand {
					extra = 0
				}
				if key := fmt.Sprint(s.spec, extra, cold); !seen[key] {
					seen[key], all = true, append(all, serviceSetting{s.spec, extra, cold})
				}
			}
		}
	}
	return all
}

func orElse(values []int, otherwise int) []int {
	if values == nil {
		return []int{otherwise}
	}
	return values
}

// called reports whether a user may call the policy of s so.
func (s serviceSetting) called(name string) bool { return slices.Contains(s.names(), name) }

// names are the artifact's, ours, or either with a fallback; of a policy that nobody published
// its own.
func (s serviceSetting) names() []string {
	policy, fallback := publishedService(s.spec.String())
	if fallback == "" {
		return []string{policy, s.spec.String()}
	}
	own := s.spec.Entry.Name
	names := []string{policy, policy + ":" + fallback, own}
	if own == "spothedge" {
		names = append(names, own+":fallback="+s.spec.Args.Choice("fallback"))
	}
	return names
}

// publishedNames are those of the published settings, and others, sorted.
func publishedNames(others ...string) []string {
	names := slices.Clone(others)
	for _, s := range grid() {
		names = append(names, s.names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// serviceSpec returns the policy for services of a name: the artifact's with its fallback, or
// one as users type it.
func serviceSpec(name string) (scheduler.Spec, error) {
	for _, p := range publishedPolicies {
		if name == p.policy+":"+p.fallback || name == p.policy && p.policy != "SpotHedge" {
			return p.spec, nil
		}
	}
	own, _, _ := strings.Cut(name, ":")
	if _, exists := scheduler.Find(own); !exists {
		known := publishedNames(scheduler.Names(scheduler.KindService)...)
		return scheduler.Spec{}, fmt.Errorf("there is no %q%s (there are: %s)", name, spelling.DidYouMean(name, known), strings.Join(known, ", "))
	}
	specs, err := scheduler.ParseList([]string{name}, scheduler.KindService)
	if err != nil {
		return scheduler.Spec{}, err
	}
	return specs[0], nil
}

package suite

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/workload"
)

// SkyServeChoice asks for settings of the evaluation; what is nil is not asked for.
type SkyServeChoice struct {
	// Policies are names: the artifact's, ours, or either with a fallback, as in
	// SpotHedge:StaticSpotProvision and spothedge:fallback=none. A name that several
	// settings share means all of them.
	Policies []string
	// Extra are spot replicas beyond the target, ColdTicks lengths of a cold start.
	Extra, ColdTicks []int
}

// Settings returns the published settings that fit, in their order. Where they leave out
// something that was asked for, because nobody published it, every chosen policy is run
// with every Extra and ColdTicks asked for instead; of what was not asked for, with the
// published ones. On demand there is no extra. The error tells all that is wrong with c.
func (c SkyServeChoice) Settings() ([]SkyServeSetting, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var fitting []SkyServeSetting
	for _, s := range SkyServeGrid() {
		if c.wants(s) {
			fitting = append(fitting, s)
		}
	}
	if c.covered(fitting) {
		return fitting, nil
	}
	return c.product(), nil
}

func (c SkyServeChoice) check() error {
	var errs []error
	var known []string
	for _, s := range SkyServeGrid() {
		known = append(known, s.names()...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range c.Policies {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("policies: there is no %q%s (there are: %s)", name, spelling.DidYouMean(name, known), strings.Join(known, ", ")))
		}
	}
	within := func(what string, values []int, low, high int) {
		for _, n := range values {
			if n < low || n > high {
				errs = append(errs, fmt.Errorf("%s: %d must be in [%d, %d]", what, n, low, high))
			}
		}
	}
	within("extra", c.Extra, 0, workload.MaxReplicas)
	within("cold-ticks", c.ColdTicks, 0, skyServeTicks-1)
	return errors.Join(errs...)
}

// names are those a user may call the policy of s.
func (s SkyServeSetting) names() []string {
	policy, err := scheduler.Parse(s.spec)
	if err != nil {
		panic(err) // the grid names policies that exist
	}
	own := policy.Entry.Name
	names := []string{s.Policy, s.Policy + ":" + s.Fallback, own}
	if own == "spothedge" {
		fallback := "dynamic"
		if policy.Args["fallback"] != 0 {
			fallback = "none"
		}
		names = append(names, own+":fallback="+fallback)
	}
	return names
}

// wants tells whether c asks for s.
func (c SkyServeChoice) wants(s SkyServeSetting) bool {
	return c.wantsPolicy(s) &&
		(c.Extra == nil || slices.Contains(c.Extra, s.Extra)) &&
		(c.ColdTicks == nil || slices.Contains(c.ColdTicks, s.ColdTicks))
}

func (c SkyServeChoice) wantsPolicy(s SkyServeSetting) bool {
	is := func(name string) bool { return slices.Contains(s.names(), name) }
	return c.Policies == nil || slices.ContainsFunc(c.Policies, is)
}

// covered tells whether all that c asks for is among the settings.
func (c SkyServeChoice) covered(settings []SkyServeSetting) bool {
	for _, name := range c.Policies {
		if !slices.ContainsFunc(settings, func(s SkyServeSetting) bool { return slices.Contains(s.names(), name) }) {
			return false
		}
	}
	for _, n := range c.Extra {
		if !slices.ContainsFunc(settings, func(s SkyServeSetting) bool { return s.Extra == n }) {
			return false
		}
	}
	for _, n := range c.ColdTicks {
		if !slices.ContainsFunc(settings, func(s SkyServeSetting) bool { return s.ColdTicks == n }) {
			return false
		}
	}
	return len(settings) > 0
}

// product returns every chosen policy with every extra and cold start asked for.
func (c SkyServeChoice) product() (all []SkyServeSetting) {
	seen := map[SkyServeSetting]bool{}
	for _, published := range SkyServeGrid() {
		if !c.wantsPolicy(published) {
			continue
		}
		for _, extra := range orElse(c.Extra, published.Extra) {
			for _, cold := range orElse(c.ColdTicks, published.ColdTicks) {
				s := published
				s.Extra, s.ColdTicks = extra, cold
				if s.Policy == "OnDemand" {
					s.Extra = 0
				}
				if !seen[s] {
					seen[s], all = true, append(all, s)
				}
			}
		}
	}
	return all
}

// orElse returns values, or if it is nil the one given.
func orElse(values []int, otherwise int) []int {
	if values == nil {
		return []int{otherwise}
	}
	return values
}

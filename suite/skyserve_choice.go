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
	// settings share means all of them. Any other policy for services, as users type it, is
	// run in the settings in which SpotHedge is published.
	Policies []string
	// Extra are spot replicas beyond the target, ColdTicks lengths of a cold start.
	Extra, ColdTicks []int
}

// Settings returns the published settings that fit, in their order. If both Extra and
// ColdTicks are asked for, or something that nobody published, every chosen policy is run
// with every Extra and ColdTicks asked for instead; of what was not asked for, with the
// published ones. On demand there is no extra. The error tells all that is wrong with c.
func (c SkyServeChoice) Settings() ([]SkyServeSetting, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var fitting []SkyServeSetting
	for _, s := range c.grid() {
		if c.wants(s) {
			fitting = append(fitting, s)
		}
	}
	if (c.Extra == nil || c.ColdTicks == nil) && c.covered(fitting) {
		return fitting, nil
	}
	return c.product(), nil
}

// grid returns the published settings and those of the policies that nobody published.
func (c SkyServeChoice) grid() []SkyServeSetting {
	grid, published := SkyServeGrid(), publishedNames()
	for _, name := range c.Policies {
		if !slices.Contains(published, name) {
			grid = append(grid, likeSpotHedge(name, "", name)...)
		}
	}
	return grid
}

// publishedNames are those of the published policies, sorted.
func publishedNames() (names []string) {
	for _, s := range SkyServeGrid() {
		names = append(names, s.names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkPolicy returns what is wrong with a name.
func checkPolicy(name string) error {
	known := publishedNames()
	if slices.Contains(known, name) {
		return nil
	}
	own, _, _ := strings.Cut(name, ":")
	if _, exists := scheduler.Find(own); !exists {
		services := scheduler.Names(scheduler.KindService)
		known = slices.Concat(known, slices.DeleteFunc(services, func(name string) bool { return slices.Contains(known, name) }))
		return fmt.Errorf("policies: there is no %q%s (there are: %s)", name, spelling.DidYouMean(name, known), strings.Join(known, ", "))
	}
	if _, err := scheduler.ParseList([]string{name}, scheduler.KindService); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	return nil
}

func (c SkyServeChoice) check() error {
	var errs []error
	for n, name := range c.Policies {
		if err := checkPolicy(name); err != nil {
			errs = append(errs, err)
		}
		if slices.Contains(c.Policies[:n], name) {
			errs = append(errs, fmt.Errorf("policies: %s is there twice", name))
		}
	}
	within := func(what string, values []int, low, high int) {
		for n, value := range values {
			if value < low || value > high {
				errs = append(errs, fmt.Errorf("%s: %d must be in [%d, %d]", what, value, low, high))
			}
			if slices.Contains(values[:n], value) {
				errs = append(errs, fmt.Errorf("%s: %d is there twice", what, value))
			}
		}
	}
	within("extra", c.Extra, 0, workload.MaxReplicas)
	within("cold-ticks", c.ColdTicks, 0, skyServeTicks-1)
	return errors.Join(errs...)
}

// names are those a user may call the policy of s.
func (s SkyServeSetting) names() []string {
	if s.Fallback == "" {
		return []string{s.Policy}
	}
	policy, err := scheduler.Parse(s.spec)
	if err != nil {
		panic(err) // the grid names policies that exist
	}
	own := policy.Entry.Name
	names := []string{s.Policy, s.Policy + ":" + s.Fallback, own}
	if own == "spothedge" {
		names = append(names, own+":fallback="+policy.Args.Choice("fallback"))
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
	for _, published := range c.grid() {
		onDemand := published.Policy == "OnDemand"
		if !c.wantsPolicy(published) || onDemand && c.Policies == nil && c.Extra != nil && !slices.Contains(c.Extra, 0) {
			continue
		}
		for _, extra := range orElse(c.Extra, published.Extra) {
			for _, cold := range orElse(c.ColdTicks, published.ColdTicks) {
				s := published
				s.Extra, s.ColdTicks = extra, cold
				if onDemand {
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

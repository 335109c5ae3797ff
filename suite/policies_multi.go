package suite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// multiAliases are names by which the published simulator over several regions knows the
// policies.
var multiAliases = map[string]string{
	"on_demand": "ondemand", "on-demand": "ondemand", "fm_greedy": "greedy-multi",
	"adrs_up_multi": "uniform-progress-multi", "up_home_region0": "uniform-progress-home",
}

// MultiJobPolicies returns the policies for one job in several regions that texts name, by
// their names or those of the published simulator; without texts every one of them. The
// error tells everything that is wrong.
func MultiJobPolicies(texts []string) ([]scheduler.Spec, error) {
	if len(texts) == 0 {
		texts = everyMultiJobPolicy()
	}
	var specs []scheduler.Spec
	var errs []error
	seen := map[string]bool{}
	for _, text := range texts {
		if name, ok := multiAliases[text]; ok {
			text = name
		}
		spec, err := scheduler.Parse(text)
		switch {
		case err != nil:
			errs = append(errs, err)
		case spec.Entry.NewMultiJob == nil:
			errs = append(errs, fmt.Errorf("policy %s is not for a job in several regions (such are: %s)", spec.Entry.Name, strings.Join(everyMultiJobPolicy(), ", ")))
		case seen[spec.String()]:
			errs = append(errs, fmt.Errorf("policy %s is there twice", spec))
		}
		seen[spec.String()] = true
		specs = append(specs, spec)
	}
	return specs, errors.Join(errs...)
}

func everyMultiJobPolicy() (names []string) {
	for _, e := range scheduler.All() {
		if e.NewMultiJob != nil {
			names = append(names, e.Name)
		}
	}
	return names
}

package suite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// aliases are names by which the published simulators know the policies.
var aliases = map[string]string{
	"on_demand": "ondemand", "on-demand": "ondemand", "only_spot": "spot-only", "paper_greedy": "greedy",
	"rc_threshold": "uniform-progress-plain", "up": "uniform-progress",
	"up_no_hysteresis": "uniform-progress-no-hysteresis", "next_spot_oracle": "next-spot-oracle",
	"time_sliced_n4": "time-sliced:n=4", "time_sliced_n8": "time-sliced:n=8",
}

// JobPolicies returns the policies for one job with a deadline that texts name, by their
// names or those of the published simulators; without texts every one of them, Time Sliced
// with four and with eight slices. The error tells everything that is wrong.
func JobPolicies(texts []string) ([]scheduler.Spec, error) {
	if len(texts) == 0 {
		texts = everyJobPolicy()
	}
	var specs []scheduler.Spec
	var errs []error
	seen := map[string]bool{}
	for _, text := range texts {
		if name, ok := aliases[text]; ok {
			text = name
		}
		spec, err := scheduler.Parse(text)
		switch {
		case err != nil:
			errs = append(errs, err)
		case spec.Entry.NewJob == nil:
			errs = append(errs, fmt.Errorf("policy %s is not for one job with a deadline (such are: %s)", spec.Entry.Name, strings.Join(everyJobPolicy(), ", ")))
		case seen[spec.String()]:
			errs = append(errs, fmt.Errorf("policy %s is there twice", spec))
		}
		seen[spec.String()] = true
		specs = append(specs, spec)
	}
	return specs, errors.Join(errs...)
}

func everyJobPolicy() (texts []string) {
	for _, e := range scheduler.All() {
		switch {
		case e.Name == "time-sliced":
			texts = append(texts, "time-sliced:n=4", "time-sliced:n=8")
		case e.NewJob != nil:
			texts = append(texts, e.Name)
		}
	}
	return texts
}

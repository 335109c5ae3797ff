package suite

import (
	"slices"
	"strings"

	"github.com/bobby-math/tessera/scheduler"
)

// stayHome is a baseline for several regions; in one it is nothing of its own.
const stayHome = "uniform-progress-home"

// JobPolicies returns the policies for one job with a deadline that texts name; without texts
// every one of them that is made for one region, Time Sliced with four and with eight slices.
// The error tells everything that is wrong.
func JobPolicies(texts []string) ([]scheduler.Spec, error) {
	if len(texts) == 0 {
		for _, name := range scheduler.Names(scheduler.KindJob) {
			switch name {
			case "time-sliced":
				texts = append(texts, "time-sliced:n=4", "time-sliced:n=8")
			case stayHome:
			default:
				texts = append(texts, name)
			}
		}
	}
	return scheduler.ParseList(texts, scheduler.KindJob)
}

// overRegions are the published names and titles of policies that do something else over
// several regions than in one.
var overRegions = map[string]struct{ name, title string }{
	"greedy":           {"greedy-multi", "Greedy, multi-region"},
	"uniform-progress": {"uniform-progress-multi", "Uniform Progress, multi-region"},
}

// MultiJobPolicies returns the policies for one job in several regions that texts name, under
// their published names; without texts every one of them that is made for several regions.
// The error tells everything that is wrong.
func MultiJobPolicies(texts []string) ([]scheduler.Spec, error) {
	all := len(texts) == 0
	if all {
		for _, e := range scheduler.All() {
			if e.Regions {
				texts = append(texts, e.Name)
			}
		}
	}
	specs, err := scheduler.ParseList(texts, scheduler.KindJob)
	for i := range specs {
		e := &specs[i].Entry
		if p, ok := overRegions[e.Name]; ok {
			e.Name, e.Title = p.name, p.title
		}
	}
	if all {
		slices.SortFunc(specs, func(a, b scheduler.Spec) int { return strings.Compare(a.Entry.Name, b.Entry.Name) })
	}
	return specs, err
}

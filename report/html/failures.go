package html

import (
	"strings"

	"github.com/bobby-math/tessera/results"
)

// Failures are the runs that failed, grouped by policy and reason.
type Failures struct {
	Runs   int
	Groups []Failure
	// More counts the runs of groups beyond maxFailures.
	More int
}

// Failure is runs of a policy that failed for the same reason.
type Failure struct {
	Policy string
	Reason string
	Runs   int
	// First is one of them: its point and seed.
	Axes []results.Axis
	Seed uint64
}

// maxFailures bounds the number of groups, and maxReason the bytes of a reason.
const (
	maxFailures = 50
	maxReason   = 2000
)

func (f *Failures) add(r *results.Run) {
	if r.Status != results.Failed {
		return
	}
	f.Runs++
	reason := r.Error[:min(len(r.Error), maxReason)]
	for i := range f.Groups {
		if g := &f.Groups[i]; g.Policy == r.Policy && g.Reason == reason {
			g.Runs++
			return
		}
	}
	if len(f.Groups) == maxFailures {
		f.More++
		return
	}
	f.Groups = append(f.Groups, Failure{strings.Clone(r.Policy), strings.Clone(strings.ToValidUTF8(reason, "")), 1, r.Axes, r.Seed})
}

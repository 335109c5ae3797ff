package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/suite"
)

// suiteFlags are the flags that the suites share.
type suiteFlags struct {
	data      string
	deadlines []string
	overheads []string
	policies  []string
	guarantee *choiceValue
	format    *choiceValue
	jobs      int
	progress  progressFlags
}

func newSuiteFlags() suiteFlags {
	return suiteFlags{
		guarantee: choice(string(scheduler.Strict), string(scheduler.Strict), string(scheduler.Peer), bothGuarantees),
		format:    choice("table", "table", "csv", "json"),
	}
}

// add adds the flags to f; deadlines are the default ones, in words.
func (s *suiteFlags) add(f *pflag.FlagSet, deadlines string) {
	f.StringVar(&s.data, "data", "", "the `folder` with the data (required)")
	f.StringSliceVar(&s.deadlines, "deadline", nil, "deadlines to run, in hours (default "+deadlines+")")
	f.StringSliceVar(&s.overheads, "overhead", nil, "restart overheads to run, in hours (default 0.05,0.2)")
	f.StringSliceVarP(&s.policies, "policies", "p", nil, "policies to run (default all)")
	f.Var(s.guarantee, "guarantee", "the engine's rule for the deadline: correct, the published one with its defect, or one beside the other")
	f.Var(s.format, "format", "what to print")
	f.IntVarP(&s.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "how many runs at a time")
	s.progress.add(f)
}

// check returns what is wrong with the flags, and the policies that parse finds in them,
// sorted.
func (s *suiteFlags) check(parse func([]string) ([]scheduler.Spec, error)) ([]scheduler.Spec, error) {
	policies, err := parse(s.policies)
	if err != nil {
		return nil, usageError{fmt.Errorf("--policies: %w", err)}
	}
	if s.data == "" {
		return nil, usageError{errors.New("--data: name the folder with the data (see docs/cant-be-late.md)")}
	}
	if s.jobs < 1 {
		return nil, usageError{fmt.Errorf("--jobs %d: must be at least 1", s.jobs)}
	}
	slices.SortFunc(policies, func(a, b scheduler.Spec) int { return strings.Compare(a.String(), b.String()) })
	return policies, nil
}

// bothGuarantees runs every case under either guarantee.
const bothGuarantees = "both"

// guarantees returns those to run the cases under.
func (s *suiteFlags) guarantees() []scheduler.Guarantee {
	if s.guarantee.value == bothGuarantees {
		return []scheduler.Guarantee{scheduler.Peer, scheduler.Strict}
	}
	return []scheduler.Guarantee{scheduler.Guarantee(s.guarantee.value)}
}

// workers returns who runs that many cases, and what to call when they are done.
func (s *suiteFlags) workers(stderr io.Writer, cases int) (workers suite.Workers, done func()) {
	return s.progress.workers(stderr, s.jobs, cases)
}

// chooseTimes puts the deadlines and overheads that were asked for in the place of those
// given.
func (s *suiteFlags) chooseTimes(deadlines, overheads *[]time.Duration) error {
	return errors.Join(chooseHours("--deadline", s.deadlines, deadlines), chooseHours("--overhead", s.overheads, overheads))
}

func chooseHours(flag string, texts []string, into *[]time.Duration) error {
	if texts == nil {
		return nil
	}
	var list []time.Duration
	for _, text := range texts {
		var v hoursValue
		if err := v.Set(text); err != nil {
			return fmt.Errorf("%s: %q %w", flag, text, err)
		}
		list = append(list, time.Duration(v))
	}
	slices.Sort(list)
	*into = list
	return nil
}

// unknown returns an error for every name that is not among known.
func unknown(flag string, names, known []string) (errs []error) {
	for _, name := range names {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("%s: there is no %q%s (there are: %s)", flag, name, spelling.DidYouMean(name, known), strings.Join(known, ", ")))
		}
	}
	return errs
}

package scheduler

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Entry is a registered policy.
type Entry struct {
	Name   string // what users type, as "greedy"
	Title  string // the name in prose, as "Greedy"
	Doc    string // what the policy does, in one line
	Source string // where the policy comes from: author, title, year, section
	// Aliases are other names users may type, those of published simulators; one may set
	// parameters, as "time_sliced_n4:n=4".
	Aliases     []string
	Params      []Param
	Clairvoyant bool // it knows the future; every output marks it
	// Regions is of a policy for jobs: it is made for jobs in several regions. The others run
	// there too and stay in the first.
	Regions bool
	// New makes the policy for one run: a Policy, a JobPolicy, a ServicePolicy, or one value
	// that is several of these. It must not fail at the defaults, where files have no content
	// yet. What it returns may be an io.Closer.
	New func(Args) (any, error)

	kinds [KindService + 1]bool
}

// Kind is what a policy can be for.
type Kind uint8

const (
	KindTasks   Kind = iota // of a Policy: it rents for a batch of tasks
	KindJob                 // of a JobPolicy: one job with a deadline, in one region or several
	KindService             // of a ServicePolicy
)

// String returns "tasks", "job" or "service".
func (k Kind) String() string { return [...]string{"tasks", "job", "service"}[k] }

// inWords is k as errors say it.
func (k Kind) inWords() string { return [...]string{"tasks", "one job with a deadline", "services"}[k] }

// For tells whether a registered policy is for k.
func (e Entry) For(k Kind) bool { return e.kinds[k] }

// Mismatch says that the policy is not for k, which ones are, and what it is for.
func (e Entry) Mismatch(k Kind) error {
	text := fmt.Sprintf("policy %s is not for %s (such are: %s)", e.Name, k.inWords(), strings.Join(Names(k), ", "))
	switch {
	case k != KindTasks:
	case e.For(KindService):
		text += "; for a service say service.replicas, or use tessera service"
	case e.For(KindJob):
		text += "; for a job say job.work, or use tessera job"
	}
	return errors.New(text)
}

var entries []Entry

// Register adds a policy to the list. It panics if the name or an alias is taken, if a
// parameter is not described well, and if the policy is of no kind.
func Register(e Entry) {
	if err := e.complete(); err != nil {
		panic(fmt.Sprintf("scheduler: policy %q: %v", e.Name, err))
	}
	entries = append(entries, e)
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
}

// complete fills in what may be left out and finds out the kinds. It returns all that is
// wrong with e.
func (e *Entry) complete() error {
	var errs []error
	names := map[string]bool{}
	for _, text := range append([]string{e.Name}, e.Aliases...) {
		name, _, _ := strings.Cut(text, ":")
		if _, taken := Find(name); taken || names[name] {
			errs = append(errs, fmt.Errorf("two policies are called %q", name))
		}
		names[name] = true
	}
	e.Params = slices.Clone(e.Params)
	for i := range e.Params {
		if err := e.Params[i].complete(); err != nil {
			errs = append(errs, fmt.Errorf("parameter %q: %w", e.Params[i].Name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, alias := range e.Aliases {
		_, settings, _ := strings.Cut(alias, ":")
		if _, err := e.read(settings); err != nil {
			errs = append(errs, fmt.Errorf("alias %q: %w", alias, err))
		}
	}
	return errors.Join(append(errs, e.findKinds())...)
}

// findKinds makes the policy once to see what it is for.
func (e *Entry) findKinds() error {
	if e.New == nil {
		return errors.New("its New is missing")
	}
	args, err := e.read("")
	if err != nil {
		return err
	}
	made, err := e.New(args)
	if err != nil {
		return fmt.Errorf("fails at its defaults: %w", err)
	}
	_, e.kinds[KindTasks] = made.(Policy)
	_, e.kinds[KindJob] = made.(JobPolicy)
	_, e.kinds[KindService] = made.(ServicePolicy)
	if !slices.Contains(e.kinds[:], true) {
		err = fmt.Errorf("its New returns a %T, which is neither a Policy nor a JobPolicy nor a ServicePolicy", made)
	}
	return errors.Join(err, Close(made))
}

// Close closes a policy, if it can be closed. A policy made by Spec passes it on to the one within.
func Close(policy any) error {
	if c, ok := policy.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// All returns every registered policy, sorted by name.
func All() []Entry { return slices.Clone(entries) }

// Names returns the names of the policies for k, sorted.
func Names(k Kind) (names []string) {
	for _, e := range entries {
		if e.For(k) {
			names = append(names, e.Name)
		}
	}
	return names
}

// Find returns the policy called name, by its own name or an alias.
func Find(name string) (Entry, bool) {
	e, _, ok := find(name)
	return e, ok
}

// find also returns the settings that an alias stands for.
func find(name string) (e Entry, settings string, ok bool) {
	for _, e := range entries {
		if e.Name == name {
			return e, "", true
		}
		for _, text := range e.Aliases {
			if alias, settings, _ := strings.Cut(text, ":"); alias == name {
				return e, settings, true
			}
		}
	}
	return Entry{}, "", false
}

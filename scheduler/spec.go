package scheduler

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/spelling"
)

// Spec is a policy with its parameters set. The zero Spec is no policy; use Parse.
type Spec struct {
	Entry Entry
	Args  Args
}

// Parse reads a policy with parameters, as "fallback:after=3". Parameters left out take
// their defaults. The error names the policy, the parameter and its bounds, and the
// nearest name where one is misspelt.
func Parse(text string) (Spec, error) {
	name, settings, _ := strings.Cut(text, ":")
	e, preset, ok := find(name)
	if !ok {
		return Spec{}, unknown(name)
	}
	args, err := e.read(preset + ":" + settings)
	return Spec{e, args}, err
}

func unknown(name string) error {
	var names, aliases []string
	for _, e := range entries {
		names = append(names, e.Name)
		for _, text := range e.Aliases {
			alias, _, _ := strings.Cut(text, ":")
			aliases = append(aliases, alias)
		}
	}
	hint := spelling.DidYouMean(name, slices.Concat(names, aliases))
	if hint == "" {
		hint = " (known: " + strings.Join(names, ", ") + ")"
	}
	return fmt.Errorf("%q is not a policy%s", name, hint)
}

// ParseList reads policies for k. The error tells all that is wrong: a text that Parse does
// not read, a policy that is not for k, one that is there twice.
func ParseList(texts []string, k Kind) ([]Spec, error) {
	var specs []Spec
	var errs []error
	seen := map[string]bool{}
	for _, text := range texts {
		spec, err := Parse(strings.TrimSpace(text))
		switch {
		case err != nil:
			errs = append(errs, err)
		case !spec.Entry.For(k):
			errs = append(errs, spec.Entry.Mismatch(k))
		case seen[spec.String()]:
			errs = append(errs, fmt.Errorf("policy %s is there twice", spec))
		default:
			seen[spec.String()] = true
			specs = append(specs, spec)
		}
	}
	return specs, errors.Join(errs...)
}

// read returns the defaults of e, changed by settings like "k=v:k=v".
func (e Entry) read(settings string) (Args, error) {
	args, said := Args{}, map[string]bool{}
	for _, p := range e.Params {
		args[p.Name] = p.value(p.Default)
	}
	for setting := range strings.SplitSeq(settings, ":") {
		if setting == "" {
			continue
		}
		key, value, _ := strings.Cut(setting, "=")
		p, err := e.param(key)
		if err != nil {
			return nil, err
		}
		if args[key], err = p.parse(value); err != nil {
			return nil, fmt.Errorf("policy %s: %s=%q %w", e.Name, key, value, err)
		}
		if said[key] {
			return nil, fmt.Errorf("policy %s: %s is there twice", e.Name, key)
		}
		said[key] = true
	}
	return args, nil
}

func (e Entry) param(name string) (Param, error) {
	names := make([]string, len(e.Params))
	for i, p := range e.Params {
		if p.Name == name {
			return p, nil
		}
		names[i] = p.Name
	}
	if len(names) == 0 {
		return Param{}, fmt.Errorf("policy %s has no parameters, so not %q", e.Name, name)
	}
	return Param{}, fmt.Errorf("policy %s has no parameter %q%s (known: %s)", e.Name, name, spelling.DidYouMean(name, names), strings.Join(names, ", "))
}

// String writes s as Parse reads it, with every parameter.
func (s Spec) String() string { return s.write(func(Param, string) bool { return true }) }

// Short writes s as Parse reads it, with the parameters that are not the default.
func (s Spec) Short() string {
	return s.write(func(p Param, value string) bool { return value != p.Text(p.value(p.Default)) })
}

func (s Spec) write(shown func(p Param, value string) bool) string {
	text := s.Entry.Name
	for _, p := range s.Entry.Params {
		if value := p.Text(s.Args[p.Name]); shown(p, value) {
			text += ":" + p.Name + "=" + value
		}
	}
	return text
}

// FileParams returns the names of the parameters that name a file, with its path.
func (s Spec) FileParams() map[string]string {
	paths := map[string]string{}
	for _, p := range s.Entry.Params {
		if f, ok := s.Args[p.Name].(file); ok && f.path != "" {
			paths[p.Name] = f.path
		}
	}
	return paths
}

// SetFile gives a parameter of type File a path and a content. Policies open no files: who
// reads the file calls this before the policy is made.
func (s *Spec) SetFile(param, path string, data []byte) error {
	p, err := s.Entry.param(param)
	if err != nil {
		return err
	}
	if p.Type != File {
		return fmt.Errorf("policy %s: %s is a %v, not a file", s.Entry.Name, param, p.Type)
	}
	if _, err := p.parse(path); err != nil {
		return fmt.Errorf("policy %s: %s=%q %w", s.Entry.Name, param, path, err)
	}
	s.Args = maps.Clone(s.Args)
	s.Args[param] = file{path, append([]byte{}, data...)}
	return nil
}

// Digest returns the SHA-256, in hex, over the names of the parameters with a file and the
// contents; "" if there is no file.
func (s Spec) Digest() string {
	hash, files := sha256.New(), 0
	for _, p := range s.Entry.Params {
		if f, ok := s.Args[p.Name].(file); ok && f.path != "" {
			fmt.Fprintf(hash, "%s %d\n", p.Name, len(f.data))
			hash.Write(f.data)
			files++
		}
	}
	if files == 0 {
		return ""
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

// NewForTasks makes the policy for the tasks of one run. The error says that the policy is
// not for tasks, that the content of a file is not set, or what New says.
func (s Spec) NewForTasks() (Policy, error) { return made[Policy](s, KindTasks) }

// NewForJob makes the policy for one job with a deadline. Errors are as of NewForTasks.
func (s Spec) NewForJob(rules JobRules) (Policy, error) {
	policy, err := made[JobPolicy](s, KindJob)
	if err != nil {
		return nil, err
	}
	return newJobTenant(policy, rules, s.Entry.Clairvoyant), nil
}

// NewForService makes the policy for a service. Errors are as of NewForTasks.
func (s Spec) NewForService(rules ServiceRules) (Policy, error) {
	policy, err := made[ServicePolicy](s, KindService)
	if err != nil {
		return nil, err
	}
	return newServiceTenant(policy, rules), nil
}

// made makes a policy for k, which P stands for.
func made[P any](s Spec, k Kind) (none P, err error) {
	for _, p := range s.Entry.Params {
		if f, ok := s.Args[p.Name].(file); ok && f.path != "" && f.data == nil {
			return none, fmt.Errorf("policy %s: %s: %s was not read", s.Entry.Name, p.Name, f.path)
		}
	}
	policy, err := s.Entry.New(s.Args)
	if err != nil {
		return none, fmt.Errorf("policy %s: %w", s, err)
	}
	if p, ok := policy.(P); ok {
		return p, nil
	}
	return none, errors.Join(s.Entry.Mismatch(k), Close(policy))
}

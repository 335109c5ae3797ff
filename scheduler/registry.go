package scheduler

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/spelling"
)

// Entry is a registered policy.
type Entry struct {
	// Name is what users type, as "greedy".
	Name string
	// Title is the name in prose, as "Greedy".
	Title string
	// Doc says in one line what the policy does.
	Doc string
	// Source is where the policy comes from: author, title, year, section.
	Source string
	Params []Param
	// Clairvoyant policies know the future; every output marks them.
	Clairvoyant bool
	// New makes the policy for one run; nil for policies that only run jobs with a deadline.
	New func(Args) Policy
	// NewJob makes the policy for one job with a deadline; nil for the others.
	NewJob func(Args) JobPolicy
	// NewMultiJob makes the policy for one job with a deadline that can run in several
	// regions; nil for the others.
	NewMultiJob func(Args) MultiJobPolicy
	// NewService makes the policy for a service; nil for the others.
	NewService func(Args) ServicePolicy
}

// Param is a whole-number parameter of a policy, or a choice.
type Param struct {
	Name, Doc string
	Default   int
	Min, Max  int
	// Choices are the words for the values from 0 on; nil if the value is a number. Min and
	// Max are then left out.
	Choices []string
}

// bounds returns the least and the greatest value.
func (p Param) bounds() (low, high int) {
	if p.Choices != nil {
		return 0, len(p.Choices) - 1
	}
	return p.Min, p.Max
}

// Text writes a value as Parse reads it.
func (p Param) Text(value int) string {
	if p.Choices != nil {
		return p.Choices[value]
	}
	return strconv.Itoa(value)
}

// Range says in words which values there are.
func (p Param) Range() string {
	if p.Choices != nil {
		return "one of " + strings.Join(p.Choices, ", ")
	}
	return fmt.Sprintf("range [%d, %d]", p.Min, p.Max)
}

// parse reads a value.
func (p Param) parse(text string) (int, error) {
	if p.Choices != nil {
		if n := slices.Index(p.Choices, text); n >= 0 {
			return n, nil
		}
		return 0, fmt.Errorf("must be one of %s%s", strings.Join(p.Choices, ", "), spelling.DidYouMean(text, p.Choices))
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < p.Min || n > p.Max {
		return 0, fmt.Errorf("must be a whole number in [%d, %d]", p.Min, p.Max)
	}
	return n, nil
}

// Args holds a value for every parameter of a policy, in the order of its Params.
type Args map[string]int

// Spec is a policy with its parameters set. The zero Spec is no policy; use Parse.
type Spec struct {
	Entry Entry
	Args  Args
}

var entries []Entry

// Register adds a policy to the list; it panics if the name is taken.
func Register(e Entry) {
	if _, taken := Find(e.Name); taken {
		panic("scheduler: two policies called " + e.Name)
	}
	entries = append(entries, e)
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
}

// All returns every registered policy, sorted by name.
func All() []Entry { return slices.Clone(entries) }

// ForServices returns the names of the policies for services, sorted.
func ForServices() (names []string) {
	for _, e := range entries {
		if e.NewService != nil {
			names = append(names, e.Name)
		}
	}
	return names
}

// Find returns the policy called name.
func Find(name string) (Entry, bool) {
	for _, e := range entries {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

// Parse reads a policy with parameters, as "fallback:after=3". Parameters left out take
// their defaults. The error names the policy, the parameter and its bounds, and the
// nearest name where one is misspelt.
func Parse(text string) (Spec, error) {
	name, rest, _ := strings.Cut(text, ":")
	e, ok := Find(name)
	if !ok {
		names := make([]string, len(entries))
		for i, e := range entries {
			names[i] = e.Name
		}
		hint := spelling.DidYouMean(name, names)
		if hint == "" {
			hint = " (known: " + strings.Join(names, ", ") + ")"
		}
		return Spec{}, fmt.Errorf("%q is not a policy%s", name, hint)
	}
	args, said := Args{}, map[string]bool{}
	for _, p := range e.Params {
		args[p.Name] = p.Default
	}
	for setting := range strings.SplitSeq(rest, ":") {
		if setting == "" {
			continue
		}
		if err := e.set(args, setting); err != nil {
			return Spec{}, err
		}
		key, _, _ := strings.Cut(setting, "=")
		if said[key] {
			return Spec{}, fmt.Errorf("policy %s: %s is there twice", e.Name, key)
		}
		said[key] = true
	}
	return Spec{e, args}, nil
}

func (e Entry) set(args Args, setting string) error {
	key, value, _ := strings.Cut(setting, "=")
	at := slices.IndexFunc(e.Params, func(p Param) bool { return p.Name == key })
	if at < 0 {
		names := make([]string, len(e.Params))
		for i, p := range e.Params {
			names[i] = p.Name
		}
		if len(names) == 0 {
			return fmt.Errorf("policy %s has no parameters, so not %q", e.Name, key)
		}
		return fmt.Errorf("policy %s has no parameter %q%s (known: %s)", e.Name, key, spelling.DidYouMean(key, names), strings.Join(names, ", "))
	}
	n, err := e.Params[at].parse(value)
	if err != nil {
		return fmt.Errorf("policy %s: %s=%q %w", e.Name, key, value, err)
	}
	args[key] = n
	return nil
}

// String writes s as Parse reads it, with every parameter.
func (s Spec) String() string {
	text := s.Entry.Name
	for _, p := range s.Entry.Params {
		text += ":" + p.Name + "=" + p.Text(s.Args[p.Name])
	}
	return text
}

// New makes the policy for one run.
func (s Spec) New() Policy { return s.Entry.New(s.Args) }

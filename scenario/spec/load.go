package spec

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/bobby-math/tessera/scenario"
)

// Override is a value that was said outside of the file, for a path as Tree.Set takes it.
type Override struct {
	Path  string
	Value *Tree
}

// Load makes a scenario of the defaults, the file of that name over them (none if the name
// is empty; in if it is Stdin), and the overrides over both, the strongest last. What is
// wrong comes back at once, as Problems, unless a file cannot be read at all.
func Load(name string, in io.Reader, overrides []Override) (*Resolved, error) {
	file, err := &Tree{Kind: Mapping}, error(nil)
	if name != "" {
		if file, err = ReadFile(name, in); file == nil {
			return nil, err
		}
	}
	return NewBase(file, err, overrides, nil).With(nil)
}

// Base is a scenario from which others are made that differ in some keys: what they have in
// common is decoded once. It may be used by several goroutines.
type Base struct {
	tree     *Tree
	problems Problems
	decoded  *decoded // of the tree; nil if something is wrong with it
	inputs   *scenario.Inputs
}

// NewBase makes a base of the defaults, a file that ReadFile read over them, with the Problems
// that it found or nil, and the overrides over both. The files that scenarios name are read by
// way of inputs; nil reads them for each anew. The tree is not changed.
func NewBase(file *Tree, read error, overrides []Override, inputs *scenario.Inputs) *Base {
	b := &Base{inputs: inputs}
	errors.As(read, &b.problems)
	tree, wrong := merged(file, overrides)
	b.tree, b.problems = expanded(tree), append(b.problems, wrong...)
	if d, problems := decode(b.tree, nil); problems == nil {
		b.decoded = d
	}
	return b
}

// With makes the scenario that has the overrides over the base, and reads the files it names.
// All that is wrong comes back at once, as Problems.
func (b *Base) With(overrides []Override) (*Resolved, error) {
	tree, wrong := over(b.tree, overrides)
	r, found := resolve(tree, b.decoded, b.inputs)
	if problems := slices.Concat(b.problems, wrong, found); len(problems) > 0 {
		return nil, problems.Sorted()
	}
	return r, nil
}

// merged returns the defaults with the file over them, and the overrides over both.
func merged(file *Tree, overrides []Override) (*Tree, Problems) {
	tree := Root().def.Clone()
	tree.merge(file)
	return over(tree, overrides)
}

// over returns the tree with the overrides over it.
func over(tree *Tree, overrides []Override) (_ *Tree, problems Problems) {
	e := new(edit)
	for _, o := range overrides {
		var err error
		if tree, err = e.set(tree, o.Path, o.Value); err != nil {
			problems = append(problems, Problem{Where: o.Value.Origin, Message: err.Error()})
		}
	}
	return tree, problems
}

// WriteOpen writes the scenario of a tree and overrides with every default but those that
// depend on other keys, so that these can still be varied, as the axes do.
func WriteOpen(w io.Writer, file *Tree, overrides []Override, axes []string) error {
	tree, _ := merged(file, overrides)
	tree = expanded(tree)
	d, _ := decode(tree, nil)
	if tree.unsaid("policies") {
		d.file.Policies = nil
	}
	t := encode(Root(), reflect.ValueOf(d.file), nil)
	if d.file.hasKindDefaults(axes) {
		openKindDefaults(t, tree)
	}
	out := &writer{}
	out.mapping(Root(), t, "")
	return out.to(w)
}

// Text returns a scalar that was said at an origin.
func Text(text string, at Origin) *Tree { return scalar(text, false, at) }

// Texts returns a list of scalars that was said at an origin.
func Texts(texts []string, at Origin) *Tree {
	t := &Tree{Kind: List, Origin: at}
	for _, text := range texts {
		t.Items = append(t.Items, Text(text, at))
	}
	return t
}

// Parse reads a value as a file has it, [greedy, ondemand] for instance.
func Parse(text string, at Origin) (*Tree, error) {
	r := &reader{}
	body, err := r.parse([]byte(text))
	if err == nil {
		t := r.tree(body)
		if err = r.problems.orNil(); err == nil {
			t.from(at)
			return t, nil
		}
	}
	var problems Problems
	if errors.As(err, &problems) {
		err = errors.New(problems[0].Message)
	}
	return nil, fmt.Errorf("%s: %w", quote(text), err)
}

// from makes at the origin of all of t.
func (t *Tree) from(at Origin) {
	t.Origin = at
	for _, item := range t.Items {
		item.from(at)
	}
	for i := range t.Fields {
		t.Fields[i].At = at
		t.Fields[i].Value.from(at)
	}
}

package spec

import (
	"errors"
	"fmt"
	"io"
	"reflect"
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
	if name == "" {
		return load(&Tree{Kind: Mapping}, nil, overrides)
	}
	file, err := ReadFile(name, in)
	if file == nil {
		return nil, err
	}
	return LoadTree(file, err, overrides)
}

// LoadTree is Load with a file that ReadFile read, and the Problems that it found or nil.
// The tree is not changed, so that many scenarios can be made of it, at the same time too.
func LoadTree(file *Tree, read error, overrides []Override) (*Resolved, error) {
	return load(file.Clone(), read, overrides)
}

// load is LoadTree with a tree of its own.
func load(file *Tree, read error, overrides []Override) (*Resolved, error) {
	var problems, found Problems
	errors.As(read, &problems)
	tree, wrong := merged(file, overrides)
	problems = append(problems, wrong...)
	r, err := Resolve(tree)
	errors.As(err, &found)
	if problems = append(problems, found...); len(problems) > 0 {
		return nil, problems.Sorted()
	}
	return r, nil
}

// merged returns the defaults with the file over them, and the overrides over both.
func merged(file *Tree, overrides []Override) (tree *Tree, problems Problems) {
	tree = Defaults()
	tree.merge(file)
	for _, o := range overrides {
		if err := Set(tree, o.Path, o.Value); err != nil {
			problems = append(problems, Problem{Where: o.Value.Origin, Message: err.Error()})
		}
	}
	return tree, problems
}

// WriteOpen writes the scenario of a tree and overrides with every default but those that
// depend on other keys, so that these can still be varied.
func WriteOpen(w io.Writer, file *Tree, overrides []Override) error {
	tree, _ := merged(file.Clone(), overrides)
	f, _ := decode(tree)
	out := &writer{}
	out.mapping(root, encode(root, reflect.ValueOf(f.absolute()), nil), "")
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

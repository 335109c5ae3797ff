package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// step is one step of a path: a key, an index, or every index.
type step struct {
	key   string
	index int
	every bool
}

var stepPattern = regexp.MustCompile(`^(?:\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,9}|\*)\])`)

// parsePath reads a path like market.pools[0].price.mean, or pools[*] for all of a list.
func parsePath(text string) (steps []step, err error) {
	for rest := text; rest != ""; {
		m := stepPattern.FindStringSubmatch(rest)
		if m == nil || len(steps) == 0 && (m[1] == "" || rest[0] == '.') {
			return nil, fmt.Errorf("path %q: must be like market.pools[0].price.mean", text)
		}
		index, _ := strconv.Atoi(m[2])
		steps = append(steps, step{key: m[1], index: index, every: m[2] == "*"})
		rest = rest[len(m[0]):]
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("path %q: is empty", text)
	}
	return steps, nil
}

func (s step) String() string {
	switch {
	case s.key != "":
		return s.key
	case s.every:
		return "[*]"
	}
	return fmt.Sprintf("[%d]", s.index)
}

// join returns the path of a key below a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// at returns the path of an item below the path of a list.
func at(path string, index int) string { return fmt.Sprintf("%s[%d]", path, index) }

// Set puts a value in the place that path names; its keys, and the mappings on the way,
// need not be there, but items of lists must: [*] means all of them.
func (t *Tree) Set(path string, value *Tree) error {
	steps, err := parsePath(path)
	if err != nil {
		return err
	}
	return t.set(steps, "", value)
}

func (t *Tree) set(steps []step, done string, value *Tree) error {
	if len(steps) == 0 {
		*t = *value.Clone()
		return nil
	}
	s := steps[0]
	if s.key == "" {
		return t.setItem(s, steps[1:], done, value)
	}
	if t.Kind == Scalar && t.Null {
		*t = Tree{Kind: Mapping, Origin: t.Origin}
	}
	if t.Kind != Mapping {
		return fmt.Errorf("%s is not a mapping, so it has no %s", done, s.key)
	}
	below := t.field(s.key)
	if below == nil || len(steps) == 1 {
		below = &Tree{Null: true, Origin: value.Origin}
		t.put(s.key, value.Origin, below)
	}
	return below.set(steps[1:], join(done, s.key), value)
}

// setItem sets in one item of a list, or in all.
func (t *Tree) setItem(s step, rest []step, done string, value *Tree) error {
	if t.Kind != List {
		return fmt.Errorf("%s is not a list, so it has no %s", done, s)
	}
	if !s.every && s.index >= len(t.Items) {
		return fmt.Errorf("%s has no %s: there are %d, from [0] on", done, s, len(t.Items))
	}
	for i, item := range t.Items {
		if s.every || i == s.index {
			if err := item.set(rest, at(done, i), value); err != nil {
				return err
			}
		}
	}
	return nil
}

// Find returns what is at a path, nil if nothing is.
func (t *Tree) Find(path string) *Tree {
	found, complete := t.nearest(path)
	if !complete {
		return nil
	}
	return found
}

// nearest returns what is at a path or, if nothing is, at the longest part of it.
func (t *Tree) nearest(path string) (found *Tree, complete bool) {
	steps, err := parsePath(path)
	if err != nil {
		return t, path == ""
	}
	for _, s := range steps {
		var below *Tree
		if s.key != "" {
			below = t.field(s.key)
		} else if s.index < len(t.Items) {
			below = t.Items[s.index]
		}
		if below == nil {
			return t, false
		}
		t = below
	}
	return t, true
}

// origin returns where what is at a path was said: the value itself, or, if it is a
// default, what lies around it.
func (t *Tree) origin(path string) Origin {
	for {
		found, complete := t.nearest(path)
		if path == "" || complete && found.Origin.Source != Default {
			return found.Origin
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

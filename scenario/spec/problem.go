package spec

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with a scenario.
type Problem struct {
	Where Origin
	// Path of the key, as market.pools[0].price.mean; empty if it is about no key.
	Path    string
	Message string
	// Content: what is wrong lies in a file that the scenario names, not in the name.
	Content bool
	// Err is the error behind Message, if there is one.
	Err error
}

func (p Problem) Error() string {
	parts := []string{p.Where.place(), p.Path, p.Message}
	if p.Where.Source > FromFile && !p.Where.Set {
		parts[1] = "" // the flag or variable says which key it is
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": ")
}

func (p Problem) Unwrap() error { return p.Err }

// Problems is everything that is wrong with a scenario, in the order of reading.
type Problems []Problem

func (ps Problems) Error() string {
	if len(ps) == 1 {
		return ps[0].Error()
	}
	text := fmt.Sprintf("%d problems", len(ps))
	for _, p := range ps {
		text += "\n" + p.Error()
	}
	return text
}

func (ps Problems) Unwrap() (errs []error) {
	for _, p := range ps {
		errs = append(errs, p)
	}
	return errs
}

// orNil returns ps as an error that is nil if there are none.
func (ps Problems) orNil() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Sorted returns ps in the order of reading, without repeats: the file from its top, then
// the environment, then the flags.
func (ps Problems) Sorted() Problems {
	ps = slices.Clone(ps)
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Where.Source, b.Where.Source), cmp.Compare(a.Where.Line, b.Where.Line), cmp.Compare(a.Where.Column, b.Where.Column))
	})
	return slices.CompactFunc(ps, func(a, b Problem) bool { return a.Error() == b.Error() })
}

// Usage tells whether all of it was said on the command line or in the environment, none
// in a file.
func (ps Problems) Usage() bool {
	return !slices.ContainsFunc(ps, func(p Problem) bool { return p.Content || p.Where.Source == FromFile })
}

// explain tells whether ps make one more problem at path plain: there is one with the key
// already, or with an item of the list that it is; or nobody said the key, and there is one
// beside it or above, which its default may come from.
func (ps Problems) explain(path string, said bool) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool {
		rest, below := strings.CutPrefix(p.Path, path)
		around := p.Path[:strings.LastIndexByte(p.Path, '.')+1]
		return below && (rest == "" || rest[0] == '[') || !said && strings.HasPrefix(path, around)
	})
}

// below tells whether there is a problem with a key that begins so.
func (ps Problems) below(prefix string) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return strings.HasPrefix(p.Path, prefix) })
}

// problems puts what package scenario says is wrong, all of it below a place, back to the keys it
// is about. content says that it lies in files.
func (r *Resolved) problems(below string, err error, content bool) (ps Problems) {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			ps = append(ps, r.problems(below, e, content)...)
		}
		return ps
	}
	path, message := r.place(below + err.Error())
	return Problems{{Where: r.said.origin(path), Path: path, Message: message, Content: content, Err: err}}
}

// sections are where the keys of package scenario stand in a file.
var sections = map[string]string{"pools": "market.pools", "start": "market.start"}

var placePattern = regexp.MustCompile(`^([a-z_]+)(?:\[(\d+)\])?(?:\.|: )`)

// place splits "pools[0].price: mean: $0/h must be..." into the path of the key that it is
// about, market.pools[0].price.mean, and the rest.
func (r *Resolved) place(text string) (path, message string) {
	k := Root()
	for {
		m := placePattern.FindStringSubmatch(text)
		if m == nil {
			return path, text
		}
		name := m[1]
		if in := sections[name]; in != "" && path == "" {
			section, _, _ := strings.Cut(in, ".")
			k, _ = k.find(section)
			path = section
		}
		below, ok := k.find(name)
		if !ok {
			return path, text
		}
		k, path, text = below, join(path, name), text[len(m[0]):]
		if m[2] != "" {
			path = fmt.Sprintf("%s[%d]", path, r.index(path, m[2]))
		}
	}
}

// index returns the item of the file that an index of package scenario stands for.
func (r *Resolved) index(path, text string) int {
	i, _ := strconv.Atoi(text)
	if models := r.Scenario.Models(); path == "market.pools" && i < len(models) {
		return models[i]
	}
	return i
}

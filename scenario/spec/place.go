package spec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// problems puts what package scenario says is wrong back to the keys it is about. content
// says that it lies in files.
func (r *Resolved) problems(err error, content bool) (ps Problems) {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			ps = append(ps, r.problems(e, content)...)
		}
		return ps
	}
	path, message := r.place(err.Error())
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

package sweep

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/scenario/spec"
	"github.com/bobby-math/tessera/spelling"
)

// Version is what the key schema of a sweep file says.
const Version = "tessera/sweep/v1"

// keys are those of a sweep file.
var keys = []string{"schema", "scenario", "base", "axes", "suite", "policies", "seeds", "until", "max_seeds"}

// sweepFile is a sweep file as it was read, and the scenarios of its points.
type sweepFile struct {
	base     *spec.Tree // the scenario before its axes
	baseErr  error      // its Problems
	axes     []axis
	policies *spec.Tree // instead of those of the scenario; nil for those
	seeds    Seeds      // nil if it has none
	until    string
	maxSeeds int
	suite    string   // a suite that makes the cases, instead of base and axes
	settings Settings // of the suite

	problems spec.Problems

	overrides []spec.Override // of every point, before its axes
	resolved  *spec.Base      // the scenario with them
}

// axis is a key of the scenario and the values it takes.
type axis struct {
	key    string
	values []*spec.Tree
	texts  []string // the values, as results have them
}

// read reads a sweep file, or a scenario file, which is a sweep without axes. The error is
// about a file that cannot be read at all; other problems are in the source.
func read(name string, in io.Reader) (*sweepFile, error) {
	if name == "" { // the flags alone
		return &sweepFile{}, nil
	}
	tree, err := spec.ReadFile(name, in)
	if tree == nil {
		return nil, err
	}
	if !isSweep(tree) {
		return &sweepFile{base: tree, baseErr: err}, nil
	}
	s := &sweepFile{}
	errors.As(err, &s.problems)
	s.decode(tree)
	return s, nil
}

// isSweep reports whether a file is one of a sweep: it says so, or has keys that no scenario
// has.
func isSweep(tree *spec.Tree) bool {
	if schema := tree.Find("schema"); schema != nil {
		return strings.HasPrefix(schema.Text, "tessera/s")
	}
	return tree.Find("axes") != nil || tree.Find("base") != nil || tree.Find("scenario") != nil || tree.Find("seeds") != nil || tree.Find("suite") != nil
}

func (s *sweepFile) complain(at spec.Origin, path, format string, args ...any) {
	s.problems = append(s.problems, spec.Problem{Where: at, Path: path, Message: fmt.Sprintf(format, args...)})
}

func (s *sweepFile) decode(tree *spec.Tree) {
	if schema := tree.Find("schema"); schema == nil {
		s.complain(tree.Origin, "schema", "is missing; the first line must be schema: %s", Version)
	} else if schema.Text != Version {
		s.complain(schema.Origin, "schema", "%q must be %s", schema.Text, Version)
	}
	for _, f := range tree.Fields {
		v := f.Value
		switch f.Key {
		case "schema":
		case "scenario":
			s.readBase(v)
		case "base":
			s.inlineBase(v)
		case "axes":
			s.readAxes(v)
		case "suite":
			s.readSuite(v)
		case "policies":
			s.policies = v
		case "seeds":
			s.readSeeds(v)
		case "until":
			s.until = s.scalar(v, f.Key)
		case "max_seeds":
			s.readMaxSeeds(v)
		default:
			s.complain(f.At, f.Key, "is not a key%s", spelling.DidYouMean(f.Key, keys))
		}
	}
	if one, other := tree.Find("scenario"), tree.Find("base"); one != nil && other != nil {
		s.complain(other.Origin, "base", "makes no sense beside scenario")
	}
	for _, key := range []string{"scenario", "base", "axes", "seeds", "until", "max_seeds"} {
		if other := tree.Find(key); s.suite != "" && other != nil {
			s.complain(other.Origin, key, "makes no sense beside suite, which says what is run")
		}
	}
}

func (s *sweepFile) scalar(v *spec.Tree, path string) string {
	if v.Kind != spec.Scalar || v.Null || v.Text == "" {
		s.complain(v.Origin, path, "must be one value")
		return ""
	}
	return v.Text
}

// scalars returns the texts of a value that must be one or a list of some.
func (s *sweepFile) scalars(v *spec.Tree, path string) (texts []string) {
	if v.Kind != spec.List {
		return []string{s.scalar(v, path)}
	}
	for _, item := range v.Items {
		texts = append(texts, s.scalar(item, path))
	}
	return texts
}

// readBase reads the scenario file that the sweep names, relative to the sweep's own.
func (s *sweepFile) readBase(v *spec.Tree) {
	name := s.scalar(v, "scenario")
	if name == "" {
		return
	}
	if !filepath.IsAbs(name) && v.Origin.Name != spec.Stdin {
		name = filepath.Join(filepath.Dir(v.Origin.Name), name)
	}
	tree, err := spec.ReadFile(name, strings.NewReader(""))
	if tree == nil {
		var many spec.Problems
		if errors.As(err, &many) {
			s.problems = append(s.problems, many...)
		} else {
			s.complain(v.Origin, "scenario", "%v", err)
		}
		return
	}
	s.base, s.baseErr = tree, err
}

// readSuite takes the name of a suite and its settings: a text or a list of texts each.
func (s *sweepFile) readSuite(v *spec.Tree) {
	s.settings = Settings{}
	if v.Kind != spec.Mapping || v.Find("name") == nil {
		s.complain(v.Origin, "suite", "must be a mapping with the name of a suite, and its settings")
		return
	}
	for _, f := range v.Fields {
		for _, text := range s.scalars(f.Value, "suite."+f.Key) {
			if f.Key == "name" {
				s.suite = text
			} else {
				s.settings[f.Key] = append(s.settings[f.Key], text)
			}
		}
	}
}

// inlineBase takes the scenario that stands in the sweep file; it need not say its version.
func (s *sweepFile) inlineBase(v *spec.Tree) {
	if v.Kind != spec.Mapping {
		s.complain(v.Origin, "base", "must be a mapping, the keys of a scenario")
		return
	}
	s.base = v
	if v.Find("schema") == nil {
		base, err := v.With("schema", spec.Text(spec.Version, v.Origin))
		if err != nil {
			panic(err) // the base is a mapping
		}
		s.base = base
	}
}

func (s *sweepFile) readAxes(v *spec.Tree) {
	if v.Kind != spec.Mapping {
		s.complain(v.Origin, "axes", "must be a mapping of keys of the scenario to lists of values")
		return
	}
	for _, f := range v.Fields {
		path := "axes." + f.Key
		switch {
		case f.Key == "seed" || f.Key == "schema":
			s.complain(f.At, path, "cannot be an axis%s", map[bool]string{true: "; say seeds: 1..200"}[f.Key == "seed"])
		case f.Value.Kind != spec.List || len(f.Value.Items) == 0:
			s.complain(f.Value.Origin, path, "must be a list of values")
		default:
			s.axes = append(s.axes, axis{f.Key, f.Value.Items, s.checkValues(path, f.Value.Items)})
		}
	}
}

// checkValues returns the values as texts. It refuses those that are there twice: their runs
// could not be told apart.
func (s *sweepFile) checkValues(path string, values []*spec.Tree) (texts []string) {
	seen := map[string]bool{}
	for _, v := range values {
		text := v.String()
		if seen[text] {
			s.complain(v.Origin, path, "%s is there twice", text)
		}
		seen[text] = true
		texts = append(texts, text)
	}
	return texts
}

func (s *sweepFile) readSeeds(v *spec.Tree) {
	seeds, err := ParseSeeds(strings.Join(s.scalars(v, "seeds"), ","))
	if err != nil {
		s.complain(v.Origin, "seeds", "%v", err)
	}
	s.seeds = seeds
}

func (s *sweepFile) readMaxSeeds(v *spec.Tree) {
	n, err := strconv.Atoi(s.scalar(v, "max_seeds"))
	if err != nil || n < 1 || n > maxSeeds {
		s.complain(v.Origin, "max_seeds", "%s must be a whole number in [1, %d]", v, maxSeeds)
	}
	s.maxSeeds = n
}

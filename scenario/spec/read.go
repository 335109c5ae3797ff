package spec

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Stdin is the name that stands for the standard input.
const Stdin = "-"

// maxBytes is the longest file that is read, and maxNodes the most values in it, aliases
// unfolded: a scenario is written by people, what is measured lies in files it names.
const (
	maxBytes = 1 << 20
	maxNodes = 100_000
	maxDepth = 100
)

// ReadFile reads the scenario file of that name, the standard input for Stdin, or the preset
// job or service; the problems are Problems.
func ReadFile(name string, in io.Reader) (*Tree, error) {
	if t := preset(name); t != nil {
		return t, nil
	}
	if name == Stdin {
		data, err := io.ReadAll(io.LimitReader(in, maxBytes+1))
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return Read(name, data)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Unwrap(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Unwrap(err))
	}
	return Read(name, data)
}

// Read reads YAML, or JSON, which is YAML too. A syntax error is the one problem there is;
// otherwise the tree comes with all that is wrong with its form, such as a key that is
// there twice.
func Read(name string, data []byte) (*Tree, error) {
	r := &reader{file: name}
	if len(data) > maxBytes {
		return nil, Problems{r.problem(Origin{}, "is longer than %d bytes", maxBytes)}
	}
	body, err := r.parse(data)
	if err != nil {
		return nil, err
	}
	tree := r.tree(body)
	if tree.Kind != Mapping {
		r.complain(tree.Origin, "must be a mapping of keys and values, the first schema: %s", Version)
		return nil, r.problems
	}
	return tree, r.problems.orNil()
}

// depth bounds from above how deep a text is nested: by its brackets, and by what leads
// its lines, for the parser takes a frame of the stack for each.
func depth(data []byte) (deepest int) {
	open, lead, leading := 0, 0, true
	for _, b := range data {
		switch b {
		case '[', '{':
			open++
		case ']', '}':
			open = max(open-1, 0)
		case '\n', '\r':
			lead, leading = 0, true
			continue
		}
		if leading = leading && (b == ' ' || b == '-' || b == '?' || b == ':'); leading {
			lead++
		}
		deepest = max(deepest, open, lead/2)
	}
	return deepest
}

// parse returns the one document of the text.
func (r *reader) parse(data []byte) (ast.Node, error) {
	if depth(data) > maxDepth {
		return nil, Problems{r.problem(Origin{}, "is nested more than %d deep", maxDepth)}
	}
	r.anchors = map[string]ast.Node{}
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		where, message := Origin{}, err.Error()
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			message = syntax.GetMessage()
			where = r.origin(syntax.GetToken())
		}
		return nil, Problems{r.problem(where, "%s", message)}
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			return nil, Problems{r.problem(r.origin(doc.Body.GetToken()), "a second document begins here; there must be one")}
		}
		body = doc.Body
	}
	if body == nil {
		return nil, Problems{r.problem(Origin{}, "is empty; tessera init prints a scenario to begin with")}
	}
	return body, nil
}

// reader makes a Tree of a parsed file.
type reader struct {
	file     string
	anchors  map[string]ast.Node
	nodes    int
	within   int
	problems Problems
}

func (r *reader) origin(t *token.Token) Origin {
	o := Origin{Source: FromFile, Name: r.file, Line: 1, Column: 1}
	if t != nil && t.Position != nil {
		o.Line, o.Column = max(t.Position.Line, 1), max(t.Position.Column, 1)
	}
	return o
}

// problem returns a problem in the file; the zero where is its beginning.
func (r *reader) problem(where Origin, format string, args ...any) Problem {
	if where.Source == Default {
		where = r.origin(nil)
	}
	return Problem{Where: where, Message: fmt.Sprintf(format, args...)}
}

func (r *reader) complain(where Origin, format string, args ...any) {
	r.problems = append(r.problems, r.problem(where, format, args...))
}

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

// tree returns a node of the parsed file as a Tree. Anchors and aliases are unfolded.
func (r *reader) tree(n ast.Node) *Tree {
	r.nodes++
	r.within++
	defer func() { r.within-- }()
	where := r.origin(nil)
	if n != nil {
		where = r.origin(n.GetToken())
	}
	if r.nodes > maxNodes || r.within > 2*maxDepth {
		if r.nodes <= maxNodes+1 { // once
			r.complain(where, "is too large once its aliases are unfolded: more than %d values, or %d deep", maxNodes, 2*maxDepth)
		}
		r.nodes = maxNodes + 2
		return &Tree{Null: true, Origin: where}
	}
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return &Tree{Null: true, Origin: where}
	case *ast.MappingNode:
		return r.mapping(where, n.Values)
	case *ast.MappingValueNode:
		return r.mapping(where, []*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		list := &Tree{Kind: List, Origin: where}
		for _, v := range n.Values {
			list.Items = append(list.Items, r.tree(v))
		}
		return list
	case *ast.AnchorNode:
		r.anchors[n.Name.GetToken().Value] = n.Value
		return r.tree(n.Value)
	case *ast.AliasNode:
		return r.alias(where, n)
	case *ast.LiteralNode:
		return scalar(n.Value.Value, true, where)
	case *ast.TagNode:
		r.complain(where, "tags like %s are not for scenarios", n.Start.Value)
		return r.tree(n.Value)
	}
	t := n.GetToken()
	return scalar(t.Value, t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType, where)
}

func (r *reader) alias(where Origin, n *ast.AliasNode) *Tree {
	name := n.Value.GetToken().Value
	target, ok := r.anchors[name]
	if !ok {
		r.complain(where, "there is no &%s before *%s", name, name)
	}
	return r.tree(target)
}

// mapping returns the pairs as a mapping. A key that is there twice keeps its first value;
// what << merges in gives way to the keys of the mapping itself.
func (r *reader) mapping(where Origin, pairs []*ast.MappingValueNode) *Tree {
	t := &Tree{Kind: Mapping, Origin: where}
	if len(pairs) > 0 && pairs[0].Key != nil { // a block mapping begins at its first key
		if first := r.origin(pairs[0].Key.GetToken()); first.Line == where.Line {
			t.Origin.Column = min(where.Column, first.Column)
		}
	}
	var merged []*Tree
	for _, p := range pairs {
		at := r.origin(p.Key.GetToken())
		if p.Key.IsMergeKey() {
			merged = append(merged, r.tree(p.Value))
			continue
		}
		key := keyText(p.Key)
		if t.field(key) != nil {
			r.complain(at, "%s: is there already", key)
			continue
		}
		t.put(key, at, r.tree(p.Value))
	}
	for _, m := range merged {
		if m.Kind != Mapping {
			r.complain(m.Origin, "<<: must be a mapping")
		}
		for _, f := range m.Fields {
			if t.field(f.Key) == nil {
				t.put(f.Key, f.At, f.Value.Clone())
			}
		}
	}
	return t
}

func keyText(key ast.MapKeyNode) string {
	if explicit, ok := key.(*ast.MappingKeyNode); ok && explicit.Value != nil {
		return explicit.Value.GetToken().Value
	}
	return key.GetToken().Value
}

package spec

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

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

// keyText returns a key as it is meant, without quotes.
func keyText(key ast.MapKeyNode) string {
	if explicit, ok := key.(*ast.MappingKeyNode); ok && explicit.Value != nil {
		return explicit.Value.GetToken().Value
	}
	return key.GetToken().Value
}

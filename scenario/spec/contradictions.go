package spec

import "fmt"

// maxCount is the largest capacity of a pool, as in the files.
const maxCount = 1_000_000

// contradictions returns the keys that make no sense beside others, and the bounds that
// nobody else sees.
func (r *Resolved) contradictions() Problems {
	c := &contradictions{said: r.said}
	if r.File.Workload.File != nil {
		c.against("workload.tasks", "workload.file", "makes no sense with a task file")
		r.File.Workload.Tasks = nil
	}
	for i := range r.File.Market.Pools {
		pool := &r.File.Market.Pools[i]
		c.path = at("market.pools", i) + "."
		c.price(&pool.Price)
		c.capacity(&pool.Capacity)
	}
	c.service(r.File)
	return c.found
}

type contradictions struct {
	said  *Tree
	path  string // of the pool, if it looks at one
	found Problems
}

// wrong notes a problem with a key, if anyone said it.
func (c *contradictions) wrong(key, format string, args ...any) {
	if t := c.said.Find(c.path + key); t != nil && t.Origin.Source != Default {
		c.found = append(c.found, Problem{Where: t.Origin, Path: c.path + key, Message: fmt.Sprintf(format, args...)})
	}
}

// against notes a problem with a key that another takes the place of, unless the other was
// said by something stronger: a flag, say, over a file.
func (c *contradictions) against(key, other, message string) {
	k, o := c.said.Find(c.path+key), c.said.Find(c.path+other)
	if k != nil && o != nil && k.Origin.Source >= o.Origin.Source {
		c.wrong(key, "%s", message)
	}
}

// price looks at a price, and takes out of it what cannot be.
func (c *contradictions) price(p *Price) {
	trace := p.Model != nil && *p.Model == "trace"
	if p.Files == nil {
		c.wrong("price.product", "needs price files")
		if trace {
			c.wrong("price.model", "trace needs price files")
			p.Model = nil
		}
		return
	}
	c.against("price.mean", "price.files", "makes no sense with price files")
	if !trace {
		c.against("price.model", "price.files", "makes no sense with price files")
	}
	p.Mean, p.Model = nil, nil
}

func (c *contradictions) capacity(p *Capacity) {
	if p.Count != nil && (*p.Count < 0 || *p.Count > maxCount) {
		c.wrong("capacity.count", "%d must be in [0, %d]", *p.Count, maxCount)
	}
	if p.File != nil {
		c.against("capacity.count", "capacity.file", "makes no sense with a capacity file")
		p.Count = nil
		if p.Gap != nil && *p.Gap <= 0 {
			c.wrong("capacity.gap", "%v must be at least 1ns", *p.Gap)
		}
		return
	}
	for _, key := range []string{"polarity", "gap", "offset"} {
		c.wrong("capacity."+key, "needs a capacity file")
	}
}

// said returns the first value in t that somebody said, nil if there is none.
func (t *Tree) said() *Tree {
	if t.Kind == Scalar && !t.Null && t.Origin.Source != Default {
		return t
	}
	for _, item := range t.Items {
		if s := item.said(); s != nil {
			return s
		}
	}
	for _, f := range t.Fields {
		if s := f.Value.said(); s != nil {
			return s
		}
	}
	return nil
}

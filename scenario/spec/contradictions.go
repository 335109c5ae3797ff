package spec

import (
	"fmt"
	"maps"
	"slices"
)

// maxCount is the largest capacity of a pool, as in the files.
const maxCount = 1_000_000

// contradictions returns the keys that make no sense beside others, and the bounds that
// are checked nowhere else.
func (r *Resolved) contradictions() Problems {
	c := &contradictions{said: r.said, pool: -1}
	if r.File.Workload.File != nil {
		c.against("workload.tasks", "workload.file", "makes no sense with a task file")
		r.File.Workload.Tasks = nil
	}
	pools := r.said.Find("market.pools")
	for i := range r.File.Market.Pools {
		pool := &r.File.Market.Pools[i]
		c.said, c.pool = pools.item(i), i
		c.price(&pool.Price)
		c.capacity(&pool.Capacity)
	}
	c.said, c.pool = r.said, -1
	c.job(r.File)
	c.service(r.File)
	job, service := r.File.Job.Work != 0, r.File.Service.Replicas != 0
	recorded := slices.ContainsFunc(r.File.Market.Pools, func(p Pool) bool { return p.recorded() || p.Capacity.File != nil })
	c.check([]rule{
		{r.File.Market.Start != nil && !recorded, "market.start", "needs recorded prices or capacity"},
		{!job && !service && value(r.File.LowerBound), "lower_bound", "needs a job or a service"},
		{job && r.File.Drain, "drain", "makes no sense with a job, which always runs until it is done"},
		{service && r.File.Drain, "drain", "makes no sense with a service, which is never done"},
	})
	return c.found
}

// rule says what is wrong with a key, if it is.
type rule struct {
	broken       bool
	key, message string
}

func (c *contradictions) check(rules []rule) {
	for _, r := range rules {
		if r.broken {
			c.wrong(r.key, "%s", r.message)
		}
	}
}

// contradictions checks the whole scenario, or a pool.
type contradictions struct {
	said  *Tree
	pool  int // its index; -1 for the whole scenario
	found Problems
}

// wrong notes a problem with a key, if anyone said it.
func (c *contradictions) wrong(key, format string, args ...any) {
	if !c.said.unsaid(key) {
		path := key
		if c.pool >= 0 {
			path = at("market.pools", c.pool) + "." + key
		}
		c.found = append(c.found, Problem{Where: c.said.Find(key).Origin, Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

// against notes a problem with a key that another takes the place of, unless the other was
// said by something stronger: a flag, say, over a file.
func (c *contradictions) against(key, other, message string) {
	k, o := c.said.Find(key), c.said.Find(other)
	if k != nil && o != nil && k.Origin.Source >= o.Origin.Source {
		c.wrong(key, "%s", message)
	}
}

// price checks a price, and takes out of it what cannot be.
func (c *contradictions) price(p *Price) {
	trace := p.Model != nil && *p.Model == "trace"
	c.check([]rule{
		{p.Files == nil, "price.product", "needs price files"},
		{p.Files == nil && trace, "price.model", "trace needs price files"},
	})
	if trace {
		p.Model = nil
	}
	if p.Files == nil {
		return
	}
	c.against("price.mean", "price.files", "makes no sense with price files")
	if !trace {
		c.against("price.model", "price.files", "makes no sense with price files")
	}
	p.Model = nil
	if _, said := p.Params["mean"]; said { // it is known when the files are read
		p.Params = maps.Clone(p.Params)
		delete(p.Params, "mean")
	}
}

func (c *contradictions) capacity(p *Capacity) {
	if p.Count != nil && (*p.Count < 0 || *p.Count > maxCount) {
		c.wrong("capacity.count", "%d must be in [0, %d]", *p.Count, maxCount)
	}
	file := p.File != nil || p.Files != nil
	c.check([]rule{
		{p.Files == nil, "capacity.window", "needs capacity files"},
		{p.File != nil && p.Files != nil, "capacity.file", "makes no sense beside capacity files"},
		{!file, "capacity.polarity", "needs a capacity file"},
		{!file, "capacity.gap", "needs a capacity file"},
		{!file, "capacity.offset", "needs a capacity file"},
	})
	if p.Files != nil {
		p.File = nil
	}
	if file {
		c.against("capacity.count", "capacity.file", "makes no sense with a capacity file")
		c.against("capacity.count", "capacity.files", "makes no sense with capacity files")
		p.Count = nil
		if p.Gap != nil && *p.Gap <= 0 {
			c.wrong("capacity.gap", "%v must be at least 1ns", *p.Gap)
		}
	}
}

// unsaid tells whether what is at a path, if anything, is a default.
func (t *Tree) unsaid(path string) bool {
	found := t.Find(path)
	return found == nil || found.Origin.Source == Default
}

// said returns the first value at a path in t that somebody said, nil if there is none.
func (t *Tree) said(path string) *Tree {
	if t = t.Find(path); t == nil {
		return nil
	}
	if t.Kind == Scalar && !t.Null && t.Origin.Source != Default {
		return t
	}
	for _, item := range t.Items {
		if s := item.said(""); s != nil {
			return s
		}
	}
	for _, f := range t.Fields {
		if s := f.Value.said(""); s != nil {
			return s
		}
	}
	return nil
}

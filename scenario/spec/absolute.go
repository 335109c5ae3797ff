package spec

import (
	"path/filepath"
	"slices"

	"github.com/bobby-math/tessera/scheduler"
)

// absolute returns f with the names of its files from the root on, so that it means the
// same in every folder.
func (f *File) absolute() *File {
	return f.withPaths(func(p Path) Path {
		full, err := filepath.Abs(string(p))
		if err != nil {
			return p // no working folder; the name as it is serves as well
		}
		return Path(full)
	})
}

// withPaths returns f with the names of its files changed.
func (f *File) withPaths(change func(Path) Path) *File {
	one := func(p *Path) *Path {
		if p == nil {
			return nil
		}
		changed := change(*p)
		return &changed
	}
	c := *f
	c.Workload.File = one(c.Workload.File)
	c.Service.Requests.File = one(c.Service.Requests.File)
	c.Job.Egress = one(c.Job.Egress)
	all := func(paths []Path) []Path {
		changed := slices.Clone(paths)
		for n := range changed {
			changed[n] = change(changed[n])
		}
		return changed
	}
	c.Policies = slices.Clone(c.Policies)
	policy := func(p *scheduler.Spec) {
		if changed, err := withFiles(*p, change); err == nil {
			*p = changed
		}
	}
	policy(&c.Service.BatchPolicy.Spec)
	for i := range c.Policies {
		policy(&c.Policies[i].Spec)
	}
	c.Market.Pools = slices.Clone(c.Market.Pools)
	for i := range c.Market.Pools {
		p := &c.Market.Pools[i]
		p.Capacity.File = one(p.Capacity.File)
		p.Price.Files, p.Capacity.Files = all(p.Price.Files), all(p.Capacity.Files)
	}
	return &c
}

package spec

import "path/filepath"

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
	c.Market.Pools = append([]Pool(nil), c.Market.Pools...)
	for i := range c.Market.Pools {
		p := &c.Market.Pools[i]
		p.Capacity.File = one(p.Capacity.File)
		p.Price.Files = append([]Path(nil), p.Price.Files...)
		for n := range p.Price.Files {
			p.Price.Files[n] = change(p.Price.Files[n])
		}
	}
	return &c
}

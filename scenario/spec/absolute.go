package spec

import "path/filepath"

// absolute returns f with the names of its files from the root on, so that it means the
// same in every folder.
func (f *File) absolute() *File {
	c := *f
	c.Workload.File = absolute(c.Workload.File)
	c.Market.Pools = append([]Pool(nil), c.Market.Pools...)
	for i := range c.Market.Pools {
		p := &c.Market.Pools[i]
		p.Capacity.File = absolute(p.Capacity.File)
		p.Price.Files = append([]Path(nil), p.Price.Files...)
		for n := range p.Price.Files {
			p.Price.Files[n] = *absolute(&p.Price.Files[n])
		}
	}
	return &c
}

func absolute(p *Path) *Path {
	if p == nil {
		return nil
	}
	full, err := filepath.Abs(string(*p))
	if err != nil {
		return p // no working folder; the name as it is serves as well
	}
	a := Path(full)
	return &a
}

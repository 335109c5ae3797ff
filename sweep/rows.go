package sweep

import (
	"iter"

	"github.com/bobby-math/tessera/results"
)

// unit is a point under a seed: runs that share their tasks.
type unit struct {
	point, seed int // indices in the plan
	missing     []int
}

func (x *extent) units() iter.Seq[unit] {
	return func(yield func(unit) bool) {
		for point := range x.plan.Points {
			for seed := range x.seeds[point] {
				if !yield(unit{point: point, seed: seed}) {
					return
				}
			}
		}
	}
}

// missing goes through the units of a shard that have runs which are not finished.
func (x *extent) missing(s store, shard Shard) iter.Seq[unit] {
	return func(yield func(unit) bool) {
		for u := range x.units() {
			if !x.in(shard, u) {
				continue
			}
			point := &x.plan.Points[u.point]
			for i, policy := range point.Policies {
				if !s.Has(x.plan.id(point, x.plan.Seeds[u.seed], policy)) {
					u.missing = append(u.missing, i)
				}
			}
			if u.missing != nil && !yield(u) {
				return
			}
		}
	}
}

// in reports whether a unit belongs to a shard. How many seeds a point needs is for one shard
// to find out, so with a rule for that points are shared out whole.
func (x *extent) in(shard Shard, u unit) bool {
	if x.rule != nil {
		return shard.has(u.point)
	}
	return shard.has(u.point*len(x.plan.Seeds) + u.seed)
}

func (x *extent) count(s store, shard Shard) (runs, missing int) {
	for u := range x.units() {
		if x.in(shard, u) {
			runs += len(x.plan.Points[u.point].Policies)
		}
	}
	for u := range x.missing(s, shard) {
		missing += len(u.missing)
	}
	return runs, missing
}

func (p *Plan) row(point *Point, seed uint64, policy Policy, r Record) *results.Run {
	row := &results.Run{
		ID: r.ID.String(), Seed: seed, Policy: policy.Name, Clairvoyant: policy.Clairvoyant,
		Status: results.OK, Error: r.Error, Axes: make([]results.Axis, len(p.Axes)),
	}
	for i, key := range p.Axes {
		row.Axes[i] = results.Axis{Key: key, Value: point.Values[i]}
	}
	if r.Error != "" {
		row.Status = results.Failed
	} else {
		row.Summary = *r.Summary
	}
	return row
}

// rows goes through the runs of the extent, all of which are finished, in the order of the
// plan.
func (x *extent) rows(s store) iter.Seq2[*results.Run, error] {
	return func(yield func(*results.Run, error) bool) {
		for u := range x.units() {
			point, seed := &x.plan.Points[u.point], x.plan.Seeds[u.seed]
			for _, policy := range point.Policies {
				r, err := s.Get(x.plan.id(point, seed, policy))
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(x.plan.row(point, seed, policy, r), nil) {
					return
				}
			}
		}
	}
}

// write writes the results of the extent, all of whose runs are finished, and returns what
// it wrote and how many runs failed.
func (x *extent) write(f *Folder) (out []results.Output, failed int, err error) {
	w, err := results.Create(f.Dir, x.plan.Axes, x.plan.Replicates, "")
	if err != nil {
		return nil, 0, err
	}
	defer w.Discard()
	for row, err := range ahead(x.rows(f.store)) {
		if err != nil {
			return nil, 0, err
		}
		if row.Status == results.Failed {
			failed++
		}
		if err := w.Add(row); err != nil {
			return nil, 0, err
		}
	}
	out, err = w.Commit()
	return out, failed, err
}

package results

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
)

// Drift is what changed between two sweeps.
type Drift struct {
	// Runs counts those that are in both; Drifted those of them, or in only one sweep, that
	// are not the same.
	Runs    int `json:"runs"`
	Drifted int `json:"drifted"`
	// Differences counts the values that are not the same, a run in only one sweep as one.
	Differences int `json:"differences"`
	// First are the first of them, in the order of the new runs; runs that are only in
	// the earlier sweep come last.
	First []Change `json:"first"`
}

// Change is one value that is not the same, or a run that is in one sweep only.
type Change struct {
	Axes   []Axis `json:"axes"`
	Policy string `json:"policy"`
	Seed   uint64 `json:"seed"`
	// Column is run_id for a run that is in one sweep only.
	Column string `json:"column"`
	// Now and Earlier are the values as in runs.csv; "(no run)" where there is no run.
	Now     string `json:"now"`
	Earlier string `json:"earlier"`
}

// Point returns the axes as users read them.
func (c Change) Point() string { return point(c.Axes) }

const noRun = "(no run)"

// FindDrift compares runs with those of an earlier sweep: the same point, policy and seed
// are the same run. The numbers of a run may differ by the share tolerance of the larger
// value; range [0, 1], and 0 is not at all. The status must be the same; addresses and the
// words of errors may change with the version. It keeps up to most changes, and in memory
// only the runs that are not at the same place in both sweeps.
func FindDrift(now, earlier iter.Seq2[*Run, error], tolerance float64, most int) (*Drift, error) {
	d := &drift{tolerance: tolerance, most: most, now: waiting{places: map[string]int{}}, earlier: waiting{places: map[string]int{}}}
	nextNow, stopNow := iter.Pull2(now)
	defer stopNow()
	nextEarlier, stopEarlier := iter.Pull2(earlier)
	defer stopEarlier()
	for {
		a, errA, okA := nextNow()
		b, errB, okB := nextEarlier()
		if err := cmp.Or(errA, errB); err != nil {
			return nil, err
		}
		if !okA && !okB {
			break
		}
		if okA && okB && runKey(a) == runKey(b) {
			d.compare(a, b)
			continue
		}
		if err := cmp.Or(d.now.meet(a, &d.earlier, d.compare), d.earlier.meet(b, &d.now, func(b, a *Run) { d.compare(a, b) })); err != nil {
			return nil, err
		}
	}
	d.now.alone(func(r *Run) { d.note(r, Change{Column: id.Name, Now: r.ID, Earlier: noRun}) })
	d.earlier.alone(func(r *Run) { d.note(r, Change{Column: id.Name, Now: noRun, Earlier: r.ID}) })
	d.Drifted += len(d.now.places) + len(d.earlier.places)
	return &d.Drift, nil
}

// drift is a comparison while it is made.
type drift struct {
	Drift
	tolerance float64
	most      int
	// now and earlier are the runs that have not met their partners.
	now, earlier waiting
}

// waiting are runs of a sweep, in their order; one that met its partner is nil.
type waiting struct {
	runs   []*Run
	places map[string]int // in runs, by what they are
}

// meet compares the next run of a sweep, unless that is nil, with its partner if that waits;
// else it waits.
func (w *waiting) meet(r *Run, others *waiting, compare func(r, partner *Run)) error {
	if r == nil {
		return nil
	}
	key := runKey(r)
	if at, there := others.places[key]; there {
		compare(r, others.runs[at])
		others.runs[at] = nil
		if delete(others.places, key); len(others.places) == 0 {
			others.runs = others.runs[:0]
		}
		return nil
	}
	if _, there := w.places[key]; there {
		return fmt.Errorf("%s, policy %s, seed %d: the run is there twice", point(r.Axes), r.Policy, r.Seed)
	}
	w.places[key] = len(w.runs)
	w.runs = append(w.runs, r)
	return nil
}

// alone goes through the runs that met no partner.
func (w *waiting) alone(do func(*Run)) {
	for _, r := range w.runs {
		if r != nil {
			do(r)
		}
	}
}

// runKey is what a run is: keys and values of its axes, policy, seed.
func runKey(r *Run) string {
	key := ""
	for _, a := range r.Axes {
		key += a.Key + "\x00" + a.Value + "\x00"
	}
	return key + r.Policy + "\x00" + strconv.FormatUint(r.Seed, 10)
}

// compared are the columns that make a run another.
var compared = slices.DeleteFunc(slices.Clone(Columns), func(c Column) bool {
	return c.Metric == "" && c.Name != "status" && c.Name != "clairvoyant"
})

func (d *drift) compare(a, b *Run) {
	d.Runs++
	before := d.Differences
	for _, c := range compared {
		if !d.same(c, a, b) {
			d.note(a, Change{Column: c.Name, Now: string(c.appendText(nil, a)), Earlier: string(c.appendText(nil, b))})
		}
	}
	if d.Differences > before {
		d.Drifted++
	}
}

func (d *drift) same(c Column, a, b *Run) bool {
	x, okX := c.Number(a)
	y, okY := c.Number(b)
	if c.Metric == "" {
		return string(c.appendText(nil, a)) == string(c.appendText(nil, b))
	}
	if !okX || !okY {
		return okX == okY
	}
	return x == y || math.Abs(x-y) <= d.tolerance*max(math.Abs(x), math.Abs(y))
}

func (d *drift) note(r *Run, c Change) {
	d.Differences++
	if len(d.First) < d.most {
		c.Axes, c.Policy, c.Seed = r.Axes, r.Policy, r.Seed
		d.First = append(d.First, c)
	}
}

package results

import (
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
	d := &drift{tolerance: tolerance, most: most}
	nextNow, stopNow := iter.Pull2(now)
	defer stopNow()
	nextEarlier, stopEarlier := iter.Pull2(earlier)
	defer stopEarlier()
	for more := true; more; {
		a, errA, okA := nextNow()
		b, errB, okB := nextEarlier()
		for _, err := range []error{errA, errB} {
			if err != nil {
				return nil, err
			}
		}
		if err := d.meet(a, b); err != nil {
			return nil, err
		}
		more = okA || okB
	}
	d.alone()
	return &d.Drift, nil
}

// drift is a comparison while it is made.
type drift struct {
	Drift
	tolerance float64
	most      int
	// now and earlier are runs that have not met their partners, with their place in line.
	now, earlier waiting
}

// waiting are runs by what they are, and in order.
type waiting struct {
	runs map[string]*Run
	line []string
}

func (w *waiting) add(key string, r *Run) error {
	if w.runs == nil {
		w.runs = map[string]*Run{}
	}
	if w.runs[key] != nil {
		return fmt.Errorf("%s, policy %s, seed %d: the run is there twice", point(r.Axes), r.Policy, r.Seed)
	}
	w.runs[key] = r
	w.line = append(w.line, key)
	return nil
}

// take removes the run and returns it; nil if it has not come.
func (w *waiting) take(key string) *Run {
	r := w.runs[key]
	delete(w.runs, key)
	if len(w.runs) == 0 {
		w.line = w.line[:0]
	}
	return r
}

// all yields the runs that still wait, in their order, and leaves none.
func (w *waiting) all(yield func(*Run) bool) {
	for _, key := range w.line {
		if r := w.take(key); r != nil && !yield(r) {
			return
		}
	}
}

// meet takes the next run of each sweep, nil where there is none any more.
func (d *drift) meet(a, b *Run) error {
	if a != nil && b != nil && runKey(a) == runKey(b) {
		d.compare(a, b)
		return nil
	}
	if a != nil {
		key := runKey(a)
		if partner := d.earlier.take(key); partner != nil {
			d.compare(a, partner)
		} else if err := d.now.add(key, a); err != nil {
			return err
		}
	}
	if b != nil {
		key := runKey(b)
		if partner := d.now.take(key); partner != nil {
			d.compare(partner, b)
		} else if err := d.earlier.add(key, b); err != nil {
			return err
		}
	}
	return nil
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

// alone notes the runs that met no partner.
func (d *drift) alone() {
	for r := range d.now.all {
		d.Drifted++
		d.note(r, Change{Column: id.Name, Now: r.ID, Earlier: noRun})
	}
	for r := range d.earlier.all {
		d.Drifted++
		d.note(r, Change{Column: id.Name, Now: noRun, Earlier: r.ID})
	}
}

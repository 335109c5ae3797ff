package sweep

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// RunOptions say how to run a sweep; what comes out does not depend on them.
type RunOptions struct {
	// Executor makes the runs; Local by default.
	Executor Executor
	// Shard is the share to run.
	Shard Shard
	Log   *zap.Logger
	// Events writes events.parquet too, if that is the whole sweep.
	Events bool
	// Expect is called with how many runs are to be done, each time that is known anew, and
	// Add with how many more are. Add may be called from several goroutines.
	Expect, Add func(n int)
	// Fail is called with how many of those that are done failed; nil for nobody.
	Fail func(n int)
}

// Outcome says how far a sweep got.
type Outcome struct {
	// Runs are to be done, Finished of them are, of which Failed failed: their policy
	// crashed or broke the rules. Failed and Outputs are known if all of the sweep is
	// finished.
	Runs, Finished, Failed int
	Outputs                []results.Output
}

// Run runs what is not finished of the sweep, or of a shard of it, and writes the results
// into the folder if that was the whole sweep. When ctx ends, runs that have begun are
// finished and kept, no others begin, and the error is that of ctx.
//
// A run whose policy crashes or breaks the rules is a row of its own and no error. So is
// one that breaks an invariant of the engine, but the first of these is returned when all
// others are done.
func (s *Sweep) Run(ctx context.Context, f *Folder, o RunOptions) (Outcome, error) {
	e, x, out, err := s.execute(ctx, f.store, o)
	if err == nil && o.Shard.Of == 0 {
		out.Outputs, out.Failed, err = x.write(f)
	}
	if err == nil && o.Shard.Of == 0 && o.Events {
		var events results.Output
		o.Expect(out.Runs)
		if events, err = e.writeEvents(ctx, f.Dir, x); err == nil {
			out.Outputs = append(out.Outputs, events)
		}
	}
	if err == nil {
		err = e.broken
	}
	return out, err
}

// Rows runs the sweep and returns its rows in order; nothing is written.
func (s *Sweep) Rows(ctx context.Context, o RunOptions) (rows []*results.Run, err error) {
	e, x, _, err := s.execute(ctx, &memoryStore{}, o)
	if err != nil {
		return nil, err
	}
	for row, err := range x.rows(e.store) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, e.broken
}

// execute runs what is missing in the store of the sweep, or of a shard of it.
func (s *Sweep) execute(ctx context.Context, kept store, o RunOptions) (*execution, *extent, Outcome, error) {
	if o.Executor == nil {
		o.Executor = Local{}
	}
	if o.Expect == nil {
		o.Expect, o.Add = func(int) {}, func(int) {}
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	e := &execution{Sweep: s, RunOptions: o, store: kept, system: actors.NewSystem(o.Log)}
	x, err := newExtent(&s.Plan)
	if err != nil {
		return e, nil, Outcome{}, err
	}
	mine := func(point int) bool { return x.in(o.Shard, unit{point: point}) }
	for more := true; more && err == nil; {
		_, missing := x.count(kept, o.Shard)
		o.Expect(missing)
		if err = o.Executor.Execute(ctx, e.work(x.missing(kept, o.Shard)), e.one); err == nil {
			more, err = x.grow(kept, mine)
		}
	}
	runs, missing := x.count(kept, o.Shard)
	return e, x, Outcome{Runs: runs, Finished: runs - missing}, err
}

// execution is a sweep while it runs.
type execution struct {
	*Sweep
	RunOptions
	store  store
	system *actors.System

	mu     sync.Mutex
	broken error // the first run that broke an invariant of the engine
}

// work resolves the points of units as it gets to them, so that only those under way are
// in memory.
func (e *execution) work(units iter.Seq[unit]) iter.Seq2[Work, error] {
	return func(yield func(Work, error) bool) {
		point, resolved := -1, (*scenario.Scenario)(nil)
		for u := range units {
			if u.point != point {
				r, err := e.points.scenario(u.point)
				if err != nil {
					yield(Work{}, err)
					return
				}
				point, resolved = u.point, r
			}
			w := Work{u, *resolved}
			w.scenario.Seed = e.Seeds[u.seed]
			if !yield(w, nil) {
				return
			}
		}
	}
}

// one runs what is missing of a unit and keeps the result. It runs to its end even
// if ctx is over.
func (e *execution) one(ctx context.Context, w Work) error {
	tasks := w.scenario.Tasks()
	point := &e.Points[w.point]
	records, failed := make([]Record, 0, len(w.missing)), 0
	for _, i := range w.missing {
		id := e.id(point, w.scenario.Seed, point.Policies[i])
		r, err := simulate(context.WithoutCancel(ctx), e.system, id, &w.scenario, w.scenario.Policies[i], tasks, nil)
		if err != nil {
			e.broke(err)
		}
		if r.Error != "" {
			failed++
		}
		records = append(records, r)
	}
	if err := e.store.Add(records); err != nil {
		return err
	}
	if failed > 0 && e.Fail != nil {
		e.Fail(failed)
	}
	e.Add(len(records))
	return nil
}

// broke keeps the first error of the engine.
func (e *execution) broke(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.broken = cmp.Or(e.broken, err)
}

// simulate makes one run, its journal going to w unless that is nil. A run that fails is a
// record; the error is that of one that broke an invariant of the engine.
func simulate(ctx context.Context, system *actors.System, id ID, s *scenario.Scenario, policy scheduler.Spec, tasks []workload.Task, w journal.Writer) (Record, error) {
	numbers, err := s.Simulate(ctx, system, policy, tasks, w)
	var illegal *actors.PolicyError
	var run *actors.RunError
	switch {
	case err == nil:
		summary := numbers.Summary()
		return Record{ID: id, Summary: &summary}, nil
	case errors.As(err, &illegal):
		return Record{ID: id, Error: illegal.Error()}, nil
	case errors.As(err, &run): // without the name of the scenario, which may differ
		return Record{ID: id, Error: run.Err.Error()}, err
	}
	return Record{ID: id, Error: err.Error()}, err
}

// Estimate runs a few units, evenly spread over the points, for about a second, and returns
// how long a run took on average, and how many runs that was.
func (s *Sweep) Estimate(ctx context.Context, log *zap.Logger) (each time.Duration, runs int, err error) {
	const most, enough = 20, time.Second
	system := actors.NewSystem(log)
	begun := time.Now()
	for n := range most {
		point := n * len(s.Points) / most
		made, err := s.points.scenario(point)
		if err != nil {
			return 0, 0, err
		}
		made.Seed = s.Seeds[n%len(s.Seeds)]
		tasks := made.Tasks()
		for _, policy := range made.Policies {
			simulate(ctx, system, ID{}, made, policy, tasks, nil) //nolint:errcheck // the sweep will say
			runs++
		}
		if ctx.Err() != nil || time.Since(begun) > enough {
			break
		}
	}
	return time.Since(begun) / time.Duration(runs), runs, ctx.Err()
}

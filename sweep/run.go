package sweep

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// RunOptions say how to run a sweep; what comes out does not depend on them.
type RunOptions struct {
	// Jobs is how many runs go on at a time, 1 at least.
	Jobs int
	// Shard is the share to run.
	Shard Shard
	Log   *zap.Logger
	// Events writes events.parquet too, if that is the whole sweep.
	Events bool
	// Expect is told how many runs are to be done, each time that is known anew, and Add
	// that n of them are. Add may be called from several goroutines.
	Expect, Add func(n int)
	// Fail is told that n of those that are done failed; nil for nobody.
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
	x, err := newExtent(&s.Plan)
	if err != nil {
		return Outcome{}, err
	}
	e := &execution{Sweep: s, RunOptions: o, folder: f, system: actors.NewSystem(o.Log)}
	mine := func(point int) bool { return x.in(o.Shard, unit{point: point}) }
	for more := true; more && err == nil; {
		_, missing := x.count(f.store, o.Shard)
		o.Expect(missing)
		if err = e.all(ctx, x.missing(f.store, o.Shard)); err == nil {
			more, err = x.grow(f.store, mine)
		}
	}
	runs, missing := x.count(f.store, o.Shard)
	out := Outcome{Runs: runs, Finished: runs - missing}
	if err == nil && o.Shard.Of == 0 {
		out.Outputs, out.Failed, err = x.write(f)
	}
	if err == nil && o.Shard.Of == 0 && o.Events {
		var events results.Output
		o.Expect(runs)
		if events, err = e.writeEvents(ctx, x); err == nil {
			out.Outputs = append(out.Outputs, events)
		}
	}
	if err == nil {
		err = e.broken
	}
	return out, err
}

// execution is a sweep while it runs.
type execution struct {
	*Sweep
	RunOptions
	folder *Folder
	system *actors.System

	mu     sync.Mutex
	broken error // the first run that broke an invariant of the engine
}

// all runs units, as many at a time as there are jobs. The first error stops the others.
func (e *execution) all(ctx context.Context, units iter.Seq[unit]) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next, end := iter.Pull2(e.worlds(units))
	defer end()
	var turn sync.Mutex
	var group sync.WaitGroup
	for range e.Jobs {
		group.Go(func() {
			for ctx.Err() == nil {
				turn.Lock()
				w, err, more := next()
				turn.Unlock()
				if !more {
					return
				}
				if err == nil {
					err = e.one(ctx, w)
				}
				if err != nil {
					stop(err)
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// world is a unit with what is needed to run it.
type world struct {
	unit
	scenario scenario.Scenario
}

// worlds resolves the points of units as it gets to them, so that only those under way are
// in memory.
func (e *execution) worlds(units iter.Seq[unit]) iter.Seq2[world, error] {
	return func(yield func(world, error) bool) {
		point, resolved := -1, (*scenario.Scenario)(nil)
		for u := range units {
			if u.point != point {
				r, err := e.again(u.point)
				if err != nil {
					yield(world{}, err)
					return
				}
				point, resolved = u.point, r
			}
			w := world{u, *resolved}
			w.scenario.Seed = e.Seeds[u.seed]
			if !yield(w, nil) {
				return
			}
		}
	}
}

// again resolves a point that was checked before, and makes sure that it is still what it
// was then.
func (s *Sweep) again(point int) (*scenario.Scenario, error) {
	r, err := s.resolve(point)
	if err != nil {
		return nil, err
	}
	if content(r) != s.Points[point].Content {
		return nil, errors.New("a file of the scenario changed while the sweep ran: run it again")
	}
	return r.Scenario, nil
}

// one runs what is missing of a unit and keeps what it came to. It runs to its end even
// if ctx is over.
func (e *execution) one(ctx context.Context, w world) error {
	tasks := w.scenario.Tasks()
	point := &e.Points[w.point]
	records := make([]Record, 0, len(w.missing))
	for _, i := range w.missing {
		id := e.id(point, w.scenario.Seed, point.Policies[i].Name)
		records = append(records, e.simulate(context.WithoutCancel(ctx), id, &w.scenario, w.scenario.Policies[i], tasks))
	}
	if err := e.folder.store.Add(records); err != nil {
		return err
	}
	if failed := failures(records); failed > 0 && e.Fail != nil {
		e.Fail(failed)
	}
	e.Add(len(records))
	return nil
}

func failures(records []Record) (n int) {
	for _, r := range records {
		if r.Error != "" {
			n++
		}
	}
	return n
}

// simulate makes one run.
func (e *execution) simulate(ctx context.Context, id ID, s *scenario.Scenario, policy scheduler.Spec, tasks []workload.Task) Record {
	numbers := s.Collector()
	err := e.system.Run(ctx, s.Run(policy, tasks, numbers))
	if err == nil {
		summary := numbers.Summary()
		return Record{ID: id, Summary: &summary}
	}
	var illegal *actors.PolicyError
	if errors.As(err, &illegal) {
		return Record{ID: id, Error: illegal.Error()}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broken == nil {
		e.broken = err
	}
	var run *actors.RunError // without the name of the scenario, which may differ
	if errors.As(err, &run) {
		err = run.Err
	}
	return Record{ID: id, Error: fmt.Sprint(err)}
}

// Estimate runs a few units, evenly spread over the points, for about a second, and returns
// how long a run took on average, and how many runs that was.
func (s *Sweep) Estimate(ctx context.Context, log *zap.Logger) (each time.Duration, runs int, err error) {
	const most, enough = 20, time.Second
	e := &execution{Sweep: s, system: actors.NewSystem(log)}
	begun := time.Now()
	for n := range most {
		point := n * len(s.Points) / most
		world, err := e.again(point)
		if err != nil {
			return 0, 0, err
		}
		world.Seed = s.Seeds[n%len(s.Seeds)]
		tasks := world.Tasks()
		for _, policy := range world.Policies {
			e.simulate(ctx, ID{}, world, policy, tasks)
			runs++
		}
		if ctx.Err() != nil || time.Since(begun) > enough {
			break
		}
	}
	return time.Since(begun) / time.Duration(runs), runs, ctx.Err()
}

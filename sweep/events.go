package sweep

import (
	"context"

	"github.com/bobby-math/tessera/results"
)

// writeEvents makes every run of the extent again, one after the other in the order of the
// plan, and writes what happened in it. So the file does not depend on how the runs were
// spread or interrupted, and nothing of it is held in memory but which runs are written: one
// that stands at several points is written once.
func (e *execution) writeEvents(ctx context.Context, dir string, x *extent) (results.Output, error) {
	out, err := results.CreateEvents(dir)
	if err != nil {
		return results.Output{}, err
	}
	written := map[ID]bool{}
	done := false
	defer func() {
		if !done {
			out.Discard()
		}
	}()
	for w, err := range e.work(x.units()) {
		if err == nil {
			err = e.eventsOf(ctx, w, out, written)
		}
		if err != nil {
			return results.Output{}, err
		}
	}
	file, err := out.Commit()
	done = err == nil
	return file, err
}

// eventsOf writes the events of the runs of a unit. A run whose policy fails has events up
// to there.
func (e *execution) eventsOf(ctx context.Context, w Work, out *results.Events, written map[ID]bool) error {
	tasks := w.scenario.Tasks()
	pools := make([]string, len(w.scenario.Pools))
	for i, p := range w.scenario.Pools {
		pools[i] = p.Name.String()
	}
	point := &e.Points[w.point]
	for i, policy := range w.scenario.Policies {
		id := e.id(point, w.scenario.Seed, point.Policies[i])
		if written[id] {
			e.Add(1)
			continue
		}
		written[id] = true
		kept, err := e.store.Get(id)
		if err != nil {
			return err
		}
		events := out.Run(id.String(), pools)
		numbers, err := w.scenario.Simulate(ctx, e.system, policy, tasks, events)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if events.Err != nil {
			return events.Err
		}
		now := Record{ID: id, Error: kept.Error}
		switch {
		case err == nil:
			summary := numbers.Summary()
			now = Record{ID: id, Summary: &summary}
		case kept.Error == "":
			now.Error = err.Error() // it did not fail before
		}
		seed := w.scenario.Seed
		if err := same(e.row(point, seed, point.Policies[i], now), e.row(point, seed, point.Policies[i], kept)); err != nil {
			return err
		}
		e.Add(1)
	}
	return nil
}

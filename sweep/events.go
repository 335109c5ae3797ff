package sweep

import (
	"cmp"
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
	defer out.Discard()
	written := map[ID]bool{}
	for w, err := range e.work(x.units()) {
		if err == nil {
			err = e.eventsOf(ctx, w, out, written)
		}
		if err != nil {
			return results.Output{}, err
		}
	}
	return out.Commit()
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
		now, _ := simulate(ctx, e.system, id, &w.scenario, policy, tasks, events) // a broken run is one that failed
		if err := cmp.Or(ctx.Err(), events.Err); err != nil {
			return err
		}
		seed := w.scenario.Seed
		if err := same(e.row(point, seed, point.Policies[i], now), e.row(point, seed, point.Policies[i], kept)); err != nil {
			return err
		}
		e.Add(1)
	}
	return nil
}

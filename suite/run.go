package suite

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/metrics"
)

// Row is what one case came to.
type Row struct {
	Case
	metrics.JobSummary
}

// Met tells whether the deadline was met.
func (r Row) Met() bool { return r.Done && r.Finish <= r.Job.Deadline }

// Workers say how cases are run.
type Workers struct {
	// Count is how many runs there are at a time, at least 1.
	Count int
	// Ran is told of every run that is over, from any of the workers; nil for nobody.
	Ran func()
}

// Run runs the cases and returns a row for each, in their order. Cases that are not valid
// are all told at once before anything runs; a run that fails stops the suite.
func Run(ctx context.Context, system *actors.System, cases []Case, workers Workers) ([]Row, error) {
	if err := Check(cases); err != nil {
		return nil, err
	}
	return RunEach(ctx, cases, workers, func(ctx context.Context, c Case) (Row, error) {
		numbers := metrics.JobCollector{Gap: c.Job.Gap}
		err := system.Run(ctx, c.Job.Run(c.Policy, &numbers))
		return Row{c, numbers.Summary()}, err
	})
}

// Check returns everything that is wrong with the jobs of the cases, or nil.
func Check(cases []Case) error {
	var errs []error
	for n, c := range cases {
		if n > 0 && cases[n-1].Job == c.Job {
			continue // of another policy
		}
		if err := c.Job.Check(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// RunEach returns run of each case, in their order. The first error stops the others.
func RunEach[Case, Row any](ctx context.Context, cases []Case, workers Workers, run func(context.Context, Case) (Row, error)) ([]Row, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	rows := make([]Row, len(cases))
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers.Count {
		group.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(cases)) && ctx.Err() == nil; n = next.Add(1) - 1 {
				row, err := run(ctx, cases[n])
				if err != nil {
					stop(err)
					return
				}
				rows[n] = row
				if workers.Ran != nil {
					workers.Ran()
				}
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return rows, nil
}

package sweep

import (
	"context"
	"iter"
	"sync"

	"github.com/bobby-math/tessera/scenario"
)

// Work is a point of a sweep under a seed: runs that share their tasks.
type Work struct {
	unit
	scenario scenario.Scenario
}

// Executor has the work of a sweep done.
type Executor interface {
	// Execute calls do for each piece of work, in any order and from any goroutines. The
	// first error, of the sequence or of do, stops it, and so does the end of ctx.
	Execute(ctx context.Context, work iter.Seq2[Work, error], do func(context.Context, Work) error) error
}

// Local does the work in this process.
type Local struct {
	// Jobs is how many runs go on at a time, 1 at least.
	Jobs int
}

// Execute is that of Executor.
func (l Local) Execute(ctx context.Context, work iter.Seq2[Work, error], do func(context.Context, Work) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next, end := iter.Pull2(work)
	defer end()
	var turn sync.Mutex
	var group sync.WaitGroup
	for range max(l.Jobs, 1) {
		group.Go(func() {
			for ctx.Err() == nil {
				turn.Lock()
				w, err, more := next()
				turn.Unlock()
				if !more {
					return
				}
				if err == nil {
					err = do(ctx, w)
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

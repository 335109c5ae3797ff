// Package workload is what users want done: batch tasks and requests to services, from
// generators and files.
//
// The one idea to hold: a workload is a function of what was asked for and of the seed,
// and of nothing that happens in the run, so every policy under one seed is given the very
// same tasks and requests. Tasks are plain data made before the run begins; requests, of
// which there may be many more, are made one at a time.
package workload

import (
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Task is a batch job that runs on one instance at a time.
type Task struct {
	ID cloud.TaskID
	// Name is the task's id in the user's file; empty if it was generated.
	Name string
	// Arrival is when the task becomes known to the policy.
	Arrival clock.Time
	// Work is how long an instance must make progress on it. At least 1 ns.
	Work time.Duration
	// Deadline is when it should be done; clock.Never if it has none.
	Deadline clock.Time
	// StartOverhead is the time without progress when the task first starts. Default 0:
	// provisioning covers it.
	StartOverhead time.Duration
	// RestartOverhead is the time without progress each time the task starts again
	// after an interruption.
	RestartOverhead time.Duration
	Checkpoint      Checkpoint
	// Moves is what a start in another pool takes on top of that; nil is nothing.
	Moves *Moves
}

// Checkpoint is the amount of progress after which a task saves its state, counted
// from the beginning of the task; an interruption loses what came after the last save.
type Checkpoint time.Duration

const (
	// Continuously saves all the time: an interruption loses nothing.
	Continuously Checkpoint = 0
	// Nothing is ever saved: an interrupted task begins anew.
	Nothing Checkpoint = math.MaxInt64
)

// Saved returns how much of the progress done survives an interruption.
func (c Checkpoint) Saved(done time.Duration) time.Duration {
	if c == Continuously {
		return done
	}
	return done - done%time.Duration(c)
}

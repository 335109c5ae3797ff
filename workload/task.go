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
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
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

// ArrivalModel is how generated tasks come in over the duration of a run.
type ArrivalModel string

const (
	// Poisson: the arrivals of a Poisson process, given that as many tasks as asked
	// for come in: independent uniform instants, sorted (Ross, Stochastic Processes,
	// theorem 2.3.1).
	Poisson ArrivalModel = "poisson"
	// Uniform: evenly spaced, the first at 0.
	Uniform ArrivalModel = "uniform"
)

// ArrivalModels lists the ways of arriving, in the order of documentation.
var ArrivalModels = []ArrivalModel{Poisson, Uniform}

// MaxTasks is the most tasks a workload may have.
const MaxTasks = 100_000_000

// Generator describes tasks to be made up.
type Generator struct {
	// Tasks is how many. Range [0, MaxTasks].
	Tasks    int          `json:"tasks"`
	Arrivals ArrivalModel `json:"arrivals"`
	// Over is the time in which they arrive. Positive.
	Over time.Duration `json:"over_ns"`
	// Work is how long a task needs an instance.
	Work            rng.Duration  `json:"work"`
	RestartOverhead time.Duration `json:"restart_overhead_ns"`
	Checkpoint      Checkpoint    `json:"checkpoint_ns"`
}

// Check returns everything that is wrong with g.
func (g Generator) Check() (errs []error) {
	input.Within(&errs, "tasks", g.Tasks, 0, MaxTasks)
	input.OneOf(&errs, "arrivals", g.Arrivals, ArrivalModels)
	input.Positive(&errs, "over", g.Over)
	input.Below(&errs, "work: ", g.Work.Check())
	input.NotNegative(&errs, "restart_overhead", g.RestartOverhead)
	input.NotNegative(&errs, "checkpoint", time.Duration(g.Checkpoint))
	return errs
}

// Generate makes the tasks, in order of arrival. Arrivals and work come from two
// streams of their own.
func (g Generator) Generate(seed uint64) []Task {
	tasks := make([]Task, g.Tasks)
	arrivals := g.arrivals(seed)
	work := rng.Stream(seed, "workload/work")
	for i := range tasks {
		tasks[i] = Task{
			ID:              cloud.TaskID(i),
			Arrival:         arrivals[i],
			Work:            max(g.Work.Sample(work), 1),
			Deadline:        clock.Never,
			RestartOverhead: g.RestartOverhead,
			Checkpoint:      g.Checkpoint,
		}
	}
	return tasks
}

func (g Generator) arrivals(seed uint64) []clock.Time {
	times := make([]clock.Time, g.Tasks)
	if g.Arrivals == Uniform {
		for i := range times {
			times[i] = clock.Time(float64(i) / float64(g.Tasks) * float64(g.Over))
		}
		return times
	}
	r := rng.Stream(seed, "workload/arrivals")
	for i := range times {
		times[i] = clock.Time(math.Floor(r.Float64() * float64(g.Over)))
	}
	slices.Sort(times)
	return times
}

package workload

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/rng"
)

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
	if g.Tasks < 0 || g.Tasks > MaxTasks {
		errs = append(errs, fmt.Errorf("tasks: %d must be in [0, %d]", g.Tasks, MaxTasks))
	}
	if !slices.Contains(ArrivalModels, g.Arrivals) {
		errs = append(errs, fmt.Errorf("arrivals: %q must be one of %v", g.Arrivals, ArrivalModels))
	}
	if g.Over <= 0 {
		errs = append(errs, fmt.Errorf("over: %v must be positive", g.Over))
	}
	if err := g.Work.Check(); err != nil {
		errs = append(errs, fmt.Errorf("work: %w", err))
	}
	if g.RestartOverhead < 0 {
		errs = append(errs, fmt.Errorf("restart_overhead: %v must be >= 0", g.RestartOverhead))
	}
	if g.Checkpoint < 0 {
		errs = append(errs, fmt.Errorf("checkpoint: %v must be >= 0", time.Duration(g.Checkpoint)))
	}
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

package replay

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// TaskState is where a task stands.
type TaskState uint8

const (
	// Pending: it waits. Placed on an instance that was not launched for it and is not
	// ready, it counts as pending: the journal does not say.
	Pending TaskState = iota
	// Placed: an instance was launched for it that is not ready.
	Placed
	// Working: it runs, or is in the overhead of starting.
	Working
	// Done: it is complete.
	Done
)

func (s TaskState) String() string {
	return [...]string{"pending", "placed", "working", "done"}[s]
}

// Task is a task that has arrived.
type Task struct {
	State             TaskState
	Arrived, Deadline clock.Time
	Work              time.Duration
	// Instance is where it is placed or works, or worked last; cloud.None before that.
	Instance cloud.InstanceID
	// Interruptions so far.
	Interruptions int

	saved   time.Duration // what stands without the present stint
	working clock.Time    // since when its stint on an instance makes progress; it may lie ahead
}

// Progress returns the work that is done at an instant, the unsaved included.
func (t *Task) Progress(at clock.Time) time.Duration {
	if t.working >= at {
		return t.saved
	}
	return t.saved + at.Sub(t.working)
}

func (s *State) recordTask(e journal.Entry) {
	if e.Kind == journal.Arrive {
		for int(e.Task) >= len(s.Tasks) {
			s.Tasks = append(s.Tasks, Task{})
		}
		s.Tasks[e.Task] = Task{Arrived: e.At, Deadline: e.Deadline, Work: e.Span, Instance: cloud.None, working: clock.Never}
		return
	}
	t := &s.Tasks[e.Task]
	switch e.Kind {
	case journal.Start:
		t.State, t.Instance, t.working = Working, e.Instance, e.At.Add(e.Span)
		s.Egress += e.Cost
		s.living[e.Instance].Task = e.Task
	case journal.Interrupt:
		t.saved, t.working = t.Progress(e.At)-e.Span, clock.Never
		t.Interruptions++
		if t.Instance == e.Instance { // else it is placed elsewhere in the same decision
			t.State = Pending
		}
	case journal.Complete:
		t.State, t.saved, t.working = Done, t.Work, clock.Never
		s.living[e.Instance].Task = cloud.None
	}
}

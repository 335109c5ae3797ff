package replay

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// TaskState is the state of a task.
type TaskState uint8

const (
	// Pending: it waits. So does a task assigned to an instance that was not launched for it
	// and is not ready: the journal does not record that assignment.
	Pending TaskState = iota
	Placed            // an instance was launched for it that is not ready
	Working           // it runs, or its restart overhead does
	Done              // it is complete
)

func (s TaskState) String() string {
	return [...]string{"pending", "placed", "working", "done"}[s]
}

// Task is a task that has arrived.
type Task struct {
	State             TaskState
	Arrived, Deadline clock.Time
	Work              time.Duration
	Instance          cloud.InstanceID // where it is placed or works, or worked last; cloud.None before that
	// Interruptions so far.
	Interruptions int

	saved   time.Duration // progress before the present start
	working clock.Time    // when the overhead of the present start is over, and progress begins
}

// Progress returns the work done at an instant, that since the last checkpoint included.
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

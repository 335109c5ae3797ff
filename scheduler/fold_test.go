package scheduler

import (
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// taskOnAnInstance returns a view of task 0 on instance 0, which runs.
func taskOnAnInstance() *View {
	v := NewView(make([]Pool, 1), 0, 0)
	arrived := NewsOf(Arrived, 0)
	arrived.Task, arrived.Deadline, arrived.Work = 0, clock.Never, time.Hour
	v.Apply(&arrived)
	requested := requestNews(v, LaunchFor(0, 0, cloud.Spot), 1)
	requested.Task = 0
	v.Apply(requested)
	v.Apply(instanceNews(v, Ready, 0))
	return v
}

func started(v *View, at clock.Time) *News {
	n := instanceNews(v, Started, 0)
	n.Task, n.At = 0, at
	return n
}

func TestNewsListsWhatTheAgentDidNotDoItself(t *testing.T) {
	v := taskOnAnInstance()
	v.Apply(started(v, 5))
	v.Apply(instanceNews(v, Terminated, 0))
	if len(v.News) != 2 || v.News[0].Kind != Arrived || v.News[1].Kind != Ready {
		t.Errorf("listed are %+v, want an arrival and an instance that is ready", v.News)
	}
	if v.Task(0).State != Pending || v.Alive() != 0 || v.Pools[0].Held != 0 {
		t.Errorf("after the end of its instance: %+v, %d alive, %d held", *v.Task(0), v.Alive(), v.Pools[0].Held)
	}
}

// A start that is on its way when the policy terminates the instance is of no account: before,
// the task waited and seemed to make progress.
func TestATaskMakesProgressOnItsInstanceOnly(t *testing.T) {
	v := taskOnAnInstance()
	v.Apply(started(v, 5))
	if got := v.Task(0).Done(7); got != 2 {
		t.Errorf("%v done 2 ns after the start", got)
	}
	v.Apply(instanceNews(v, Terminated, 0))
	v.Apply(started(v, 6))
	if got := v.Task(0).Working; got != clock.Never {
		t.Errorf("makes progress from %v on, without an instance", got)
	}
}

func TestNewsOutOfTurnPanics(t *testing.T) {
	for name, change := range map[string]func(v *View) *News{
		"a task that is not the next": func(*View) *News { n := NewsOf(Arrived, 0); n.Task = 2; return &n },
		"an instance that is known":   func(v *View) *News { n := requestNews(v, Action{}, 1); n.Instance = 0; return n },
		"a replica that is not the next": func(v *View) *News {
			n := requestNews(v, Action{}, 1)
			n.Replica = 2
			return n
		},
		"an unknown kind": func(*View) *News { n := NewsOf(99, 0); return &n },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			v := taskOnAnInstance()
			v.Apply(change(v))
		})
	}
}

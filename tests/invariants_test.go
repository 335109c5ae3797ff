package tests

import (
	"fmt"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/workload"
)

// checkInvariants holds one journal to what is true of every run.
func checkInvariants(t *testing.T, entries []journal.Entry, tasks []workload.Task, limit int) {
	t.Helper()
	a := audit{
		tasks: tasks, limit: limit,
		instances: map[cloud.InstanceID]*auditedInstance{},
		progress:  make([]auditedTask, len(tasks)),
	}
	var numbers metrics.Collector
	for n, e := range entries {
		numbers.Record(e)
		if err := a.read(e); err != nil {
			t.Errorf("entry %d, %s: %v", n, show(e), err)
		}
	}
	if !a.over {
		t.Error("the journal has no end")
	}
	if a.alive > 0 {
		t.Errorf("%d instances never ended", a.alive)
	}
	if a.bills != numbers.TotalCost() {
		t.Errorf("the bills add up to %d n$, the metrics say %d n$", a.bills, numbers.TotalCost())
	}
}

// audit reads a journal again, believing nothing.
type audit struct {
	tasks     []workload.Task
	limit     int
	now       clock.Time
	over      bool
	alive     int
	bills     cloud.Money
	instances map[cloud.InstanceID]*auditedInstance
	progress  []auditedTask
}

type auditedInstance struct {
	ready       clock.Time // clock.Never before that
	ended, busy bool
}

type auditedTask struct {
	arrived, running, done bool
	on                     cloud.InstanceID
	started                clock.Time
	overhead               time.Duration
	worked                 time.Duration // progress that stands
}

// reached is the progress at an instant: the running stint counts after its overhead.
func (p *auditedTask) reached(now clock.Time) time.Duration {
	if !p.running {
		return p.worked
	}
	return p.worked + max(now.Sub(p.started)-p.overhead, 0)
}

func (a *audit) read(e journal.Entry) error {
	if e.At < a.now {
		return fmt.Errorf("time went back from %v", a.now)
	}
	if a.over {
		return fmt.Errorf("it comes after the end")
	}
	a.now = e.At
	switch e.Kind {
	case journal.Launch, journal.Refuse:
		return a.launch(e)
	case journal.Ready, journal.Notice, journal.Preempt, journal.Terminate, journal.Close:
		return a.live(e)
	case journal.Arrive:
		if a.progress[e.Task].arrived || a.tasks[e.Task].Arrival != e.At {
			return fmt.Errorf("the task arrives at %v", a.tasks[e.Task].Arrival)
		}
		a.progress[e.Task].arrived = true
	case journal.Start, journal.Complete, journal.Interrupt, journal.Unfinished:
		return a.work(e)
	case journal.End:
		a.over = true
	}
	return nil
}

func (a *audit) launch(e journal.Entry) error {
	if a.instances[e.Instance] != nil {
		return fmt.Errorf("the number of the instance is taken")
	}
	if e.Kind == journal.Refuse {
		a.instances[e.Instance] = &auditedInstance{ended: true}
		return nil
	}
	a.instances[e.Instance] = &auditedInstance{ready: clock.Never}
	a.alive++
	if a.limit > 0 && a.alive > a.limit {
		return fmt.Errorf("%d instances live where %d may", a.alive, a.limit)
	}
	return nil
}

// live reads what happens to an instance that was granted and has not ended.
func (a *audit) live(e journal.Entry) error {
	i := a.instances[e.Instance]
	switch {
	case i == nil:
		return fmt.Errorf("the instance was never granted")
	case i.ended:
		return fmt.Errorf("the instance had ended")
	case e.Kind == journal.Ready && i.ready != clock.Never:
		return fmt.Errorf("it was ready before")
	case e.Kind == journal.Ready:
		i.ready = e.At
		return nil
	case e.Kind == journal.Notice:
		return nil
	}
	i.ended = true
	a.alive--
	a.bills += e.Cost
	if ran := max(e.At.Sub(min(i.ready, e.At)), 0); ran != e.Span {
		return fmt.Errorf("it ran for %v", ran)
	}
	return nil
}

// work reads what happens to a task that has arrived and is not done.
func (a *audit) work(e journal.Entry) error {
	p, task := &a.progress[e.Task], &a.tasks[e.Task]
	if !p.arrived || p.done {
		return fmt.Errorf("the task has not arrived or was done")
	}
	reached := p.reached(e.At)
	switch e.Kind {
	case journal.Start:
		i := a.instances[e.Instance]
		if p.running || i == nil || i.ended || i.busy || i.ready == clock.Never {
			return fmt.Errorf("task %+v cannot start on instance %+v", *p, i)
		}
		i.busy = true
		a.bills += e.Cost
		p.running, p.on, p.started, p.overhead = true, e.Instance, e.At, e.Span
	case journal.Complete:
		if i := a.instances[p.on]; !p.running || p.on != e.Instance || i.ended {
			return fmt.Errorf("task %+v did not run on a living instance", *p)
		}
		a.instances[p.on].busy = false
		p.running, p.done, p.worked = false, true, reached
		if reached != task.Work {
			return fmt.Errorf("%v of work done, %v asked", reached, task.Work)
		}
	case journal.Interrupt:
		if i := a.instances[e.Instance]; i == nil || !i.ended || p.running && p.on != e.Instance {
			return fmt.Errorf("the instance of task %+v has not ended", *p)
		}
		p.running, p.worked = false, reached-e.Span
		if e.Span < 0 || p.worked < 0 || task.Checkpoint > 0 && p.worked%time.Duration(task.Checkpoint) > 0 {
			return fmt.Errorf("%v of work stands", p.worked)
		}
	case journal.Unfinished:
		if left := task.Work - reached; left != e.Span || left <= 0 {
			return fmt.Errorf("%v is left", left)
		}
	}
	return nil
}

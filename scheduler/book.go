package scheduler

import (
	"errors"
	"fmt"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Book is the engine's side of a View: the tenant's account of its own tasks and
// instances, changed by what the engine reports and by the actions it carries out.
type Book struct {
	view *View
	// asked is the first instance asked for in the present decision. Whether it is
	// granted shows only after it.
	asked cloud.InstanceID
}

// NewBook returns the book behind v.
func NewBook(v *View) *Book { return &Book{view: v} }

// BeginDecision notes that the policy is about to decide.
func (b *Book) BeginDecision() { b.asked = cloud.InstanceID(len(b.view.instances)) }

func (b *Book) taskLink(id int32) *link     { return &b.view.tasks[id].link }
func (b *Book) instanceLink(id int32) *link { return &b.view.instances[id].link }

func (b *Book) wait(t *Task) {
	t.State, t.Instance, t.Working = Pending, cloud.None, clock.Never
	b.view.pending.push(int32(t.ID), b.taskLink)
}

func (b *Book) tell(n News) { b.view.News = append(b.view.News, n) }

// Reprice notes a new spot price.
func (b *Book) Reprice(pool cloud.PoolID, price cloud.Price) {
	b.view.Pools[pool].Spot = price
	b.tell(News{Repriced, pool, cloud.None, cloud.None, cloud.NoReplica})
}

// Recapacitate notes how many spot instances a pool can hold.
func (b *Book) Recapacitate(pool cloud.PoolID, count int32) {
	b.view.Pools[pool].Capacity = count
	b.tell(News{Recapacitated, pool, cloud.None, cloud.None, cloud.NoReplica})
}

// Start notes since when a task makes progress.
func (b *Book) Start(id cloud.TaskID, working clock.Time) { b.view.Task(id).Working = working }

// Arrive notes a new task; tasks arrive in the order of their ids.
func (b *Book) Arrive(id cloud.TaskID, at, deadline clock.Time, work time.Duration) {
	if int(id) != len(b.view.tasks) {
		panic(fmt.Sprintf("scheduler: task %d arrived as number %d", id, len(b.view.tasks)))
	}
	b.view.tasks = append(b.view.tasks, Task{ID: id, Arrival: at, Deadline: deadline, Work: work})
	b.wait(b.view.Task(id))
	b.tell(News{Arrived, cloud.None, cloud.None, id, cloud.NoReplica})
}

// Ready notes that an instance runs.
func (b *Book) Ready(id cloud.InstanceID) {
	i := b.view.Instance(id)
	i.State = Running
	if i.Replica != cloud.NoReplica {
		return
	}
	if i.Task == cloud.None {
		b.view.idle.push(int32(id), b.instanceLink)
	}
	b.tell(News{Ready, i.Pool, id, i.Task, cloud.NoReplica})
}

// Notice notes that an instance will be preempted.
func (b *Book) Notice(id cloud.InstanceID) {
	i := b.view.Instance(id)
	i.Noticed = true
	b.tell(News{Noticed, i.Pool, id, i.Task, i.Replica})
}

// Refuse notes that an instance was not granted; a task placed on it waits again. Of a
// replica it is the first, for all.
func (b *Book) Refuse(id cloud.InstanceID) {
	i := b.view.Instance(id)
	if i.Replica != cloud.NoReplica {
		b.refuseReplica(b.view.Replica(i.Replica))
		return
	}
	task := i.Task
	if task != cloud.None {
		b.wait(b.view.Task(task))
	}
	b.end(i)
	b.tell(News{Refused, i.Pool, id, task, cloud.NoReplica})
}

// Preempt notes that the provider took an instance; a task on it waits again. What it lost
// is reported by Interrupt.
func (b *Book) Preempt(id cloud.InstanceID) {
	i := b.view.Instance(id)
	if i.Replica != cloud.NoReplica {
		b.preemptReplica(i)
		return
	}
	task := i.Task
	if task != cloud.None {
		b.view.Task(task).Preemptions++
		b.wait(b.view.Task(task))
	}
	b.end(i)
	b.tell(News{Preempted, i.Pool, id, task, cloud.NoReplica})
}

// Interrupt notes that a task whose instance ended has saved of its work left standing.
func (b *Book) Interrupt(id cloud.TaskID, saved time.Duration) {
	b.view.Task(id).Saved = saved
	b.tell(News{Interrupted, cloud.None, cloud.None, id, cloud.NoReplica})
}

// Complete notes that a task is done and its instance idle.
func (b *Book) Complete(id cloud.TaskID) {
	t := b.view.Task(id)
	i := b.view.Instance(t.Instance)
	t.State, t.Saved, t.Instance, t.Working = Done, t.Work, cloud.None, clock.Never
	i.Task = cloud.None
	b.view.idle.push(int32(i.ID), b.instanceLink)
	b.tell(News{Completed, i.Pool, i.ID, id, cloud.NoReplica})
}

func (b *Book) end(i *Instance) {
	if i.State == Running && i.Task == cloud.None && i.Replica == cloud.NoReplica {
		b.view.idle.remove(int32(i.ID), b.instanceLink)
	}
	if i.Purchase == cloud.Spot {
		b.view.Pools[i.Pool].Held--
	}
	i.State, i.Task = Ended, cloud.None
	b.view.alive--
}

// Launch notes that an instance is asked for, for a task or cloud.None, and returns its
// number.
func (b *Book) Launch(pool cloud.PoolID, purchase cloud.Purchase, task cloud.TaskID) cloud.InstanceID {
	id := cloud.InstanceID(len(b.view.instances))
	b.view.instances = append(b.view.instances, Instance{ID: id, Pool: pool, Purchase: purchase, Task: cloud.None})
	b.view.alive++
	if purchase == cloud.Spot {
		b.view.Pools[pool].Held++
	}
	if task != cloud.None {
		b.view.Task(task).Launches++
		b.place(b.view.Task(task), b.view.Instance(id))
	}
	return id
}

// Assign notes that a task is placed on an instance.
func (b *Book) Assign(task cloud.TaskID, instance cloud.InstanceID) {
	i := b.view.Instance(instance)
	if i.State == Running {
		b.view.idle.remove(int32(instance), b.instanceLink)
	}
	b.place(b.view.Task(task), i)
}

func (b *Book) place(t *Task, i *Instance) {
	b.view.pending.remove(int32(t.ID), b.taskLink)
	t.State, t.Instance, i.Task = Placed, i.ID, t.ID
}

// Terminate notes that an instance is given back; a task on it waits again, and can be
// placed anew in the same decision. What it lost is reported by Interrupt.
func (b *Book) Terminate(id cloud.InstanceID) {
	i := b.view.Instance(id)
	if i.Task != cloud.None {
		b.wait(b.view.Task(i.Task))
	}
	b.end(i)
}

// Check returns why a is illegal now, or nil. A legal launch can still be refused.
func (b *Book) Check(a Action) error {
	switch a.Verb {
	case VerbLaunch:
		if err := b.checkLaunch(a); err != nil {
			return err
		}
		if a.Task != cloud.None && a.Count != 1 {
			return fmt.Errorf("launch: count %d for task %d must be 1", a.Count, a.Task)
		}
		if a.Task != cloud.None {
			return b.checkPending("launch", a.Task)
		}
	case VerbAssign:
		if err := b.checkAlive("assign", a.Instance); err != nil {
			return err
		}
		if r := b.view.Instance(a.Instance).Replica; r != cloud.NoReplica {
			return fmt.Errorf("assign: instance %d is of replica %d", a.Instance, r)
		}
		if t := b.view.Instance(a.Instance).Task; t != cloud.None {
			return fmt.Errorf("assign: instance %d already has task %d", a.Instance, t)
		}
		return b.checkPending("assign", a.Task)
	case VerbTerminate:
		if err := b.checkAlive("terminate", a.Instance); err != nil {
			return err
		}
		if r := b.view.Instance(a.Instance).Replica; r != cloud.NoReplica {
			return fmt.Errorf("terminate: instance %d is of replica %d: terminate that", a.Instance, r)
		}
	case VerbLaunchReplica:
		if b.view.gang == 0 {
			return errors.New("launch: there is no service to launch a replica of")
		}
		return b.checkLaunch(a)
	case VerbTerminateReplica:
		return b.checkReplica(a.Replica)
	case VerbWake:
		if a.At <= b.view.Now {
			return fmt.Errorf("wake: %v is not after now, %v", a.At, b.view.Now)
		}
	case VerbTurn:
		return b.checkPool("turn", a.Pool)
	case VerbIllegal:
		return a.Err
	default:
		return fmt.Errorf("unknown verb %d", a.Verb)
	}
	return nil
}

// maxLaunch bounds one action, so that a slip of a policy cannot fill the memory.
const maxLaunch = 1_000_000

func (b *Book) checkLaunch(a Action) error {
	if err := b.checkPool("launch", a.Pool); err != nil {
		return err
	}
	if a.Count < 0 || a.Count > maxLaunch {
		return fmt.Errorf("launch: count %d is not in [0, %d]", a.Count, maxLaunch)
	}
	if a.Purchase > cloud.Spot {
		return fmt.Errorf("launch: purchase %d is neither spot nor on-demand", a.Purchase)
	}
	return nil
}

func (b *Book) checkPool(verb string, id cloud.PoolID) error {
	if id < 0 || int(id) >= len(b.view.Pools) {
		return fmt.Errorf("%s: pool %d is not in [0, %d)", verb, id, len(b.view.Pools))
	}
	return nil
}

func (b *Book) checkPending(verb string, id cloud.TaskID) error {
	if id < 0 || int(id) >= len(b.view.tasks) {
		return fmt.Errorf("%s: there is no task %d", verb, id)
	}
	if b.view.Task(id).State != Pending {
		return fmt.Errorf("%s: task %d is not pending", verb, id)
	}
	return nil
}

func (b *Book) checkAlive(verb string, id cloud.InstanceID) error {
	if id < 0 || int(id) >= len(b.view.instances) {
		return fmt.Errorf("%s: there is no instance %d", verb, id)
	}
	if id >= b.asked {
		return fmt.Errorf("%s: instance %d is asked for in this very decision", verb, id)
	}
	if b.view.Instance(id).State == Ended {
		return fmt.Errorf("%s: instance %d has ended", verb, id)
	}
	return nil
}

package scheduler

import (
	"fmt"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Apply folds one change into the view, and lists it in News if it is to be decided on. Nothing
// else changes a View, but for the agent's setting Now and clearing News when it decides. News
// that does not follow from what was applied before panics. n is read and not kept.
func (v *View) Apply(n *News) {
	switch n.Kind {
	case PriceChanged:
		v.Pools[n.Pool].Spot = n.Price
	case CapacityChanged:
		v.Pools[n.Pool].Capacity = n.Count
	case TargetChanged:
		v.Target = int(n.Count)
	case Arrived:
		v.arrive(n)
	case Started:
		if t := v.Task(n.Task); t.Instance == n.Instance { // else it was terminated meanwhile
			t.Working = n.At
		}
	case Interrupted:
		v.Task(n.Task).Saved = n.Work
	case Completed:
		v.complete(v.Task(n.Task), v.Instance(n.Instance))
	case Ready:
		v.ready(v.Instance(n.Instance))
	case Noticed:
		v.Instance(n.Instance).Noticed = true
	case Recommended:
		v.Instance(n.Instance).AtRisk = true
	case Served:
		v.Replica(n.Replica).State = Serving
	case Requested:
		v.request(n)
	case Assigned:
		i := v.Instance(n.Instance)
		if i.State == Running {
			v.idle.remove(int32(i.ID))
		}
		v.place(v.Task(n.Task), i)
	case Refused, Preempted, Terminated:
		v.lose(n)
	default:
		panic(fmt.Sprintf("scheduler: news of unknown kind %d", n.Kind))
	}
	if n.Listed() {
		v.News = append(v.News, *n)
	}
}

func (v *View) arrive(n *News) {
	if next := v.NextTask(); n.Task != next {
		panic(fmt.Sprintf("scheduler: task %d arrived where %d is next", n.Task, next))
	}
	v.tasks = append(v.tasks, Task{ID: n.Task, Arrival: n.At, Deadline: n.Deadline, Work: n.Work})
	v.wait(v.Task(n.Task))
}

func (v *View) complete(t *Task, i *Instance) {
	t.State, t.Saved, t.Instance, t.Working = Done, t.Work, cloud.None, clock.Never
	i.Task = cloud.None
	v.idle.push(int32(i.ID))
}

func (v *View) ready(i *Instance) {
	i.State = Running
	if i.Task == cloud.None && i.Replica == cloud.NoReplica {
		v.idle.push(int32(i.ID))
	}
}

func (v *View) request(n *News) {
	if next := v.NextInstance(); n.Instance != next {
		panic(fmt.Sprintf("scheduler: instance %d requested where %d is next", n.Instance, next))
	}
	if next := v.NextReplica(); n.Replica != cloud.NoReplica && n.Replica != next {
		panic(fmt.Sprintf("scheduler: replica %d requested where %d is next", n.Replica, next))
	}
	for id := n.Instance; id < n.Instance+cloud.InstanceID(n.Count); id++ {
		v.instances = append(v.instances, Instance{ID: id, Pool: n.Pool, Purchase: n.Purchase, Task: cloud.None, Replica: n.Replica})
	}
	v.alive += int(n.Count)
	if n.Purchase == cloud.Spot {
		v.Pools[n.Pool].Held += n.Count
	}
	if n.Replica != cloud.NoReplica {
		v.replicas = append(v.replicas, Replica{ID: n.Replica, Pool: n.Pool, Purchase: n.Purchase, First: n.Instance, Gang: n.Count})
	}
	if n.Task != cloud.None {
		t := v.Task(n.Task)
		t.Launches++
		v.place(t, v.Instance(n.Instance))
	}
}

// lose ends an instance, or all those of a replica.
func (v *View) lose(n *News) {
	if n.Replica != cloud.NoReplica {
		r := v.Replica(n.Replica)
		r.State = Gone
		for id := range r.Instances() {
			v.end(v.Instance(id))
		}
		return
	}
	i := v.Instance(n.Instance)
	if i.Task != cloud.None {
		t := v.Task(i.Task)
		if n.Kind == Preempted {
			t.Preemptions++
		}
		v.wait(t)
	}
	v.end(i)
}

func (v *View) end(i *Instance) {
	if i.State == Running && i.Task == cloud.None && i.Replica == cloud.NoReplica {
		v.idle.remove(int32(i.ID))
	}
	if i.Purchase == cloud.Spot {
		v.Pools[i.Pool].Held--
	}
	i.State, i.Task = Ended, cloud.None
	v.alive--
}

func (v *View) wait(t *Task) {
	t.State, t.Instance, t.Working = Pending, cloud.None, clock.Never
	v.pending.push(int32(t.ID))
}

func (v *View) place(t *Task, i *Instance) {
	v.pending.remove(int32(t.ID))
	t.State, t.Instance, i.Task = Placed, i.ID, t.ID
}

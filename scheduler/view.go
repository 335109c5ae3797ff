package scheduler

import (
	"iter"
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// View is what a tenant can see at one instant. The engine keeps it and changes in it
// only what changed, so building it costs nothing for what stayed the same. A policy
// reads it during Decide and must not keep it.
type View struct {
	Now   clock.Time
	Pools []Pool
	// News is what changed since the policy decided last, in order.
	News []News
	// Target is how many replicas of the service are wanted ready; 0 without a service.
	Target int

	limit     int // most instances at a time; 0 is no limit
	gang      int // instances that make a replica; 0 without a service
	alive     int
	tasks     []Task
	instances []Instance
	replicas  []Replica // by number; none has number 0
	pending   list
	idle      list
}

// Pool is a capacity pool as seen from outside.
type Pool struct {
	Name cloud.Pool
	// OnDemand and Spot are the prices now.
	OnDemand, Spot cloud.Price
	// Bid is the most the user pays for spot; 0 if there is no maximum.
	Bid cloud.Price
	// Capacity is how many spot instances the pool can hold now; Held is how many of them
	// are the tenant's.
	Capacity, Held int32
}

// Sells tells whether the pool can grant a spot instance now.
func (p *Pool) Sells() bool { return p.affordable() && p.Held < p.Capacity }

func (p *Pool) affordable() bool { return p.Bid == 0 || p.Spot <= p.Bid }

// TaskState is where a task stands.
type TaskState uint8

const (
	// Unknown: the task has not arrived.
	Unknown TaskState = iota
	// Pending: it waits for a decision.
	Pending
	// Placed: it is assigned to an instance, and runs if that is ready.
	Placed
	// Done: it is complete.
	Done
)

// Task is a task as the tenant knows it.
type Task struct {
	ID       cloud.TaskID
	State    TaskState
	Arrival  clock.Time
	Deadline clock.Time
	// Work is the whole of it; Saved is what an interruption so far has left standing.
	Work, Saved time.Duration
	// Working is since when it makes progress on its instance, once that is ready; it may
	// lie ahead, after the overhead of starting. clock.Never while it does not run.
	Working clock.Time
	// Preemptions counts the spot instances the provider took from under it.
	Preemptions int32
	// Launches counts the instances asked for on its behalf.
	Launches int32
	// Instance is where the task is placed, or cloud.None.
	Instance cloud.InstanceID
	link
}

// Done returns the progress of the task at an instant, the unsaved included.
func (t *Task) Done(now clock.Time) time.Duration {
	if t.Working >= now {
		return t.Saved
	}
	return t.Saved + now.Sub(t.Working)
}

// Overhead returns how long the task will go on making no progress on its instance.
func (t *Task) Overhead(now clock.Time) time.Duration {
	if t.Working == clock.Never || t.Working <= now {
		return 0
	}
	return t.Working.Sub(now)
}

// InstanceState is where an instance stands.
type InstanceState uint8

const (
	// Provisioning: asked for and not ready yet.
	Provisioning InstanceState = iota
	// Running: ready.
	Running
	// Ended: refused, preempted or terminated.
	Ended
)

// Instance is an instance as the tenant knows it.
type Instance struct {
	ID       cloud.InstanceID
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	State    InstanceState
	// Noticed: the provider has said that it will take the instance.
	Noticed bool
	// AtRisk: the provider has recommended to replace it.
	AtRisk bool
	// Task is the task placed on it, or cloud.None.
	Task cloud.TaskID
	// Replica is the replica it is part of, or cloud.NoReplica.
	Replica cloud.ReplicaID
	link
}

// ReplicaState is where a replica stands.
type ReplicaState uint8

const (
	// Starting: its instances are asked for or run, and it does not answer requests yet.
	Starting ReplicaState = iota
	// Serving: it answers requests.
	Serving
	// Gone: refused, preempted or terminated.
	Gone
)

// Replica is a replica of the service as the tenant knows it: Gang instances with ids from
// First on.
type Replica struct {
	ID       cloud.ReplicaID
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	State    ReplicaState
	First    cloud.InstanceID
	Gang     int32
}

// Instances yields the ids of its instances.
func (r *Replica) Instances() iter.Seq[cloud.InstanceID] {
	return func(yield func(cloud.InstanceID) bool) {
		for id := r.First; id < r.First+cloud.InstanceID(r.Gang); id++ {
			if !yield(id) {
				return
			}
		}
	}
}

// News is one change. Of a replica only the news of Replica are told, not those of its
// instances.
type News struct {
	Kind     NewsKind
	Pool     cloud.PoolID
	Instance cloud.InstanceID
	Task     cloud.TaskID
	Replica  cloud.ReplicaID
}

// NewsKind tells what changed.
type NewsKind uint8

const (
	// Repriced: Pool has a new spot price.
	Repriced NewsKind = iota
	// Recapacitated: Pool can hold another number of spot instances.
	Recapacitated
	// Arrived: Task came in.
	Arrived
	// Refused: Instance, or Replica, was not granted.
	Refused
	// Ready: Instance runs.
	Ready
	// Noticed: Instance, of Replica if it is of one, will be preempted soon.
	Noticed
	// Preempted: the provider took Instance, or one of Replica.
	Preempted
	// Interrupted: Task lost its instance and waits again.
	Interrupted
	// Completed: Task is done and Instance has nothing to do.
	Completed
	// Retargeted: the service wants another number of replicas.
	Retargeted
	// Served: Replica answers requests from now on.
	Served
	// Recommended: the provider recommends to replace Instance, of Replica if it is of one.
	Recommended
)

// NewView returns the view of a tenant with the given pools who may hold limit instances
// at a time (0: as many as it wants).
func NewView(pools []Pool, limit int) *View {
	for i := range pools {
		pools[i].Capacity = math.MaxInt32 // until something else is told
	}
	return &View{Pools: pools, replicas: make([]Replica, 1), limit: limit, pending: emptyList, idle: emptyList}
}

// Task returns the task with the given id, which must have arrived.
func (v *View) Task(id cloud.TaskID) *Task { return &v.tasks[id] }

// Instance returns the instance with the given id, which must have been asked for.
func (v *View) Instance(id cloud.InstanceID) *Instance { return &v.instances[id] }

// Replica returns the replica with the given id, which must have been asked for.
func (v *View) Replica(id cloud.ReplicaID) *Replica { return &v.replicas[id] }

// Free returns how many instances more the policy may hold.
func (v *View) Free() int {
	if v.limit == 0 {
		return math.MaxInt
	}
	return v.limit - v.alive
}

// Alive returns how many instances the policy holds, provisioning ones too.
func (v *View) Alive() int { return v.alive }

// Waiting returns how many tasks are pending.
func (v *View) Waiting() int { return v.pending.len }

// Pending yields the pending tasks in the order in which they began to wait: on arrival
// or when they were interrupted.
func (v *View) Pending() iter.Seq[*Task] {
	return func(yield func(*Task) bool) {
		for id := v.pending.first; id != cloud.None; {
			t := &v.tasks[id]
			id = t.next
			if !yield(t) {
				return
			}
		}
	}
}

// Idle yields the running instances with no task, in the order in which they became idle.
func (v *View) Idle() iter.Seq[*Instance] {
	return func(yield func(*Instance) bool) {
		for id := v.idle.first; id != cloud.None; {
			i := &v.instances[id]
			id = i.next
			if !yield(i) {
				return
			}
		}
	}
}

// CheapestSpot returns the pool with the lowest spot price among those that sell, the
// first of equals; ok is false if none sells.
func (v *View) CheapestSpot() (pool cloud.PoolID, ok bool) { return v.cheapestSpot(nil) }

// cheapestSpot does so in the knowledge of what is planned to be launched by pool.
func (v *View) cheapestSpot(planned []int32) (pool cloud.PoolID, ok bool) {
	best := cloud.PoolID(cloud.None)
	for id := range v.Pools {
		p := &v.Pools[id]
		held := p.Held
		if planned != nil {
			held += planned[id]
		}
		if p.affordable() && held < p.Capacity && (best == cloud.None || p.Spot < v.Pools[best].Spot) {
			best = cloud.PoolID(id)
		}
	}
	return best, best != cloud.None
}

// CheapestOnDemand returns the pool with the lowest on-demand price, the first of equals.
func (v *View) CheapestOnDemand() cloud.PoolID {
	best := 0
	for id := range v.Pools {
		if v.Pools[id].OnDemand < v.Pools[best].OnDemand {
			best = id
		}
	}
	return cloud.PoolID(best)
}

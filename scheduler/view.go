package scheduler

import (
	"iter"
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// View is what an agent can see at one instant: the fold of the News it got (Apply), which costs
// nothing for what stayed the same. All ids in it are the agent's own, as in News. A policy
// reads it during Decide and must not keep it.
type View struct {
	Now    clock.Time // since the run began, at midnight
	Pools  []Pool
	News   []News // what changed since the policy decided last that it did not do itself, in order
	Target int    // how many replicas of the service are wanted ready; 0 without a service

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
	Name           cloud.Pool
	OnDemand, Spot cloud.Price // the prices now
	Bid            cloud.Price // the most the user pays for spot; 0 if there is no maximum
	// Capacity is how many spot instances the pool can hold now; Held is how many of them
	// are the agent's.
	Capacity, Held int32
}

// Sells reports whether the pool can grant a spot instance now.
func (p *Pool) Sells() bool { return (p.Bid == 0 || p.Spot <= p.Bid) && p.Held < p.Capacity }

// TaskState is where a task stands.
type TaskState uint8

const (
	Pending TaskState = iota // it waits for a decision
	Placed                   // it is assigned to an instance, and runs if that is ready
	Done                     // it is complete
)

// Task is a task as the agent knows it.
type Task struct {
	ID          cloud.TaskID
	State       TaskState
	Arrival     clock.Time
	Deadline    clock.Time
	Work, Saved time.Duration // the whole of it, and what an interruption so far has left standing
	// Working is since when it makes progress on its instance, once that is ready; it may
	// lie ahead, after the overhead of starting. clock.Never while it does not run.
	Working     clock.Time
	Preemptions int32            // spot instances that the provider took from under it
	Launches    int32            // instances asked for on its behalf
	Instance    cloud.InstanceID // where the task is placed, or cloud.None
}

// Done returns the progress of the task at an instant, the unsaved included.
func (t *Task) Done(now clock.Time) time.Duration {
	if t.Working >= now {
		return t.Saved
	}
	return t.Saved + now.Sub(t.Working)
}

// InstanceState is where an instance stands.
type InstanceState uint8

const (
	Provisioning InstanceState = iota // asked for and not ready yet
	Running                           // ready
	Ended                             // refused, preempted or terminated
)

// Instance is an instance as the agent knows it.
type Instance struct {
	ID       cloud.InstanceID
	Pool     cloud.PoolID
	Purchase cloud.Purchase
	State    InstanceState
	Noticed  bool            // the provider has said that it will take the instance
	AtRisk   bool            // the provider has recommended to replace it
	Task     cloud.TaskID    // the task placed on it, or cloud.None
	Replica  cloud.ReplicaID // the replica it is part of, or cloud.NoReplica
}

// ReplicaState is where a replica stands.
type ReplicaState uint8

const (
	Starting ReplicaState = iota // its instances are asked for or run, and it does not answer requests yet
	Serving                      // it answers requests
	Gone                         // refused, preempted or terminated
)

// Replica is a replica of the service as the agent knows it: Gang instances with ids from First on.
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

// NewView returns the view of an agent with the given pools that may hold limit instances at a
// time (0: as many as it wants), before it got any News. gang is how many instances make a
// replica of its service; 0 without a service.
func NewView(pools []Pool, limit, gang int) *View {
	for i := range pools {
		pools[i].Capacity = math.MaxInt32 // until news says something else
	}
	return &View{Pools: pools, replicas: make([]Replica, 1), limit: limit, gang: gang}
}

// Task returns the task with the given id, which must have arrived.
func (v *View) Task(id cloud.TaskID) *Task { return &v.tasks[id] }

// Instance returns the instance with the given id, which must have been asked for.
func (v *View) Instance(id cloud.InstanceID) *Instance { return &v.instances[id] }

// Replica returns the replica with the given id, which must have been asked for.
func (v *View) Replica(id cloud.ReplicaID) *Replica { return &v.replicas[id] }

// NextTask returns the id of the task that arrives next: all before it are known.
func (v *View) NextTask() cloud.TaskID { return cloud.TaskID(len(v.tasks)) }

// NextInstance returns the id of the instance that is requested next.
func (v *View) NextInstance() cloud.InstanceID { return cloud.InstanceID(len(v.instances)) }

// NextReplica returns the id of the replica that is requested next; the first is 1.
func (v *View) NextReplica() cloud.ReplicaID { return cloud.ReplicaID(len(v.replicas)) }

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
func (v *View) Pending() iter.Seq[*Task] { return members(&v.pending, v.tasks) }

// Idle yields the running instances with no task, in the order in which they became idle.
func (v *View) Idle() iter.Seq[*Instance] { return members(&v.idle, v.instances) }

// CheapestSpot returns the pool with the lowest spot price among those that sell, the
// first of equals; ok is false if none sells.
func (v *View) CheapestSpot() (pool cloud.PoolID, ok bool) {
	return v.cheapestSpot(make([]int32, len(v.Pools)))
}

// cheapestSpot does so in the knowledge of what is planned to be launched by pool.
func (v *View) cheapestSpot(planned []int32) (pool cloud.PoolID, ok bool) {
	best := cloud.PoolID(cloud.None)
	for id, p := range v.Pools {
		p.Held += planned[id]
		if p.Sells() && (best == cloud.None || p.Spot < v.Pools[best].Spot) {
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

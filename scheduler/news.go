package scheduler

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// News is one change, with its values: a View is the fold of the News that its agent got, and
// of nothing else. Which fields mean something depends on Kind; the others are as NewsOf leaves
// them. All ids are the agent's own: dense, in the order in which it learns of what they name.
type News struct {
	Kind     NewsKind
	Purchase cloud.Purchase // how Instance is bought
	Reason   journal.Reason // why Instance, or Replica, was not granted (Refused)
	Pool     cloud.PoolID
	Instance cloud.InstanceID
	Task     cloud.TaskID
	Replica  cloud.ReplicaID // the replica that Instance is part of, or cloud.NoReplica
	// Count is how many spot instances Pool can hold (CapacityChanged), how many replicas are
	// wanted (TargetChanged), or how many instances from Instance on are requested (Requested).
	Count int32
	Price cloud.Price // the new spot price (PriceChanged)
	// At is since when it is so: the instant of the change, or of Started the one from which on
	// Task makes progress, which may lie ahead.
	At       clock.Time
	Deadline clock.Time // when Task should be done (Arrived); clock.Never if it has none
	// Work is the whole work of Task (Arrived), or what an interruption so far has left of it
	// (Interrupted).
	Work time.Duration
}

// NewsOf returns news of a kind that is of no pool, instance, task or replica.
func NewsOf(kind NewsKind, at clock.Time) (n News) {
	n.Reset(kind, at)
	return n
}

// Reset makes n news of a kind at an instant that is of no pool, instance, task or replica.
func (n *News) Reset(kind NewsKind, at clock.Time) {
	*n = News{Kind: kind, Pool: cloud.None, Instance: cloud.None, Task: cloud.None, At: at}
}

// NewsKind is what changed.
type NewsKind uint8

const (
	PriceChanged    NewsKind = iota // Pool has a new spot price, Price
	CapacityChanged                 // Pool can hold Count spot instances
	Arrived                         // Task arrived, with Work and Deadline
	Refused                         // Instance, or Replica, was not granted, for Reason; a task on it waits again
	Ready                           // Instance runs
	Noticed                         // Instance, of Replica if it is of one, will be preempted soon
	// Preempted: the provider took Instance; a task on it waits again. Of a replica it is the
	// end of all its instances.
	Preempted
	Interrupted   // Task lost its instance; Work of it is saved
	Completed     // Task is done and Instance has nothing to do
	TargetChanged // the service wants Count replicas
	Served        // Replica answers requests from now on
	Recommended   // the provider recommends to replace Instance, of Replica if it is of one

	// What follows is folded and never listed in View.News.

	Started // Task makes progress on Instance from At on
	// Requested: the agent asked for Count instances in Pool from Instance on: one, with Task
	// placed on it if there is one, or all those of a new Replica.
	Requested
	Assigned // the agent placed Task on Instance
	// Terminated: the agent ended Instance, or all instances of Replica; a task on it waits
	// again, and can be placed anew in the same decision. What it lost is reported by Interrupted.
	Terminated
)

// Listed reports whether View.News lists n: whether it is a change that the agent did not make
// itself and that it decides on. An instance of a replica that becomes ready is none: the
// replica is, once it serves.
func (n *News) Listed() bool {
	return n.Kind < Started && (n.Kind != Ready || n.Replica == cloud.NoReplica)
}

// Listener is a Policy that gets the stream of all News, what it did itself too, each as its
// View changes: before the Decide that sees the change. Who folds the stream into a View of its
// own (View.Apply) has what the policy sees.
type Listener interface{ Hear(News) }

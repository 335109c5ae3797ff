// Package journal is the record of a run: what happened, in the order it happened.
//
// The one idea to hold: actors only write it, metrics and reports only read it. All
// that is ever said of a run is said from its journal.
package journal

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Entry is one thing that happened. Which fields mean something depends on Kind, as Fields
// says; the others are cloud.None or zero.
type Entry struct {
	At       clock.Time
	Kind     Kind
	Purchase cloud.Purchase // how the instance was bought
	Because  Because        // what made a policy decide
	Pool     cloud.PoolID
	Instance cloud.InstanceID
	Task     cloud.TaskID // the task, or in the entries of a request its number
	// Price is the spot price from now on, the price at a launch, or the present price of
	// what a decision launches first.
	Price    cloud.Price
	Cost     cloud.Money // the whole bill of an instance that ends, or the egress of a start
	Deadline clock.Time  // when an arriving task should be done; clock.Never if it has none
	// Count is the spot capacity of a pool from now on, the number of replicas wanted, of
	// requests that lost a replica, or of actions of a decision.
	Count int32
	// Replica is the replica that an instance is launched for, or the one that serves;
	// cloud.NoReplica in other entries.
	Replica cloud.ReplicaID
	Span    time.Duration // a length of time, in nanoseconds: which one depends on Kind
	Pending int32         // how many tasks wait when the policy decides
	Reason  Reason        // why an instance was refused or a request failed
}

// New returns an entry of a kind at an instant that is of no pool, instance, task or
// replica. Entries are made with it and nothing else, so that a field that is not set means
// none, and never pool 0 or task 0.
func New(kind Kind, at clock.Time) (e Entry) {
	e.Kind, e.At, e.Pool, e.Instance, e.Task = kind, at, cloud.None, cloud.None, cloud.None
	return e
}

// Kind is what happened. Doc says it of each in full, and Fields which values come with it.
type Kind uint8

// The kinds of entries.
const (
	Price      Kind = iota // a spot price changed
	Capacity               // the spot capacity of a pool changed
	Arrive                 // a task arrived
	Launch                 // an instance was granted
	Refuse                 // an instance was refused
	Ready                  // an instance runs
	Start                  // a task works on an instance
	Complete               // a task is done
	Notice                 // a preemption is announced
	Preempt                // the provider took an instance
	Terminate              // the policy gave an instance back
	Interrupt              // a task lost its instance
	Close                  // the run ended with an instance alive
	Turn                   // the policy turned to a pool
	Decide                 // the policy acted
	Unfinished             // the run ended with work of a task left
	Stall                  // nothing could happen any more while tasks waited
	End                    // the run is over

	Target    // a service wants another number of replicas
	Serve     // a replica answers requests
	Down      // a replica does so no more
	Request   // a request arrived
	Respond   // a request was answered
	Retry     // a request lost its replica and is sent again
	Fail      // a request failed
	Rebalance // the provider recommends to replace an instance

	kinds // their number
)

// Reason says why an instance was refused, or why a request failed.
type Reason uint8

const (
	NoReason   Reason = iota // the zero Reason
	OverLimit                // the policy already holds as many instances as it may
	AboveBid                 // the spot price was above the maximum the user pays
	NoCapacity               // the pool could hold no more spot instances
	TimedOut                 // the request was not answered in time
	Lost                     // the request lost its replica and was not to be sent again
	reasons                  // their number
)

var reasonNames = [reasons]string{
	"", "instance limit reached", "price above bid", "no capacity", "timed out", "replica lost",
}

func (r Reason) String() string { return reasonNames[r] }

// Writer takes entries in order.
type Writer interface{ Record(Entry) }

// Log is a Writer that keeps every entry.
type Log struct{ Entries []Entry }

// Record appends e.
func (l *Log) Record(e Entry) { l.Entries = append(l.Entries, e) }

// Tee returns a Writer that hands every entry to each of ws, in order.
func Tee(ws ...Writer) Writer { return tee(ws) }

type tee []Writer

func (t tee) Record(e Entry) {
	for _, w := range t {
		w.Record(e)
	}
}

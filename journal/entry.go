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

// Entry is one thing that happened. Which fields mean something depends on Kind; the
// others are cloud.None or zero.
type Entry struct {
	At   clock.Time
	Kind Kind
	// Purchase is how the instance was bought.
	Purchase cloud.Purchase
	// Because is what made a policy decide (Decide).
	Because  Because
	Pool     cloud.PoolID
	Instance cloud.InstanceID
	// Task is the task, or in the entries of a request its number.
	Task cloud.TaskID
	// Price is the spot price from now on (Price), the price at the launch (Launch) or the
	// price now of what is launched first (Decide).
	Price cloud.Price
	// Cost is the whole bill of an instance that ends here, or the egress of a start.
	Cost cloud.Money
	// Deadline is when an arriving task should be done; clock.Never if it has none.
	Deadline clock.Time
	// Count is how many spot instances a pool can hold from now on (Capacity), how many
	// replicas are wanted (Target), or how many things are done (Decide).
	Count int32
	// Replica is the replica an instance belongs to (Launch, Refuse), or the one that
	// serves; cloud.NoReplica in other entries.
	Replica cloud.ReplicaID
	// Span is a length of time: see the kinds.
	Span time.Duration
	// Pending is how many tasks wait as the policy decides (Decide).
	Pending int32
	Reason  Reason
}

// Kind tells what happened.
type Kind uint8

const (
	// Price: the spot price of Pool is Price from now on.
	Price Kind = iota
	// Capacity: Pool can hold Count spot instances from now on.
	Capacity
	// Arrive: Task came in, with Span of work.
	Arrive
	// Launch: Instance was granted in Pool, for Task if there is one.
	Launch
	// Refuse: Instance was asked for in Pool and refused, for Reason.
	Refuse
	// Ready: Instance runs from now on.
	Ready
	// Start: Task works on Instance from now on, after Span of restart overhead; to bring
	// its state to Pool cost Cost.
	Start
	// Complete: Task finished on Instance.
	Complete
	// Notice: Instance was told that it will be preempted in Span.
	Notice
	// Preempt: the provider took Instance after it ran for Span, and it cost Cost.
	Preempt
	// Terminate: the policy gave Instance back after it ran for Span, and it cost Cost.
	Terminate
	// Interrupt: Task lost its Instance and with it Span of work since its last
	// checkpoint; it waits again.
	Interrupt
	// Close: the run ended with Instance alive after it ran for Span; it cost Cost.
	Close
	// Turn: the policy turned to Pool: that is where it looks for its next instance.
	Turn
	// Decide: the policy decided, for Because, with Pending tasks waiting, on Count things:
	// instances or replicas to launch or to give back, tasks to assign, turns. What became
	// of them follows. Pool, Purchase and Price are of the first launch, if there is one. A
	// decision that does nothing, or only asks for another call, is not recorded.
	Decide
	// Unfinished: the run ended and Task had Span of work left.
	Unfinished
	// Stall: nothing could happen any more while tasks waited. Span is unused.
	Stall
	// End: the run is over.
	End

	// What follows is of a service, but for Rebalance.

	// Target: the service wants Count replicas ready from now on.
	Target
	// Serve: Replica in Pool answers requests from now on, Span after it was launched.
	Serve
	// Down: Replica in Pool, which served, does so no more; Count requests lost it.
	Down
	// Request: a request came in.
	Request
	// Respond: a request was answered by Replica, Span after it came in.
	Respond
	// Retry: a request lost its replica, Span after it was sent there, and is sent again.
	Retry
	// Fail: a request failed for Reason, Span after it came in.
	Fail
	// Rebalance: Instance was told that it is at risk, Span before it will be preempted.
	Rebalance
	kinds // their number
)

var kindNames = [kinds]string{
	"price", "capacity", "arrive", "launch", "refuse", "ready", "start", "complete", "notice",
	"preempt", "terminate", "interrupt", "close", "turn", "decide", "unfinished", "stall", "end",
	"target", "serve", "down", "request", "respond", "retry", "fail", "rebalance",
}

func (k Kind) String() string { return kindNames[k] }

// Reason says why an instance was refused, or why a request failed.
type Reason uint8

const (
	// NoReason is the zero Reason.
	NoReason Reason = iota
	// OverLimit: the policy already holds as many instances as it may.
	OverLimit
	// AboveBid: the spot price was above the maximum the user pays.
	AboveBid
	// NoCapacity: the pool could hold no more spot instances.
	NoCapacity
	// TimedOut: the request was not answered in time.
	TimedOut
	// Lost: the request lost its replica and was not to be sent again.
	Lost
	reasons // their number
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

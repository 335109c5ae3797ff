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
	Reason   Reason
	Pool     cloud.PoolID
	Instance cloud.InstanceID
	Task     cloud.TaskID
	// Price is the spot price from now on (Price) or the price at the launch (Launch).
	Price cloud.Price
	// Cost is the whole bill of an instance that ends here, or the egress of a start.
	Cost cloud.Money
	// Deadline is when an arriving task should be done; clock.Never if it has none.
	Deadline clock.Time
	// Count is how many spot instances a pool can hold from now on (Capacity).
	Count int32
	// Span is a length of time: see the kinds.
	Span time.Duration
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
	// Unfinished: the run ended and Task had Span of work left.
	Unfinished
	// Stall: nothing could happen any more while tasks waited. Span is unused.
	Stall
	// End: the run is over.
	End
	kinds // their number
)

var kindNames = [kinds]string{
	"price", "capacity", "arrive", "launch", "refuse", "ready", "start", "complete", "notice",
	"preempt", "terminate", "interrupt", "close", "turn", "unfinished", "stall", "end",
}

func (k Kind) String() string { return kindNames[k] }

// Reason says why an instance was refused.
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
	reasons // their number
)

var reasonNames = [reasons]string{
	"", "instance limit reached", "price above bid", "no capacity",
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

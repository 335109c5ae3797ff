// Package clock is virtual time: instants, the phases of an instant, and the
// queue of events yet to happen.
//
// The one idea to hold: events pop by (time, phase, sequence), and that key is
// unique, so a run has exactly one order. Nothing here knows of money, clouds or
// actors.
package clock

import (
	"fmt"
	"math"
	"time"
)

// Time is an instant of a run: nanoseconds since the run began. Equal instants
// compare equal.
type Time int64

// Never is later than every instant a run can reach.
const Never Time = math.MaxInt64

// At returns the instant that lies d after the beginning of the run.
func At(d time.Duration) Time { return Time(d) }

// Add returns the instant d after t, or Never where that would overflow.
func (t Time) Add(d time.Duration) Time {
	if d > 0 && t > Never-Time(d) {
		return Never
	}
	return t + Time(d)
}

// Sub returns the time from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Hours returns t in hours since the run began.
func (t Time) Hours() float64 { return time.Duration(t).Hours() }

// String writes t as a Go duration since the run began, as "13h5m0s".
func (t Time) String() string {
	if t == Never {
		return "never"
	}
	return time.Duration(t).String()
}

// Phase orders what happens at one instant. The order is part of the model: a
// task that ends at the very instant of its preemption has finished, and a policy
// decides when everything else at that instant is known.
type Phase uint8

const (
	// Work is progress: an instance becomes ready, a task completes.
	Work Phase = iota
	// Market is what the provider does: prices, capacity, preemption.
	Market
	// Arrival is demand: tasks and requests come in.
	Arrival
	// Decide is the turn of the policies.
	Decide
	// Sample is for taking measurements. No actor schedules anything in it yet.
	Sample
)

var phaseNames = [...]string{"work", "market", "arrival", "decide", "sample"}

func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return fmt.Sprintf("phase(%d)", uint8(p))
}

package report

import (
	"fmt"

	"github.com/google/btree"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// lanes are the tracks of a pool.
type lanes struct {
	timeline *Timeline
	process  int
	tracks   []place
	free     *btree.BTreeG[int] // those without an instance
}

func (t *Timeline) newLanes(process int) *lanes {
	return &lanes{timeline: t, process: process, free: btree.NewOrderedG[int](16)}
}

// take puts an instance, of replica or cloud.NoReplica, on the lowest free lane.
func (l *lanes) take(replica cloud.ReplicaID) *lane {
	n, ok := l.free.DeleteMin()
	if !ok {
		n = len(l.tracks)
		l.tracks = append(l.tracks, l.timeline.newTrack(l.process, fmt.Sprintf("lane %d", n+1)))
	}
	return &lane{of: l, number: n, replica: replica, overhead: clock.Never}
}

// lane is a track with an instance on it.
type lane struct {
	of       *lanes
	number   int
	open     int // slices that have begun and not ended
	replica  cloud.ReplicaID
	running  bool       // the instance is ready
	working  bool       // a task is on it
	overhead clock.Time // when the innermost slice, the overhead, ends; clock.Never if there is none
}

func (l *lane) event(phase byte, name string, at clock.Time, details ...detail) {
	l.of.timeline.event(phase, name, l.of.tracks[l.number], at, details...)
}

func (l *lane) begin(name string, at clock.Time, details ...detail) {
	l.settle(at)
	l.event(begins, name, at, details...)
	l.open++
}

func (l *lane) mark(name string, at clock.Time, details ...detail) {
	l.settle(at)
	l.event(instant, name, at, details...)
}

func (l *lane) end(at clock.Time, details ...detail) {
	l.event(ends, "", at, details...)
	l.open--
}

// settle ends the overhead if it is over.
func (l *lane) settle(at clock.Time) {
	if l.overhead <= at {
		l.end(l.overhead)
		l.overhead = clock.Never
	}
}

// stopWork ends the slice of the task.
func (l *lane) stopWork(at clock.Time, details ...detail) {
	l.settle(at)
	if l.overhead != clock.Never { // cut short
		l.end(at)
	}
	l.end(at, details...)
	l.overhead, l.working = clock.Never, false
}

// leave ends all open slices, that of the instance last, and frees the lane.
func (l *lane) leave(at clock.Time, details ...detail) {
	for l.open > 1 {
		l.end(at)
	}
	l.end(at, details...)
	l.of.free.ReplaceOrInsert(l.number)
}

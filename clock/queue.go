package clock

import (
	"fmt"

	"github.com/google/btree"
)

// degree of the btree: the fastest of 8, 16, 32 and 64 at 1e3, 1e5 and 1e6 events.
const degree = 32

// Queue holds the events of one run that have not happened yet and remembers how
// far the run has come. Use NewQueue.
type Queue struct {
	tree *btree.BTreeG[Event]
	last Event // the event popped last: nothing may come before it
}

// NewQueue returns an empty queue at the beginning of time.
func NewQueue() *Queue {
	return &Queue{tree: btree.NewG(degree, before)}
}

// Now returns the instant of the event popped last.
func (q *Queue) Now() Time { return q.last.at }

// Len returns the number of queued events.
func (q *Queue) Len() int { return q.tree.Len() }

// Push adds an event. It panics, with the values, if the event would not come after the
// one popped last (the past), or if its time, phase and sequence are taken: google/btree
// would silently drop one of the two.
func (q *Queue) Push(e Event) {
	if !before(q.last, e) {
		panic(fmt.Sprintf("clock: event pushed into the past: %v, after %v was popped", e, q.last))
	}
	if old, taken := q.tree.ReplaceOrInsert(e); taken {
		panic(fmt.Sprintf("clock: two events with one key: %v and %v", old, e))
	}
}

// Peek returns the next event and leaves it in the queue; ok is false if none waits.
func (q *Queue) Peek() (e Event, ok bool) { return q.tree.Min() }

// Pop takes the next event out of the queue and moves the time to it; ok is false if
// none waits.
func (q *Queue) Pop() (e Event, ok bool) {
	e, ok = q.tree.DeleteMin()
	if ok {
		q.last = e
	}
	return e, ok
}

// Cancel removes the event with key k and tells whether it was there.
func (q *Queue) Cancel(k Key) bool {
	_, found := q.tree.Delete(Event{at: k.at, order: k.order})
	return found
}

package clock

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// twin is the queue at its dumbest: a slice kept sorted.
type twin struct {
	now     Event
	waiting []Event
}

// compareEvents spells the order out: by time, phase and sequence.
func compareEvents(a, b Event) int {
	return cmp.Or(
		cmp.Compare(a.At(), b.At()),
		cmp.Compare(a.Phase(), b.Phase()),
		cmp.Compare(a.Sequence(), b.Sequence()),
	)
}

func (w *twin) push(e Event) {
	w.waiting = append(w.waiting, e)
	slices.SortFunc(w.waiting, compareEvents)
}

func (w *twin) pop() (e Event, ok bool) {
	if len(w.waiting) == 0 {
		return Event{}, false
	}
	w.now, w.waiting = w.waiting[0], slices.Clone(w.waiting[1:])
	return w.now, true
}

func (w *twin) cancel(k Key) bool {
	before := len(w.waiting)
	w.waiting = slices.DeleteFunc(w.waiting, func(e Event) bool { return e.Key() == k })
	return len(w.waiting) < before
}

// TestQueueDoesWhatASortedSliceDoes: times are few, so that most events share theirs
// with others.
func TestQueueDoesWhatASortedSliceDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, w := NewQueue(), &twin{}
		var keys []Key // of every event ever pushed
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				at := w.now.At() + Time(rapid.Int64Range(0, 2).Draw(t, "in"))
				first := Work
				if at == w.now.At() {
					first = w.now.Phase() // anything before is the past
				}
				phase := Phase(rapid.Uint8Range(uint8(first), uint8(Sample)).Draw(t, "phase"))
				kind := Kind(rapid.Uint8().Draw(t, "kind"))
				n := int32(len(keys))
				e := NewEvent(at, phase, uint64(n)+1, kind, n, -n)
				q.Push(e)
				w.push(e)
				keys = append(keys, e.Key())
			},
			"pop": func(t *rapid.T) {
				last := w.now
				got, ok := q.Pop()
				want, wantOK := w.pop()
				if got != want || ok != wantOK {
					t.Fatalf("popped %v, %v; want %v, %v", got, ok, want, wantOK)
				}
				if ok && compareEvents(last, got) >= 0 {
					t.Fatalf("popped %v after %v", got, last)
				}
			},
			"cancel": func(t *rapid.T) {
				if len(keys) == 0 {
					t.Skip("nothing to cancel")
				}
				k := rapid.SampledFrom(keys).Draw(t, "key")
				if got, want := q.Cancel(k), w.cancel(k); got != want {
					t.Fatalf("cancelled %v: %v, want %v", k, got, want)
				}
			},
			"": func(t *rapid.T) {
				got, ok := q.Peek()
				if ok != (len(w.waiting) > 0) || ok && got != w.waiting[0] {
					t.Fatalf("peeked %v, %v; want the first of %v", got, ok, w.waiting)
				}
				if q.Len() != len(w.waiting) || q.Now() != w.now.At() {
					t.Fatalf("%d events at %v, want %d at %v", q.Len(), q.Now(), len(w.waiting), w.now.At())
				}
			},
		})
	})
}

func TestQueuePanicsOnTwoEventsWithOneKey(t *testing.T) {
	q := NewQueue()
	q.Push(NewEvent(5, Market, 7, 3, 1, 2))
	expectPanic(t, func() { q.Push(NewEvent(5, Market, 7, 3, 8, 9)) },
		"two events with one key", "5ns/market/7 kind 3 to 1 arg 2", "5ns/market/7 kind 3 to 8 arg 9")
	expectPanic(t, func() { q.Push(NewEvent(5, Market, 7, 4, 1, 2)) }, "two events with one key")
}

func TestQueuePanicsOnAnEventInThePast(t *testing.T) {
	last := NewEvent(5, Market, 7, 0, 0, 0)
	tests := map[string]Event{
		"an earlier instant":                  NewEvent(4, Sample, 8, 0, 1, 2),
		"an earlier phase of the instant":     NewEvent(5, Work, 8, 0, 1, 2),
		"an earlier sequence of the phase":    NewEvent(5, Market, 6, 0, 1, 2),
		"an instant before the run has begun": NewEvent(-1, Market, 8, 0, 1, 2),
		"the very event":                      last,
	}
	for name, e := range tests {
		t.Run(name, func(t *testing.T) {
			q := NewQueue()
			q.Push(last)
			q.Pop()
			expectPanic(t, func() { q.Push(e) }, "into the past", e.String(), last.String())
		})
	}
}

// expectPanic runs f, which must panic with a message that holds all of parts.
func expectPanic(t *testing.T, f func(), parts ...string) {
	t.Helper()
	defer func() {
		t.Helper()
		message := fmt.Sprint(recover())
		for _, part := range parts {
			if !strings.Contains(message, part) {
				t.Errorf("panic %q does not tell %q", message, part)
			}
		}
	}()
	f()
}

// TestQueueInSteadyStateAllocatesNothing: of the 1.5 kB nodes that split and merge, the
// tree keeps 32 to use again. A small queue lives on these; a large one needs a new node
// now and then, less often than once in 200 events.
func TestQueueInSteadyStateAllocatesNothing(t *testing.T) {
	const holds = 1000
	const seed = 1
	for pending, most := range map[int]float64{1000: 0, 100_000: holds / 200} {
		r := rand.New(rand.NewPCG(seed, 0))
		q := NewQueue()
		sequence := uint64(0)
		push := func() {
			sequence++
			q.Push(NewEvent(q.Now().Add(exponential(r)), Work, sequence, 0, 0, 0))
		}
		hold := func() {
			for range holds {
				q.Pop()
				push()
			}
		}
		for range pending {
			push()
		}
		for range 2 * pending / holds {
			hold() // until the times pending are those of the steady state
		}
		if perRun := testing.AllocsPerRun(100, hold); perRun > most {
			t.Errorf("%d pending, seed %d: %v allocations in %d pops and pushes, want at most %v",
				pending, seed, perRun, holds, most)
		}
	}
}

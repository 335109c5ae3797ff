package clock

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkHold is the hold model: pop the first event, push one at an exponential time
// with mean 1 s after it, with a fixed number pending (Jones, An Empirical Comparison of
// Priority-Queue and Event-Set Implementations, CACM 29, 1986, section 2). The queue is
// measured in turns with a bare heap of the same events, so that the noise of the
// machine strikes both: x_of_heap is its speed over that of the heap, and at least 0.5
// is wanted.
func BenchmarkHold(b *testing.B) {
	for _, pending := range []int{1e3, 1e5, 1e6} {
		b.Run(fmt.Sprintf("pending=%d/queue", pending), func(b *testing.B) {
			q, h := NewQueue(), &heap{}
			onQueue, onHeap := newHolder(q.Push, q.Pop, pending), newHolder(h.push, h.pop, pending)
			var queueTime, heapTime time.Duration
			for b.Loop() {
				queueTime += onQueue.round()
				heapTime += onHeap.round()
			}
			report(b, queueTime)
			b.ReportMetric(heapTime.Seconds()/queueTime.Seconds(), "x_of_heap")
		})
		b.Run(fmt.Sprintf("pending=%d/heap", pending), func(b *testing.B) {
			h := &heap{}
			holder := newHolder(h.push, h.pop, pending)
			var heapTime time.Duration
			for b.Loop() {
				heapTime += holder.round()
			}
			report(b, heapTime)
		})
	}
}

// holdsPerRound is long enough for the caches to forget the turn of the other.
const holdsPerRound = 50_000

func report(b *testing.B, took time.Duration) {
	holds := float64(b.N) * holdsPerRound
	b.ReportMetric(holds/took.Seconds(), "events/s")
	b.ReportMetric(float64(took.Nanoseconds())/holds, "ns/event")
	b.ReportMetric(0, "ns/op") // a round of both: of no interest
}

// holder runs the hold model on one queue.
type holder struct {
	push     func(Event)
	pop      func() (Event, bool)
	delays   []time.Duration
	sequence uint64
}

func newHolder(push func(Event), pop func() (Event, bool), pending int) *holder {
	r := rand.New(rand.NewPCG(1, 0))
	h := &holder{push: push, pop: pop, delays: make([]time.Duration, 1<<16)}
	for i := range h.delays {
		h.delays[i] = exponential(r)
	}
	for range pending {
		h.pushAfter(0)
	}
	for range pending/holdsPerRound + 1 {
		h.round() // until the times pending are those of the steady state
	}
	return h
}

// exponential draws a time with mean 1 s.
func exponential(r *rand.Rand) time.Duration {
	return time.Duration(math.Round(r.ExpFloat64() * 1e9))
}

func (h *holder) pushAfter(now Time) {
	h.sequence++
	delay := h.delays[h.sequence%uint64(len(h.delays))]
	h.push(NewEvent(now.Add(delay), Work, h.sequence, 0, 0, 0))
}

// round holds holdsPerRound times and returns how long that took.
func (h *holder) round() time.Duration {
	begin := time.Now()
	for range holdsPerRound {
		e, _ := h.pop()
		h.pushAfter(e.At())
	}
	return time.Since(begin)
}

// heap is a bare 4-ary heap of events: no cancelling, no checks.
type heap struct{ events []Event }

func (h *heap) push(e Event) {
	h.events = append(h.events, e)
	i := len(h.events) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !before(e, h.events[parent]) {
			break
		}
		h.events[i] = h.events[parent]
		i = parent
	}
	h.events[i] = e
}

func (h *heap) pop() (first Event, ok bool) {
	last := len(h.events) - 1
	if last < 0 {
		return Event{}, false
	}
	first = h.events[0]
	e := h.events[last]
	h.events = h.events[:last]
	if last == 0 {
		return first, true
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= last {
			break
		}
		smallest := child
		for c := child + 1; c < min(child+4, last); c++ {
			if before(h.events[c], h.events[smallest]) {
				smallest = c
			}
		}
		if !before(h.events[smallest], e) {
			break
		}
		h.events[i] = h.events[smallest]
		i = smallest
	}
	h.events[i] = e
	return first, true
}

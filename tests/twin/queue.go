package twin

import "github.com/bobby-math/tessera/clock"

// event is something that will happen to the machine, task or pool numbered who.
type event struct {
	at    clock.Time
	seq   uint64
	who   int32
	phase clock.Phase
	kind  kind
}

// kind tells what happens.
type kind uint8

const (
	arrive       kind = iota // a task comes in
	decide                   // the policy's turn
	ready                    // a machine runs
	instanceDown             // a machine's notice has run out
	age                      // a machine has reached its age
	complete                 // a task is done
	change                   // a pool's price or capacity changes
	hazardStep               // a pool's hazard makes a step
	retry                    // the policy's turn, after a refusal
	wake                     // the policy's turn, as it asked
)

// before is the order of a run: time, then phase, then the order of scheduling.
func (e *event) before(f *event) bool {
	if e.at != f.at {
		return e.at < f.at
	}
	if e.phase != f.phase {
		return e.phase < f.phase
	}
	return e.seq < f.seq
}

// heap is a binary heap of events, the next one first.
type heap []event

func (h *heap) push(e event) {
	*h = append(*h, e)
	q, i := *h, len(*h)-1
	for ; i > 0 && e.before(&q[(i-1)/2]); i = (i - 1) / 2 {
		q[i] = q[(i-1)/2]
	}
	q[i] = e
}

func (h *heap) pop() event {
	q := *h
	first, e := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	*h = q
	for i, child := 0, 1; len(q) > 0; child = 2*i + 1 {
		if child+1 < len(q) && q[child+1].before(&q[child]) {
			child++
		}
		if child >= len(q) || !q[child].before(&e) {
			q[i] = e
			break
		}
		q[i], i = q[child], child
	}
	return first
}

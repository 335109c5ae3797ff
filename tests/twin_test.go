package tests

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/journal"
)

var (
	firstSeed = flag.Uint64("twin.seed", 1, "seed of the first random scenario")
	runs      = flag.Int("twin.runs", 600, "how many random scenarios, with consecutive seeds")
)

// The engine and its sequential twin write the same journal, entry by entry, whatever the
// scenario; and the journal makes sense by itself.
func TestTwinWritesTheSameJournal(t *testing.T) {
	covered := coverage{}
	for seed := *firstSeed; seed < *firstSeed+uint64(*runs); seed++ {
		s := randomWorld(seed)
		for _, p := range s.Pools {
			for _, err := range p.Check() {
				t.Fatalf("seed %d makes an invalid pool: %v", seed, err)
			}
		}
		engine, other := s.run(t)
		if slices.Equal(engine, other) {
			checkInvariants(t, engine, s.Tasks, s.MaxInstances)
		} else {
			t.Error(difference("engine", engine, "twin", other))
		}
		if t.Failed() {
			t.Fatalf("to repeat: go test ./tests -run TestTwin -twin.seed=%d -twin.runs=1\n%+v", seed, s.Config)
		}
		covered.add(s, engine)
	}
	t.Log(covered)
	if *runs >= 500 {
		covered.check(t)
	}
}

// difference shows where two journals part, and what went before.
func difference(name string, left []journal.Entry, otherName string, right []journal.Entry) string {
	at := 0
	for at < min(len(left), len(right)) && left[at] == right[at] {
		at++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the journals part at entry %d (%s has %d, %s %d)\n", at, name, len(left), otherName, len(right))
	write := func(name string, entries []journal.Entry, from, to int) {
		for n := from; n < min(to, len(entries)); n++ {
			fmt.Fprintf(&b, "%8s %5d  %s\n", name, n, show(entries[n]))
		}
	}
	write("both", left, max(0, at-8), at)
	write(name, left, at, at+3)
	write(otherName, right, at, at+3)
	return b.String()
}

func show(e journal.Entry) string {
	return fmt.Sprintf("%v (%d ns) %v %v: pool %d, instance %d, task %d, price %v, cost %d n$, span %v, deadline %v, reason %q, because %q, count %d, pending %d",
		e.At, e.At, e.Kind, e.Purchase, e.Pool, e.Instance, e.Task, e.Price, e.Cost, e.Span, e.Deadline, e.Reason, e.Because, e.Count, e.Pending)
}

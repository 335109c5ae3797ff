package clock

import (
	"math"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

func TestEventKeepsWhatItIsMadeOf(t *testing.T) {
	type parts struct {
		at       Time
		phase    Phase
		sequence uint64
		kind     Kind
		to, arg  int32
	}
	check := func(t rapid.TB, p parts) {
		e := NewEvent(p.at, p.phase, p.sequence, p.kind, p.to, p.arg)
		if got := (parts{e.At(), e.Phase(), e.Sequence(), e.Kind(), e.To, e.Arg}); got != p {
			t.Fatalf("made of %+v, holds %+v", p, got)
		}
		if e.Key().At() != p.at {
			t.Fatalf("made of %+v, its key is at %v", p, e.Key().At())
		}
	}
	check(t, parts{})
	check(t, parts{at: math.MinInt64, to: math.MinInt32, arg: math.MinInt32})
	check(t, parts{Never, Sample, MaxSequence, math.MaxUint8, math.MaxInt32, math.MaxInt32})
	rapid.Check(t, func(t *rapid.T) {
		check(t, parts{
			Time(rapid.Int64().Draw(t, "at")), drawPhase(t),
			rapid.Uint64Range(0, MaxSequence).Draw(t, "sequence"), Kind(rapid.Uint8().Draw(t, "kind")),
			rapid.Int32().Draw(t, "to"), rapid.Int32().Draw(t, "arg"),
		})
	})
}

func drawPhase(t *rapid.T) Phase {
	return Phase(rapid.Uint8Range(0, uint8(Sample)).Draw(t, "phase"))
}

// TestEventsAreOrderedByTimePhaseAndSequence: and whatever else they hold changes
// nothing.
func TestEventsAreOrderedByTimePhaseAndSequence(t *testing.T) {
	times := rapid.OneOf(rapid.Int64Range(0, 1), rapid.Int64())
	sequences := rapid.OneOf(rapid.Uint64Range(0, 1), rapid.Uint64Range(0, MaxSequence))
	rapid.Check(t, func(t *rapid.T) {
		draw := func() Event {
			return NewEvent(Time(times.Draw(t, "at")), drawPhase(t), sequences.Draw(t, "sequence"),
				Kind(rapid.Uint8().Draw(t, "kind")), rapid.Int32().Draw(t, "to"), 0)
		}
		a, b := draw(), draw()
		want := compareEvents(a, b)
		if want == 0 {
			t.Skip("one sequence twice")
		}
		if before(a, b) != (want < 0) || before(b, a) != (want > 0) {
			t.Fatalf("%v and %v are in the wrong order", a, b)
		}
	})
}

func TestNewEventPanicsOutOfRange(t *testing.T) {
	expectPanic(t, func() { NewEvent(0, Sample, MaxSequence+1, 0, 0, 0) }, "phase 4", "sequence 9007199254740992")
	expectPanic(t, func() { NewEvent(0, Sample+1, 6, 0, 0, 0) }, "phase 5", "sequence 6")
}

// TestEventIsSmall: the speed of the queue hangs on it.
func TestEventIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Event{}); size != 24 {
		t.Errorf("an event takes %d bytes", size)
	}
}

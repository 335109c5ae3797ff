package clock

import "fmt"

// Kind tells an actor's events apart. Each actor numbers its own.
type Kind uint8

// Event is something that will happen to one actor. It is 24 bytes and held by
// value: a queue of pointers costs a cache miss a comparison.
type Event struct {
	at    Time
	order uint64 // phase (3 bits), sequence (53 bits), kind (8 bits)
	// To is the address of the actor the event concerns.
	To int32
	// Arg is the actor's own reference to what the event is about.
	Arg int32
}

const (
	kindBits  = 8
	phaseBits = 3
	seqBits   = 64 - kindBits - phaseBits

	// MaxSequence is the last sequence number of a run: 9.0e15.
	MaxSequence = 1<<seqBits - 1
)

// NewEvent makes the event that pops at (at, phase, sequence). The sequence must be
// unique in the run and at least 1; it panics past MaxSequence.
func NewEvent(at Time, phase Phase, sequence uint64, kind Kind, to, arg int32) Event {
	if sequence > MaxSequence || phase > Sample {
		panic(fmt.Sprintf("clock: event out of range: phase %d, sequence %d", phase, sequence))
	}
	order := uint64(phase)<<(64-phaseBits) | sequence<<kindBits | uint64(kind)
	return Event{at: at, order: order, To: to, Arg: arg}
}

// At returns the instant of the event.
func (e *Event) At() Time { return e.at }

// Phase returns the event's phase within its instant.
func (e *Event) Phase() Phase { return Phase(e.order >> (64 - phaseBits)) }

// Sequence returns the event's number in the order of scheduling.
func (e *Event) Sequence() uint64 { return e.order >> kindBits & MaxSequence }

// Kind returns which of its actor's events this is.
func (e *Event) Kind() Kind { return Kind(e.order) }

// Key returns what identifies the event in the queue.
func (e *Event) Key() Key { return Key{e.at, e.order} }

func (e Event) String() string {
	return fmt.Sprintf("%v/%v/%d kind %d to %d arg %d", e.at, e.Phase(), e.Sequence(), e.Kind(), e.To, e.Arg)
}

// Key identifies a queued event, so that it can be cancelled. The zero Key belongs
// to no event of an actor: sequences start at one.
type Key struct {
	at    Time
	order uint64
}

// At returns the instant of the event with this key.
func (k Key) At() Time { return k.at }

// before orders events by time, phase and sequence; events that differ in less are one.
func before(a, b Event) bool {
	return a.at < b.at || a.at == b.at && a.order>>kindBits < b.order>>kindBits
}

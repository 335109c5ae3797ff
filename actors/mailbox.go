package actors

import "github.com/asynkron/protoactor-go/actor"

// line is the one FIFO of a run. Every message between its actors goes through it and is
// delivered on the run's own goroutine, in the order of sending, each to completion
// before the next: no lock, no goroutine a message, no race. It is empty exactly when no
// message of the present event is undelivered.
type line struct {
	ring       []delivery // its length is a power of two
	first, len int
	handling   *mailbox // whose message is being handled, for failures
}

// delivery is a message under way.
type delivery struct {
	to      *mailbox
	message any
}

// system marks one of protoactor's own messages.
type system struct{ message any }

func (l *line) push(d delivery) {
	if l.len == len(l.ring) {
		l.grow()
	}
	l.ring[(l.first+l.len)&(len(l.ring)-1)] = d
	l.len++
}

func (l *line) grow() {
	ring := make([]delivery, max(64, 2*len(l.ring)))
	n := copy(ring, l.ring[l.first:])
	copy(ring[n:], l.ring[:l.first])
	l.ring, l.first = ring, 0
}

// deliver hands out messages until none is left.
func (l *line) deliver() {
	for l.len > 0 {
		d := l.ring[l.first]
		l.first = (l.first + 1) & (len(l.ring) - 1)
		l.len--
		l.handling = d.to
		if s, ok := d.message.(system); ok {
			d.to.actor.InvokeSystemMessage(s.message)
		} else {
			d.to.actor.InvokeUserMessage(d.message)
		}
	}
	l.handling = nil
}

// mailbox is protoactor's mailbox of one actor; it only passes on to the line. It does
// not recover panics: a panic in an actor ends the run (see kernel.drive), where
// protoactor would restart the actor and leave the run waiting for ever.
type mailbox struct {
	line  *line
	actor actor.MessageInvoker
	name  string
}

func (m *mailbox) PostUserMessage(message any)   { m.line.push(delivery{m, message}) }
func (m *mailbox) PostSystemMessage(message any) { m.line.push(delivery{m, system{message}}) }
func (m *mailbox) Start()                        {}
func (m *mailbox) UserMessageCount() int         { return 0 }

func (m *mailbox) RegisterHandlers(invoker actor.MessageInvoker, _ actor.Dispatcher) {
	m.actor = invoker
}

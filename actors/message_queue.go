package actors

import "github.com/asynkron/protoactor-go/actor"

// messageQueue is the one FIFO of a run. Every message between its actors goes through it and is
// delivered on the run's own goroutine, in the order of sending, each to completion
// before the next: no lock, no goroutine a message, no race. It is empty exactly when no
// message of the present event is undelivered.
type messageQueue struct {
	ring[delivery]
	handling *mailbox // whose message is being handled, for failures
}

// delivery is a message under way.
type delivery struct {
	to      *mailbox
	message any
}

// system marks one of protoactor's own messages.
type system struct{ message any }

// deliver hands out messages until none is left.
func (q *messageQueue) deliver() {
	for q.len > 0 {
		d := q.pop()
		q.handling = d.to
		if s, ok := d.message.(system); ok {
			d.to.actor.InvokeSystemMessage(s.message)
		} else {
			d.to.actor.InvokeUserMessage(d.message)
		}
	}
	q.handling = nil
}

// mailbox is protoactor's mailbox of one actor; it only passes on to the queue. It does
// not recover panics: a panic in an actor ends the run (see kernel.drive), where
// protoactor would restart the actor and leave the run waiting for ever.
type mailbox struct {
	queue *messageQueue
	actor actor.MessageInvoker
	name  string
}

func (m *mailbox) PostUserMessage(message any)   { m.queue.push(delivery{m, message}) }
func (m *mailbox) PostSystemMessage(message any) { m.queue.push(delivery{m, system{message}}) }
func (m *mailbox) Start()                        {}
func (m *mailbox) UserMessageCount() int         { return 0 }

func (m *mailbox) RegisterHandlers(invoker actor.MessageInvoker, _ actor.Dispatcher) {
	m.actor = invoker
}

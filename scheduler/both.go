package scheduler

import "errors"

// Both lets one policy rent for the tasks and another for the service of one tenant. What
// the second does comes after what the first does.
func Both(tasks, service Policy) Policy { return &both{parts: [2]Policy{tasks, service}} }

// Close closes both.
func (b *both) Close() error { return errors.Join(Close(b.parts[0]), Close(b.parts[1])) }

type both struct {
	parts   [2]Policy
	actions []Action
}

func (b *both) Decide(v *View) []Action {
	b.actions = b.actions[:0]
	for _, p := range b.parts {
		b.actions = append(b.actions, p.Decide(v)...)
	}
	return b.actions
}

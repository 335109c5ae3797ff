package journal

import "strings"

// Because is what made a policy decide: a bit for each kind of news since it decided last,
// and for the calls that come without news.
type Because uint16

const (
	// Repriced: a spot price changed.
	Repriced Because = 1 << iota
	// Recapacitated: a pool can hold another number of spot instances.
	Recapacitated
	// Arrived: a task came in.
	Arrived
	// Refused: an instance or a replica was not granted.
	Refused
	// BecameReady: an instance runs.
	BecameReady
	// Noticed: an instance will be preempted soon.
	Noticed
	// Preempted: the provider took an instance.
	Preempted
	// Interrupted: a task lost its instance.
	Interrupted
	// Completed: a task is done.
	Completed
	// Retargeted: the service wants another number of replicas.
	Retargeted
	// Served: a replica answers requests.
	Served
	// Recommended: the provider recommends to replace an instance.
	Recommended
	// Woken: the policy asked to be called at this instant.
	Woken
	// Retried: it is a while since a refusal.
	Retried
)

var becauseNames = [...]string{
	"price moved", "capacity changed", "task arrived", "launch refused", "instance ready",
	"preemption noticed", "instance preempted", "task interrupted", "task completed",
	"target changed", "replica serves", "replacement recommended", "woken as asked",
	"retry after refusal",
}

// String names the bits in order, with commas between.
func (b Because) String() string {
	var names []string
	for n, name := range becauseNames {
		if b&(1<<n) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

package journal

import "strings"

// Because is what made a policy decide: a bit for each kind of news since its last decision,
// in the order of scheduler.NewsKind, and for the calls without news.
type Because uint16

// The bits, in the order of becauseNames, which say what they mean.
const (
	PriceChanged Because = 1 << iota
	CapacityChanged
	Arrived
	Refused
	BecameReady
	Noticed
	Preempted
	Interrupted
	Completed
	TargetChanged
	Served
	Recommended
	Woken
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

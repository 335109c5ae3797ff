package workload

import "github.com/bobby-math/tessera/cloud"

// Balancer spreads requests over the replicas it knows of.
type Balancer interface {
	// Add and Remove say that a replica is ready, and that it no longer is.
	Add(cloud.ReplicaID)
	Remove(cloud.ReplicaID)
	// Pick returns the replica for the next request; false if it has to wait.
	Pick() (cloud.ReplicaID, bool)
	// Sent and Done say that a request was given to a replica, known or not, and that it
	// has left it.
	Sent(cloud.ReplicaID)
	Done(cloud.ReplicaID)
}

// New returns a balancer for replicas that work on so many requests at once.
func (b Balancing) New(concurrency int) Balancer {
	switch b {
	case LeastOutstanding:
		return newFewest(int(Unlimited))
	case OneQueue:
		return newFewest(concurrency)
	default:
		return &inTurn{}
	}
}

// inTurn picks each replica in turn, in the order in which they became known.
type inTurn struct {
	known []cloud.ReplicaID
	next  int
}

func (b *inTurn) Add(id cloud.ReplicaID) { b.known = append(b.known, id) }

func (b *inTurn) Remove(id cloud.ReplicaID) {
	for n, k := range b.known {
		if k == id {
			b.known = append(b.known[:n], b.known[n+1:]...)
			if n < b.next {
				b.next--
			}
			return
		}
	}
}

func (b *inTurn) Pick() (cloud.ReplicaID, bool) {
	if len(b.known) == 0 {
		return cloud.None, false
	}
	b.next %= len(b.known)
	id := b.known[b.next]
	b.next++
	return id, true
}

func (b *inTurn) Sent(cloud.ReplicaID) {}
func (b *inTurn) Done(cloud.ReplicaID) {}

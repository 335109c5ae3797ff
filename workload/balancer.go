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

// fewest picks a replica with the fewest unanswered requests, if that is below a limit.
// Among equals it picks the one that has been at that number longest. All it does takes the
// same short time however many replicas there are: they stand in a line for each number.
type fewest struct {
	limit int32
	lines []line  // by number of unanswered requests
	seats []*seat // by replica; nil if it is not known and has none unanswered
	least int     // no shorter line has a member
	known int
}

// line is a doubly linked list of seats.
type line struct{ first, last *seat }

// seat is a replica's place in a line.
type seat struct {
	id         cloud.ReplicaID
	unanswered int32
	known      bool
	prev, next *seat
}

func newFewest(limit int) *fewest { return &fewest{limit: int32(limit)} }

func (b *fewest) seat(id cloud.ReplicaID) *seat {
	for int(id) >= len(b.seats) {
		b.seats = append(b.seats, nil)
	}
	if b.seats[id] == nil {
		b.seats[id] = &seat{id: id}
	}
	return b.seats[id]
}

func (b *fewest) Add(id cloud.ReplicaID) {
	s := b.seat(id)
	s.known = true
	b.known++
	b.join(s)
}

func (b *fewest) Remove(id cloud.ReplicaID) {
	s := b.seats[id]
	b.leave(s)
	s.known = false
	b.known--
	b.forget(s)
}

func (b *fewest) Pick() (cloud.ReplicaID, bool) {
	if b.known == 0 {
		return cloud.None, false
	}
	for b.lines[b.least].first == nil {
		b.least++
	}
	s := b.lines[b.least].first
	return s.id, s.unanswered < b.limit
}

func (b *fewest) Sent(id cloud.ReplicaID) { b.move(b.seat(id), 1) }

func (b *fewest) Done(id cloud.ReplicaID) {
	s := b.seats[id]
	b.move(s, -1)
	b.forget(s)
}

// forget takes the seat from a replica that is gone and answered for.
func (b *fewest) forget(s *seat) {
	if !s.known && s.unanswered == 0 {
		b.seats[s.id] = nil
	}
}

func (b *fewest) move(s *seat, by int32) {
	if !s.known {
		s.unanswered += by
		return
	}
	b.leave(s)
	s.unanswered += by
	b.join(s)
}

func (b *fewest) join(s *seat) {
	for int(s.unanswered) >= len(b.lines) {
		b.lines = append(b.lines, line{})
	}
	l := &b.lines[s.unanswered]
	s.prev, s.next = l.last, nil
	if l.last == nil {
		l.first = s
	} else {
		l.last.next = s
	}
	l.last = s
	b.least = min(b.least, int(s.unanswered))
}

func (b *fewest) leave(s *seat) {
	l := &b.lines[s.unanswered]
	if s.prev == nil {
		l.first = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next == nil {
		l.last = s.prev
	} else {
		s.next.prev = s.prev
	}
}

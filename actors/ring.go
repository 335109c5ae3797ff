package actors

// ring is a FIFO queue in one slice. The zero ring is empty.
type ring[T any] struct {
	slots      []T // as many as a power of two
	first, len int
}

// at returns the n-th, from 0 on.
func (r *ring[T]) at(n int) *T { return &r.slots[(r.first+n)&(len(r.slots)-1)] }

func (r *ring[T]) full() bool { return r.len == len(r.slots) }

func (r *ring[T]) push(x T) {
	if r.full() {
		r.grow()
	}
	*r.at(r.len) = x
	r.len++
}

func (r *ring[T]) grow() {
	slots := make([]T, max(16, 2*len(r.slots)))
	n := copy(slots, r.slots[r.first:])
	copy(slots[n:], r.slots[:r.first])
	r.slots, r.first = slots, 0
}

// pop takes out the first. There must be one.
func (r *ring[T]) pop() T {
	x := r.slots[r.first]
	r.first = (r.first + 1) & (len(r.slots) - 1)
	r.len--
	return x
}

// keep drops those of a full ring that are not valid, and makes room where they are few: so
// each is looked at twice at most, on average, and memory stays in proportion to the valid.
func (r *ring[T]) keep(valid func(T) bool) {
	kept := 0
	for n := range r.len {
		if x := *r.at(n); valid(x) {
			*r.at(kept) = x
			kept++
		}
	}
	if kept > len(r.slots)/2 {
		r.grow()
	}
	r.len = kept
}

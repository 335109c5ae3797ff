package actors

// ticket names a request in flight: its slot, and its turn there, as slots are used again.
// A ticket is void when the slot has had another turn.
type ticket struct {
	slot int32
	turn uint32
}

// fifo is a queue of tickets. Void ones are left in it and passed over.
type fifo struct {
	ring       []ticket // its length is a power of two
	first, len int
}

func (f *fifo) push(t ticket) {
	if f.full() {
		f.grow()
	}
	f.ring[(f.first+f.len)&(len(f.ring)-1)] = t
	f.len++
}

func (f *fifo) full() bool { return f.len == len(f.ring) }

func (f *fifo) grow() {
	ring := make([]ticket, max(16, 2*len(f.ring)))
	n := copy(ring, f.ring[f.first:])
	copy(ring[n:], f.ring[:f.first])
	f.ring, f.first = ring, 0
}

// keep drops the void tickets of a full queue, and makes room where that is not much: so
// each ticket is looked at twice at most, on average, and memory stays in proportion to
// those that are not void.
func (f *fifo) keep(valid func(ticket) bool) {
	kept := 0
	for n := range f.len {
		if t := f.ring[(f.first+n)&(len(f.ring)-1)]; valid(t) {
			f.ring[(f.first+kept)&(len(f.ring)-1)] = t
			kept++
		}
	}
	if kept > len(f.ring)/2 {
		f.grow()
	}
	f.len = kept
}

// head returns the first ticket; ok is false if there is none.
func (f *fifo) head() (t ticket, ok bool) {
	if f.len == 0 {
		return ticket{}, false
	}
	return f.ring[f.first], true
}

func (f *fifo) pop() {
	f.first = (f.first + 1) & (len(f.ring) - 1)
	f.len--
}

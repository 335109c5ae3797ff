package actors

import (
	"testing"

	"pgregory.net/rapid"
)

// A queue of requests by age behind one that stays grew with every request after it, though
// those were long over.
func TestARingForgetsVoidTicketsBehindOneThatStays(t *testing.T) {
	var f ring[ticket]
	valid := func(t ticket) bool { return t.slot == 0 || t.slot > 99_990 }
	for slot := range int32(100_000) {
		if f.full() {
			f.keep(valid)
		}
		f.push(ticket{slot: slot})
	}
	if len(f.slots) > 32 {
		t.Errorf("room for %d tickets, of which 10 are not void", len(f.slots))
	}
}

// Whatever is pushed, popped and kept, a ring holds what a slice does.
func TestARingIsASlice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var f ring[ticket]
		var want []ticket
		next := int32(0)
		for range rapid.IntRange(1, 200).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "step") {
			case 0, 1, 2:
				if len(want) > 0 {
					f.pop()
					want = want[1:]
				}
			case 3:
				if f.full() && f.len > 0 {
					even := func(t ticket) bool { return t.slot%2 == 0 }
					f.keep(even)
					var kept []ticket
					for _, t := range want {
						if even(t) {
							kept = append(kept, t)
						}
					}
					want = kept
				}
			default:
				f.push(ticket{slot: next})
				want = append(want, ticket{slot: next})
				next++
			}
			if f.len != len(want) || f.len > 0 && *f.at(0) != want[0] {
				r.Fatalf("%d tickets, %+v, want %v", f.len, f, want)
			}
		}
		for _, one := range want {
			if head := f.pop(); head != one {
				r.Fatalf("head %v, want %v", head, one)
			}
		}
	})
}

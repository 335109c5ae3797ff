package sweep

import (
	"iter"
	"testing"

	"pgregory.net/rapid"
)

// counted is the sequence of the first n numbers and their squares.
func counted(n int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := range n {
			if !yield(i, i*i) {
				return
			}
		}
	}
}

func TestAheadIsTheSameSequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "n")
		stop := rapid.IntRange(0, 3000).Draw(t, "stop")
		next := 0
		for i, square := range ahead(counted(n)) {
			if next == stop {
				break
			}
			if i != next || square != i*i {
				t.Fatalf("%d, %d at place %d", i, square, next)
			}
			next++
		}
		if next != min(n, stop) {
			t.Fatalf("%d of %d", next, n)
		}
	})
}

package sweep

import "iter"

// ahead goes through a sequence while a goroutine of its own makes what comes next, some
// chunks ahead.
func ahead[A, B any](from iter.Seq2[A, B]) iter.Seq2[A, B] {
	type pair struct {
		a A
		b B
	}
	return func(yield func(A, B) bool) {
		chunks, stop := make(chan []pair, 4), make(chan struct{})
		defer close(stop)
		go func() {
			defer close(chunks)
			var chunk []pair
			send := func() bool {
				select {
				case chunks <- chunk:
					chunk = nil
					return true
				case <-stop:
					return false
				}
			}
			for a, b := range from {
				chunk = append(chunk, pair{a, b})
				if len(chunk) == 256 && !send() {
					return
				}
			}
			send()
		}()
		for chunk := range chunks {
			for _, p := range chunk {
				if !yield(p.a, p.b) {
					return
				}
			}
		}
	}
}

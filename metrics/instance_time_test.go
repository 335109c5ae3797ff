package metrics

import (
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The sum is that of whole numbers without bound, however long and however many.
func TestInstanceTimeIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var sum InstanceTime
		want := new(big.Int)
		for range rapid.IntRange(1, 5).Draw(r, "spans") {
			n := rapid.IntRange(0, 100_000_000).Draw(r, "instances")
			each := time.Duration(rapid.Int64Range(0, int64(10*365*24*time.Hour)).Draw(r, "each"))
			sum.add(n, each)
			want.Add(want, new(big.Int).Mul(big.NewInt(int64(n)), big.NewInt(int64(each))))
		}
		got := new(big.Int).Mul(big.NewInt(sum.seconds), big.NewInt(int64(time.Second)))
		if got.Add(got, big.NewInt(int64(sum.rest))).Cmp(want) != 0 || sum.rest >= time.Second {
			r.Fatalf("%d s and %v, want %v ns", sum.seconds, sum.rest, want)
		}
		if ticks := new(big.Int).Div(want, big.NewInt(int64(30*time.Second))); sum.seconds/30 != ticks.Int64() {
			r.Fatalf("%d ticks, want %v", sum.seconds/30, ticks)
		}
	})
}

package html

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestStepsReadAsTwoLists(t *testing.T) {
	var s Steps
	s.set(0, 3)
	s.set(1, 3) // no change
	s.add(2.00004, 1)
	s.add(2.00004, -4) // of changes at one instant the last counts
	text, err := json.Marshal(s)
	if want := "[[0,2],[3,0]]"; err != nil || string(text) != want {
		t.Errorf("%s (%v), want %s", text, err, want)
	}
}

// Thinning keeps the ends, the order, the highest and the lowest, and few steps.
func TestThinnedStepsKeepEveryPeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Steps
		hour := 0.0
		for range rapid.IntRange(1, 500).Draw(t, "steps") {
			hour += rapid.Float64Range(0.001, 1).Draw(t, "wait")
			s.set(hour, float64(rapid.IntRange(-50, 50).Draw(t, "value")))
		}
		most := rapid.IntRange(3, 60).Draw(t, "most")
		thin := s.thinned(most, hour)
		if len(thin) > most+3 { // the last instant is a part of its own
			t.Fatalf("%d steps, want about %d at most", len(thin), most)
		}
		if extent(thin) != extent(s) || thin[len(thin)-1] != s[len(s)-1] {
			t.Fatalf("%v lost the end or a peak of %v", thin, s)
		}
		for i := 1; i < len(thin); i++ {
			if thin[i].Hour <= thin[i-1].Hour {
				t.Fatalf("out of order: %v", thin)
			}
		}
	})
}

// extent returns the lowest and the highest value.
func extent(s Steps) [2]float64 {
	low, high := s[0].Value, s[0].Value
	for _, step := range s {
		low, high = min(low, step.Value), max(high, step.Value)
	}
	return [2]float64{low, high}
}

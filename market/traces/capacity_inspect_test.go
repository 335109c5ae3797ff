package traces

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
)

func TestInspectCapacity(t *testing.T) {
	const m = time.Minute
	s := CapacitySeries{
		Zone: "us-east-1a", InstanceType: "x", Gap: m,
		Points: ticks(m, 0, 0, 3, 4, 4, 1, 0, 2, 2, 2),
		Prices: milliDollars(m, 300, 300, 200, 200, 200, 500, 500, 500, 500, 500),
		End:    10 * m,
	}
	want := CapacityStats{
		Rows: 10, Span: 10 * m,
		Availability: 0.7,                                      // three of ten are 0
		Mean:         1.8,                                      // 3+4+4+1+2+2+2 = 18
		Changes:      5,                                        // 0|3|4|1|0|2
		Up:           Runs{2, 7 * m, 210 * time.Second, 4 * m}, // four and three ticks
		Down:         Runs{2, 3 * m, 90 * time.Second, 2 * m},  // two and one
		MinPrice:     cloud.PerHour(0.2),
		MaxPrice:     cloud.PerHour(0.5),
	}
	if diff := cmp.Diff(want, InspectCapacity(s), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
}

func TestInspectCapacityAtAnyTimes(t *testing.T) {
	s := CapacitySeries{
		Zone: "us-east-1a", InstanceType: "x",
		Points: []CapacityPoint{{5 * time.Second, 2}, {10 * time.Second, 0}, {25 * time.Second, 0}, {30 * time.Second, 4}},
		End:    35 * time.Second,
	}
	want := CapacityStats{
		Rows: 4, Span: 30 * time.Second, // nothing is known before 5 s
		Availability: 1. / 3, // 5 s and 5 s of 30
		Mean:         1,      // (5 x 2 + 5 x 4) / 30
		Changes:      2,
		Up:           Runs{2, 10 * time.Second, 5 * time.Second, 5 * time.Second},
		Down:         Runs{1, 20 * time.Second, 20 * time.Second, 20 * time.Second},
	}
	if diff := cmp.Diff(want, InspectCapacity(s), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
}

func TestInspectCapacityEdges(t *testing.T) {
	instant := InspectCapacity(CapacitySeries{Points: []CapacityPoint{{7, 3}}, End: 7, Prices: []TimedPrice{{7, 0}}})
	if instant.Availability != 1 || instant.Mean != 3 || instant.Span != 0 {
		t.Errorf("got %+v", instant)
	}
	want := []string{"the zone is unknown", "the instance type is unknown", "a single instant: nothing ever changes", "the price is 0 at times"}
	if diff := cmp.Diff(want, instant.Warnings); diff != "" {
		t.Error(diff)
	}
	none := InspectCapacity(CapacitySeries{Points: []CapacityPoint{{7, 0}}, End: 7})
	if none.Availability != 0 || none.Mean != 0 {
		t.Errorf("got %+v", none)
	}
	any := InspectCapacity(CapacitySeries{Points: ticks(1, 0, Unlimited), End: 2})
	if any.Availability != 0.5 || !math.IsInf(any.Mean, 1) {
		t.Errorf("got %+v", any)
	}
}

// The runs of a series add up to its span, alternate, and are as many as its ticks say.
func TestRunsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(0, 2), 1, 50).Draw(t, "numbers")
		s := CapacitySeries{Gap: time.Second, Points: ticks(time.Second, numbers...), End: time.Duration(len(numbers)) * time.Second}
		stats := InspectCapacity(s)
		var up, flips int
		for i, n := range numbers {
			if n > 0 {
				up++
			}
			if i > 0 && (n > 0) != (numbers[i-1] > 0) {
				flips++
			}
		}
		if stats.Up.Total != time.Duration(up)*time.Second || stats.Up.Total+stats.Down.Total != s.End {
			t.Fatalf("up %v and down %v of %v", stats.Up.Total, stats.Down.Total, s.End)
		}
		if stats.Up.Count+stats.Down.Count != flips+1 {
			t.Fatalf("%d and %d runs, %d flips", stats.Up.Count, stats.Down.Count, flips)
		}
		if want := float64(up) / float64(len(numbers)); math.Abs(stats.Availability-want) > 1e-12 {
			t.Fatalf("availability %v, want %v", stats.Availability, want)
		}
	})
}

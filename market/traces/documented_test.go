package traces

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWarnOfTwins(t *testing.T) {
	history := func(name, zone string, gap time.Duration, numbers ...int) *CapacityHistory {
		return &CapacityHistory{Name: name, Series: []CapacitySeries{{Zone: zone, Gap: gap, Points: ticks(gap, numbers...)}}}
	}
	histories := []*CapacityHistory{
		history("a", "za", time.Second, 0, 1, 1),
		history("b", "zb", time.Second, 0, Unlimited, Unlimited), // all that is known of it is the same
		history("c", "zc", time.Minute, 0, 1, 1),
		history("d", "zd", time.Second, 1, 0, 0),
		history("e", "ze", time.Second, 1, 1, 1),
		history("f", "zf", time.Second, 1, 1, 1), // never change
	}
	WarnOfTwins(histories)
	want := map[string][]string{
		"b": {"zb: the same series as a"},
		"c": {"zc: the values are those of a, but the gap is 1s there and 1m0s here"},
	}
	for _, h := range histories {
		if diff := cmp.Diff(want[h.Name], h.Warnings); diff != "" {
			t.Errorf("%s: %s", h.Name, diff)
		}
	}
}

func TestChangesAtOtherTimesAreNoTwins(t *testing.T) {
	early := &CapacityHistory{Series: []CapacitySeries{{Points: []CapacityPoint{{0, 0}, {5, 1}}}}}
	late := &CapacityHistory{Series: []CapacitySeries{{Points: []CapacityPoint{{0, 0}, {6, 1}}}}}
	WarnOfTwins([]*CapacityHistory{early, late})
	if early.Warnings != nil || late.Warnings != nil {
		t.Errorf("got %q and %q", early.Warnings, late.Warnings)
	}
}

func TestDocumentedWarnings(t *testing.T) {
	series := CapacitySeries{Zone: "us-east-1a", Gap: time.Hour, Points: ticks(time.Hour, 0, 1), End: 48 * time.Hour}
	real := documents
	defer func() { documents = real }()
	for name, test := range map[string]struct {
		gap  time.Duration
		days float64
		want []string
	}{
		"as documented": {time.Hour, 2.5, nil},
		"another gap": {time.Minute, 2, []string{
			"us-east-1a: the gap is 1h0m0s, but these are the values of some set, whose gap is 1m0s"}},
		"another span": {time.Hour, 13, []string{
			"us-east-1a: spans 2.0 days, but some set is documented as 13 days"}},
	} {
		t.Run(name, func(t *testing.T) {
			documents = []document{{"some set", test.gap, test.days, []string{fingerprint(series)}}}
			if diff := cmp.Diff(test.want, documentedWarnings([]CapacitySeries{series})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

package traces

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/cloud"
)

func TestInspect(t *testing.T) {
	got := Inspect(PriceSeries{"us-east-1a", "us-east-1", "m5.large", "", []PricePoint{
		point("2030-01-01T00:00:00Z", 40_000_000),
		point("2030-01-01T01:00:00Z", 100_000_000),
		point("2030-01-01T04:00:00Z", 100_000_000),
		point("2030-01-01T05:00:00Z", 20_000_000),
		point("2030-01-03T01:00:00Z", 80_000_000),
	}})
	want := PriceStats{
		Rows:       5,
		First:      time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
		Last:       time.Date(2030, 1, 3, 1, 0, 0, 0, time.UTC),
		Span:       49 * time.Hour,
		Changes:    3,             // the third row repeats the price
		MedianGap:  2 * time.Hour, // of 1, 1, 3 and 44: (1+3)/2
		LongestGap: 44 * time.Hour,
		Min:        20_000_000,
		Max:        100_000_000, // 5 times the lowest: not yet a spike
		// (1 x 40 + 4 x 100 + 44 x 20) / 49 = 1320/49 = 26.938775510204...; the last price
		// holds for no time.
		Mean: 26_938_776,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMeanIsExact(t *testing.T) {
	const dearest = 10_000 * cloud.Price(cloud.Dollar)
	for name, test := range map[string]struct {
		points []PricePoint
		want   cloud.Price
	}{
		"a single row has its price": {[]PricePoint{point("2030-01-01T00:00:00Z", 7)}, 7},
		"half a nano-dollar goes up": {[]PricePoint{
			// 1 s at 1 and 1 s at 2: 1.5
			point("2030-01-01T00:00:00Z", 1), point("2030-01-01T00:00:01Z", 2), point("2030-01-01T00:00:02Z", 9)}, 2},
		"a third goes down": {[]PricePoint{
			// 2 ns at 1 and 1 ns at 2: 4/3
			point("2030-01-01T00:00:00Z", 1), point("2030-01-01T00:00:00.000000002Z", 2), point("2030-01-01T00:00:00.000000003Z", 9)}, 1},
		"the dearest price for a century": {[]PricePoint{
			point("2000-01-01T00:00:00Z", dearest), point("2100-12-31T23:59:59Z", dearest)}, dearest},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Inspect(PriceSeries{Points: test.points}).Mean; got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestInspectWarns(t *testing.T) {
	a, b := "2030-01-01T00:00:00Z", "2030-02-01T00:00:00Z"
	for name, test := range map[string]struct {
		series PriceSeries
		want   []string
	}{
		"nothing to say of a gap of a month": {
			PriceSeries{"us-east-1a", "us-east-1", "t", "p", []PricePoint{point(a, 10), point(b, 50)}}, nil},
		"spikes": {
			PriceSeries{"us-east-1a", "us-east-1", "t", "p", []PricePoint{point(a, 10), point(b, 51)}},
			[]string{"spikes: the highest price is 5.1 times the lowest"}},
		"zero price": {
			PriceSeries{"us-east-1a", "us-east-1", "t", "p", []PricePoint{point(a, 10), point(b, 0)}},
			[]string{"the price is 0 at times"}},
		"region for a zone, no type, one row": {
			PriceSeries{"us-east-1", "us-east-1", "", "", []PricePoint{point(a, 10)}},
			[]string{"the zone is unknown", "the instance type is unknown", "a single row: the price never changes"}},
		"no rows": {PriceSeries{}, []string{"no rows"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Inspect(test.series).Warnings); diff != "" {
				t.Error(diff)
			}
		})
	}
}

package traces

import (
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// PriceStats describes a PriceSeries.
type PriceStats struct {
	// Rows is the number of points.
	Rows        int
	First, Last time.Time
	Span        time.Duration
	// Changes counts the points whose price differs from the one before.
	Changes int
	// MedianGap and LongestGap are of the times between neighbours; 0 for a single row.
	MedianGap, LongestGap time.Duration
	Min, Max              cloud.Price
	// Mean is weighted by time over [First, Last], computed exactly and rounded half up;
	// for a single row it is the price.
	Mean cloud.Price
	// Warnings tell what to know before trusting the series.
	Warnings []string
}

// spikeRatio is how many times the lowest price the highest may be without a warning.
const spikeRatio = 5

// Inspect returns the statistics of s; of a series without points, only a warning.
func Inspect(s PriceSeries) PriceStats {
	if len(s.Points) == 0 {
		return PriceStats{Warnings: []string{"no rows"}}
	}
	first, last := s.Points[0], s.Points[len(s.Points)-1]
	stats := PriceStats{
		Rows:  len(s.Points),
		First: first.At,
		Last:  last.At,
		Span:  last.At.Sub(first.At),
		Min:   first.Price,
		Max:   first.Price,
		Mean:  timeWeightedMean(s.Points),
	}
	var gaps []time.Duration
	for i, p := range s.Points[1:] {
		before := s.Points[i]
		gaps = append(gaps, p.At.Sub(before.At))
		if p.Price != before.Price {
			stats.Changes++
		}
		stats.Min = min(stats.Min, p.Price)
		stats.Max = max(stats.Max, p.Price)
	}
	stats.MedianGap, stats.LongestGap = medianAndMax(gaps)
	stats.Warnings = priceWarnings(s, stats)
	return stats
}

// timeWeightedMean returns the sum of price x time over the sum of time.
func timeWeightedMean(points []PricePoint) cloud.Price {
	last := len(points) - 1
	span := points[last].At.Sub(points[0].At)
	if span == 0 {
		return points[0].Price
	}
	var sum cloud.Charge
	for i, p := range points[:last] {
		sum = sum.Plus(p.Price.Over(points[i+1].At.Sub(p.At)))
	}
	return sum.Mean(span)
}

// medianAndMax returns 0 and 0 of no gaps.
func medianAndMax(gaps []time.Duration) (median, longest time.Duration) {
	n := len(gaps)
	if n == 0 {
		return 0, 0
	}
	slices.Sort(gaps)
	return (gaps[(n-1)/2] + gaps[n/2]) / 2, gaps[n-1]
}

func priceWarnings(s PriceSeries, stats PriceStats) []string {
	var w warnings
	w.add(s.id().zoneless(), "the zone is unknown")
	w.add(s.InstanceType == "", "the instance type is unknown")
	w.add(stats.Rows == 1, "a single row: the price never changes")
	w.add(stats.Min == 0, "the price is 0 at times")
	w.add(stats.Min > 0 && stats.Max > spikeRatio*stats.Min,
		fmt.Sprintf("spikes: the highest price is %.1f times the lowest", stats.Max.Dollars()/stats.Min.Dollars()))
	return w
}

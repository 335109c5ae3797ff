package traces

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// CapacityStats describes a CapacitySeries. Means are weighted by time; a series that
// has a single instant counts as if it lasted.
type CapacityStats struct {
	// Rows is the number of points.
	Rows int
	// Span is the time the series covers.
	Span time.Duration
	// Availability is the share of the span in which anything could be had.
	Availability float64
	// Mean is the mean number available, +Inf if it was Unlimited at times.
	Mean float64
	// Changes counts the points whose number differs from the one before.
	Changes int
	// Up and Down are the times in which something, and nothing, could be had.
	Up, Down Runs
	// MinPrice and MaxPrice are 0 where there are no prices.
	MinPrice, MaxPrice cloud.Price
	// Warnings tell what to know before trusting the series.
	Warnings []string
}

// Runs are the unbroken times in which something held. The first and the last of a series
// are cut by its ends, and count as they are.
type Runs struct {
	Count                int
	Total, Mean, Longest time.Duration
}

// InspectCapacity returns the statistics of s, which has at least one point.
func InspectCapacity(s CapacitySeries) CapacityStats {
	changes := s.Changes()
	stats := CapacityStats{Rows: len(s.Points), Span: s.End - s.Points[0].At, Changes: len(changes) - 1}
	stats.Up, stats.Down = runs(changes, s.End)
	stats.Mean = meanAvailable(changes, s.End)
	if stats.Span > 0 {
		stats.Availability = float64(stats.Up.Total) / float64(stats.Span)
	} else if changes[0].Available > 0 {
		stats.Availability = 1
	}
	if len(s.Prices) > 0 {
		byPrice := func(a, b TimedPrice) int { return cmp.Compare(a.Price, b.Price) }
		stats.MinPrice = slices.MinFunc(s.Prices, byPrice).Price
		stats.MaxPrice = slices.MaxFunc(s.Prices, byPrice).Price
	}
	var w warnings
	w.add(s.Zone == "", "the zone is unknown")
	w.add(s.InstanceType == "", "the instance type is unknown")
	w.add(stats.Span == 0, "a single instant: nothing ever changes")
	w.add(len(s.Prices) > 0 && stats.MinPrice == 0, "the price is 0 at times")
	stats.Warnings = w
	return stats
}

// lasting returns how long change i held.
func lasting(changes []CapacityPoint, i int, end time.Duration) time.Duration {
	if i+1 < len(changes) {
		end = changes[i+1].At
	}
	return end - changes[i].At
}

// runs returns the runs in which something could be had, and those in which nothing could.
func runs(changes []CapacityPoint, end time.Duration) (up, down Runs) {
	var run *Runs
	var length time.Duration // of the present run
	for i, c := range changes {
		before := run
		if run = &down; c.Available > 0 {
			run = &up
		}
		if run != before {
			run.Count++
			length = 0
		}
		length += lasting(changes, i, end)
		run.Total += lasting(changes, i, end)
		run.Longest = max(run.Longest, length)
	}
	up.Mean = up.Total / time.Duration(max(up.Count, 1))
	down.Mean = down.Total / time.Duration(max(down.Count, 1))
	return up, down
}

func meanAvailable(changes []CapacityPoint, end time.Duration) float64 {
	sum := 0.0
	for i, c := range changes {
		if c.Available == Unlimited {
			return math.Inf(1)
		}
		sum += float64(float64(c.Available) * float64(lasting(changes, i, end)))
	}
	if span := end - changes[0].At; span > 0 {
		return sum / float64(span)
	}
	return float64(changes[0].Available)
}

package traces

import (
	"math"
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
	stats := CapacityStats{
		Rows:    len(s.Points),
		Span:    s.End - s.Points[0].At,
		Changes: len(changes) - 1,
		Up:      runs(changes, s.End, true),
		Down:    runs(changes, s.End, false),
	}
	stats.Availability = ratio(stats.Up.Total, stats.Up.Total+stats.Down.Total, changes[0].Available > 0)
	stats.Mean = meanAvailable(changes, s.End)
	for i, p := range s.Prices {
		if i == 0 {
			stats.MinPrice = p.Price
		}
		stats.MinPrice = min(stats.MinPrice, p.Price)
		stats.MaxPrice = max(stats.MaxPrice, p.Price)
	}
	stats.Warnings = capacityWarnings(s, stats)
	return stats
}

// ratio returns part of whole, and where there is no whole 1 or 0.
func ratio(part, whole time.Duration, all bool) float64 {
	switch {
	case whole > 0:
		return float64(part) / float64(whole)
	case all:
		return 1
	}
	return 0
}

// runs returns the runs in which something could be had, or nothing.
func runs(changes []CapacityPoint, end time.Duration, up bool) Runs {
	var r Runs
	for i := 0; i < len(changes); {
		begin := changes[i]
		for i++; i < len(changes) && (changes[i].Available > 0) == (begin.Available > 0); i++ {
		}
		until := end
		if i < len(changes) {
			until = changes[i].At
		}
		if (begin.Available > 0) == up {
			r.Count++
			r.Total += until - begin.At
			r.Longest = max(r.Longest, until-begin.At)
		}
	}
	if r.Count > 0 {
		r.Mean = r.Total / time.Duration(r.Count)
	}
	return r
}

func meanAvailable(changes []CapacityPoint, end time.Duration) float64 {
	span := end - changes[0].At
	if span == 0 {
		changes, span = []CapacityPoint{{0, changes[0].Available}}, 1
		end = 1
	}
	sum := 0.0
	for i, c := range changes {
		if c.Available == Unlimited {
			return math.Inf(1)
		}
		until := end
		if i+1 < len(changes) {
			until = changes[i+1].At
		}
		sum += float64(float64(c.Available) * float64(until-c.At))
	}
	return sum / float64(span)
}

func capacityWarnings(s CapacitySeries, stats CapacityStats) []string {
	var warnings []string
	warn := func(when bool, text string) {
		if when {
			warnings = append(warnings, text)
		}
	}
	warn(s.Zone == "", "the zone is unknown")
	warn(s.InstanceType == "", "the instance type is unknown")
	warn(stats.Span == 0, "a single instant: nothing ever changes")
	warn(len(s.Prices) > 0 && stats.MinPrice == 0, "the price is 0 at times")
	return warnings
}

package traces

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// capacityIntake gathers the series of one file and what is wrong with them.
type capacityIntake struct {
	findings
	options    CapacityOptions
	series     []CapacitySeries
	tickPrices []TickPrices
}

// count reads a number of instances.
func (in *capacityIntake) count(text string) (int, error) {
	number, err := parseCount(text)
	if err != nil {
		return 0, err
	}
	return in.options.Polarity.count(number)
}

// add takes a series, or notes what is wrong with it.
func (in *capacityIntake) add(s CapacitySeries) {
	if want := in.options.Gap; want != 0 && want != s.Gap {
		found := fmt.Sprintf("%v apart", s.Gap)
		if s.Gap == 0 {
			found = "not equally far apart"
		}
		in.Problem(0, "%sa gap of %v was asked for, but the times of the rows are %s", s.id().prefix(), want, found)
		return
	}
	if s.End > maxSpan {
		in.Problem(0, "%sspans %v, more than 30 years", s.id().prefix(), s.End)
		return
	}
	s.Region = cmp.Or(s.Region, RegionOf(s.Zone))
	in.series = append(in.series, s)
}

// stamped is what one row says of a time: a number of instances, or a price.
type stamped struct {
	at    time.Duration
	value int64
	line  int
}

// sinceFirst makes the times of dated rows, at least one, count from the first of them,
// whose date it returns.
func sinceFirst(rows []stamped) time.Time {
	first := rows[0].at
	for _, r := range rows {
		first = min(first, r.at)
	}
	for i := range rows {
		rows[i].at -= first
	}
	return dateZero.Add(first)
}

// settleRows sorts rows by time and drops repeats. Of two rows that say different things
// of one time it calls clash, with the earlier line first, and keeps the earlier line.
func settleRows(rows []stamped, clash func(a, b stamped)) []stamped {
	slices.SortFunc(rows, func(a, b stamped) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.line, b.line)) })
	settled := rows[:0]
	for _, r := range rows {
		n := len(settled)
		if n == 0 || settled[n-1].at != r.at {
			settled = append(settled, r)
		} else if settled[n-1].value != r.value {
			clash(settled[n-1], r)
		}
	}
	return settled
}

// seriesOf makes a series of settled rows, at least one, which is known until end; a
// negative end says that the rows do not tell. Rows at equal distances, the end included,
// are ticks.
func seriesOf(rows []stamped, end time.Duration) CapacitySeries {
	s := CapacitySeries{Points: make([]CapacityPoint, 0, len(rows)), End: end}
	for _, r := range rows {
		s.Points = append(s.Points, CapacityPoint{r.at, int(r.value)})
	}
	if end < 0 {
		s.Gap = commonGap(rows)
		s.End = rows[len(rows)-1].at + s.Gap
	} else {
		s.Gap = commonGap(append(rows, stamped{at: end}))
	}
	return s
}

// commonGap returns how far apart all rows are, or 0.
func commonGap(rows []stamped) (gap time.Duration) {
	for i := range len(rows) - 1 {
		apart := rows[i+1].at - rows[i].at
		if i > 0 && apart != gap {
			return 0
		}
		gap = apart
	}
	return gap
}

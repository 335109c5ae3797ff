package traces

import (
	"cmp"
	"slices"
	"time"
)

// stamped is what one row says of a time: a number of instances, or a price.
type stamped struct {
	at    time.Duration
	value int64
	line  int
}

// dateZero is where dates are counted from while rows are gathered: the earliest accepted.
var dateZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// parseDate reads a date, as parseTime does, as the time since dateZero.
func parseDate(text string) (time.Duration, error) {
	date, _, err := parseTime(text)
	return date.Sub(dateZero), err
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
	last := rows[len(rows)-1].at
	s := CapacitySeries{Gap: commonGap(rows, end), End: max(end, last)}
	if end < 0 {
		s.End = last + s.Gap
	}
	s.Points = make([]CapacityPoint, 0, len(rows))
	for _, r := range rows {
		s.Points = append(s.Points, CapacityPoint{r.at, int(r.value)})
	}
	return s
}

// commonGap returns how far apart all rows are, and the end if it is known, or 0.
func commonGap(rows []stamped, end time.Duration) time.Duration {
	var gap time.Duration
	for i := range rows {
		next := end
		if i+1 < len(rows) {
			next = rows[i+1].at
		} else if end < 0 {
			break
		}
		if i > 0 && next-rows[i].at != gap {
			return 0
		}
		gap = next - rows[i].at
	}
	return gap
}

package traces

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// The columns of the native format.
const (
	nativeTime = iota
	nativeZone
	nativeType
	nativePrice
	nativeAvailable
)

// nativeColumns are their names. The time is in seconds since the series began, the
// price in dollars an hour. Available is a number of instances, or inf for as many as
// anyone asks for.
var nativeColumns = []string{"time", "zone", "instance_type", "price", "available"}

const inf = "inf"

func init() {
	capacityFormats.register(format[*capacityIntake]{
		name:      "native-csv",
		doc:       "CSV whose header names time (seconds), zone, instance_type, price and available",
		looksLike: func(head []byte) bool { return columnsNamed(head, nativeColumns) >= len(nativeColumns) },
		read:      readNative,
	})
}

// readNative reads rows of any number of series, in any order. An empty price or
// available is missing: what was last known goes on. A row with neither, at or after the
// last of its series, says until when the series is known; without one, a series of
// ticks is known for one gap after its last row, and any other until its last row.
func readNative(text []byte, in *capacityIntake) {
	pools := make(map[seriesID]*nativeRows)
	in.readCSV(text, nativeColumns, len(nativeColumns), func(line int, cells []cell) {
		pool := seriesID{zone: cells[nativeZone].text, instanceType: cells[nativeType].text}
		if pools[pool] == nil {
			pools[pool] = &nativeRows{end: -1}
		}
		in.addNative(pools[pool], cells, line)
	})
	for _, pool := range slices.SortedFunc(maps.Keys(pools), compareIDs) {
		in.settleNative(pool, pools[pool])
	}
}

// nativeRows are the rows of one pool.
type nativeRows struct {
	counts, prices []stamped
	end            time.Duration // the latest row with neither; -1 if there is none
	lacking        tally         // rows with a price alone
}

// addNative takes one row, or notes what is wrong with it.
func (in *capacityIntake) addNative(rows *nativeRows, cells []cell, line int) {
	at, err := parseSeconds(cells[nativeTime].text)
	in.note(line, "time ", err)
	price, available := cells[nativePrice].text, cells[nativeAvailable].text
	if price != "" {
		p, err := parsePrice(price)
		in.note(line, "price ", err)
		rows.prices = append(rows.prices, stamped{at, int64(p), line})
	}
	switch {
	case available != "":
		n := Unlimited
		if !strings.EqualFold(available, inf) {
			n, err = in.count(available)
			in.note(line, "available ", err)
		}
		rows.counts = append(rows.counts, stamped{at, int64(n), line})
	case price != "":
		rows.lacking.count(line)
	default:
		rows.end = max(rows.end, at)
	}
}

// settleNative adds the series of one pool, or notes what is wrong with it.
func (in *capacityIntake) settleNative(pool seriesID, rows *nativeRows) {
	if len(rows.counts) == 0 {
		in.Problem(0, "%sno row has a number in available", pool.prefix())
		return
	}
	clash := func(column string) func(a, b stamped) {
		return func(a, b stamped) {
			in.Problem(b.line, "%sanother %s at %s s than on line %d", pool.prefix(), column, formatNanos(int64(a.at)), a.line)
		}
	}
	counts := settleRows(rows.counts, clash("available"))
	prices := settleRows(rows.prices, clash("price"))
	in.warnOf(rows.lacking, pool.prefix()+"no available", "such rows", "the number before goes on")
	end := rows.end
	if end < counts[len(counts)-1].at {
		end = -1
	}
	s := seriesOf(counts, end)
	s.Zone, s.InstanceType = pool.zone, pool.instanceType
	for _, p := range prices {
		s.Prices = append(s.Prices, TimedPrice{p.at, cloud.Price(p.value)})
	}
	in.add(s)
}

// WriteCapacity writes series in the native format, in order of zone, instance type and
// time, so that ReadCapacity reads the same again, but for the dates of the series: the
// times are seconds since the earliest of them began, which must all have dates then, or
// none. Every series ends with a row that has neither price nor available. The *Error
// names series that occur twice.
func WriteCapacity(w io.Writer, series []CapacitySeries) error {
	sorted := slices.SortedStableFunc(slices.Values(series), compareSeries)
	begin, err := checkWritable(sorted)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Write(nativeColumns) // an error stays until Flush
	for _, s := range sorted {
		writeSeries(out, s, s.Start.Sub(begin))
	}
	out.Flush()
	return out.Error()
}

// checkWritable returns when the earliest of the sorted series began.
func checkWritable(series []CapacitySeries) (begin time.Time, err error) {
	wrong := newError("native format")
	for i, s := range series {
		if i == 0 || s.Start.Before(begin) {
			begin = s.Start
		}
		if s.Start.IsZero() != series[0].Start.IsZero() {
			wrong.Problem(0, "%v and %v: one has dates and the other has none, so that their times do not compare", series[0], s)
		}
		if i > 0 && compareSeries(s, series[i-1]) == 0 {
			wrong.Problem(0, "%v is there twice", s)
		}
	}
	return begin, wrong.orNil()
}

// writeSeries writes the rows of one series, later by offset.
func writeSeries(out *csv.Writer, s CapacitySeries, offset time.Duration) {
	type cells struct{ price, available string }
	rows := map[time.Duration]cells{}
	for _, p := range s.Prices {
		rows[p.At] = cells{price: formatNanos(int64(p.Price))}
	}
	for _, p := range s.Points {
		rows[p.At] = cells{rows[p.At].price, formatCount(p.Available)}
	}
	write := func(at time.Duration, c cells) {
		out.Write([]string{formatNanos(int64(offset + at)), s.Zone, s.InstanceType, c.price, c.available})
	}
	for _, at := range slices.Sorted(maps.Keys(rows)) {
		write(at, rows[at])
	}
	write(s.End, cells{})
}

func formatCount(n int) string {
	if n == Unlimited {
		return inf
	}
	return strconv.Itoa(n)
}

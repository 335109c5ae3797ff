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
	registerCapacityFormat(capacityFormat{
		name:      "native-csv",
		doc:       "CSV whose header names time (seconds), zone, instance_type, price and available",
		looksLike: func(head []byte) bool { return headerNames(head, nativeColumns) },
		read:      readNative,
	})
}

// readNative reads rows of any number of series, in any order. An empty price or
// available is missing: what was last known goes on. A row with neither, at or after the
// last of its series, says until when the series is known; without one, a series of
// ticks is known for one gap after its last row, and any other until its last row.
func readNative(text []byte, in *capacityIntake) {
	pools := make(map[nativePool]*nativeRows)
	in.readCSV(text, nativeColumns, len(nativeColumns), func(r *csv.Reader, fields []string, where []int) {
		cells := make([]string, len(nativeColumns))
		for c, i := range where {
			cells[c] = strings.TrimSpace(fields[i])
		}
		line, _ := r.FieldPos(0)
		pool := nativePool{cells[nativeZone], cells[nativeType]}
		if pools[pool] == nil {
			pools[pool] = &nativeRows{end: -1}
		}
		in.addNative(pools[pool], cells, line)
	})
	for _, pool := range slices.SortedFunc(maps.Keys(pools), nativePool.compare) {
		in.settleNative(pool, pools[pool])
	}
}

type nativePool struct{ zone, instanceType string }

func (p nativePool) compare(q nativePool) int {
	return comparePools(p.zone, p.instanceType, q.zone, q.instanceType)
}

// nativeRows are the rows of one pool.
type nativeRows struct {
	counts, prices []stamped
	end            time.Duration // the latest row with neither; -1 if there is none
	lacking        tally         // rows with a price alone
}

// addNative takes one row, or notes what is wrong with it.
func (in *capacityIntake) addNative(rows *nativeRows, cells []string, line int) {
	at, err := parseSeconds(cells[nativeTime])
	if err != nil {
		in.Problem(line, "time %v", err)
	}
	price, available := cells[nativePrice], cells[nativeAvailable]
	if price != "" {
		p, err := parsePrice(price)
		if err != nil {
			in.Problem(line, "price %v", err)
		}
		rows.prices = append(rows.prices, stamped{at, int64(p), line})
	}
	if available != "" {
		n, err := in.nativeCount(available)
		if err != nil {
			in.Problem(line, "available %v", err)
		}
		rows.counts = append(rows.counts, stamped{at, int64(n), line})
	}
	switch {
	case price == "" && available == "":
		rows.end = max(rows.end, at)
	case available == "":
		rows.lacking.count(line)
	}
}

func (in *capacityIntake) nativeCount(text string) (int, error) {
	if strings.EqualFold(text, inf) {
		return Unlimited, nil
	}
	return in.count(text)
}

// settleNative adds the series of one pool, or notes what is wrong with it.
func (in *capacityIntake) settleNative(pool nativePool, rows *nativeRows) {
	s := CapacitySeries{Zone: pool.zone, InstanceType: pool.instanceType}
	if len(rows.counts) == 0 {
		in.Problem(0, "%sno row has a number in available", prefix(s))
		return
	}
	clash := func(column string) func(a, b stamped) {
		return func(a, b stamped) {
			in.Problem(b.line, "%sanother %s at %s s than on line %d", prefix(s), column, formatNanos(int64(a.at)), a.line)
		}
	}
	counts := settleRows(rows.counts, clash("available"))
	prices := settleRows(rows.prices, clash("price"))
	if t := rows.lacking; t.rows > 0 {
		in.warn("line %d: %sno available (%d such rows): the number before goes on", t.line, prefix(s), t.rows)
	}
	end := rows.end
	if end < counts[len(counts)-1].at {
		end = -1
	}
	s = seriesOf(counts, end)
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
	sorted := slices.SortedStableFunc(slices.Values(series), func(a, b CapacitySeries) int {
		return comparePools(a.Zone, a.InstanceType, b.Zone, b.InstanceType)
	})
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
		if i > 0 && comparePools(s.Zone, s.InstanceType, series[i-1].Zone, series[i-1].InstanceType) == 0 {
			wrong.Problem(0, "%v is there twice", s)
		}
	}
	return begin, wrong.orNil()
}

// writeSeries writes the rows of one series, later by offset.
func writeSeries(out *csv.Writer, s CapacitySeries, offset time.Duration) {
	row := make([]string, len(nativeColumns))
	row[nativeZone], row[nativeType] = s.Zone, s.InstanceType
	write := func(at time.Duration, price, available string) {
		row[nativeTime], row[nativePrice], row[nativeAvailable] = formatNanos(int64(offset+at)), price, available
		out.Write(row)
	}
	points, prices := s.Points, s.Prices
	for len(points) > 0 || len(prices) > 0 {
		pointFirst := len(prices) == 0 || len(points) > 0 && points[0].At <= prices[0].At
		priceFirst := len(points) == 0 || len(prices) > 0 && prices[0].At <= points[0].At
		var at time.Duration
		var price, available string
		if pointFirst {
			at, available = points[0].At, formatCount(points[0].Available)
			points = points[1:]
		}
		if priceFirst {
			at, price = prices[0].At, formatNanos(int64(prices[0].Price))
			prices = prices[1:]
		}
		write(at, price, available)
	}
	write(s.End, "", "")
}

func formatCount(n int) string {
	if n == Unlimited {
		return inf
	}
	return strconv.Itoa(n)
}

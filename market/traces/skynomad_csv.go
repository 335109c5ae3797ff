package traces

import (
	"bytes"
	"encoding/csv"
	"strings"
	"time"
)

// dateColumns are the columns of a SkyNomad file.
var dateColumns = []string{"date", "availability"}

func init() {
	registerCapacityFormat(capacityFormat{
		name:      "skynomad-csv",
		doc:       "CSV whose header names date and availability",
		looksLike: func(head []byte) bool { return headerNames(head, dateColumns) },
		read:      readSkyNomad,
	})
}

// headerNames tells whether the first line of a CSV file names all columns.
func headerNames(head []byte, columns []string) bool {
	header, err := csv.NewReader(bytes.NewReader(bytes.TrimSpace(head))).Read()
	if err != nil {
		return false
	}
	found := 0
	for _, name := range header {
		if columnCalled(columns, name) >= 0 {
			found++
		}
	}
	return found >= len(columns)
}

// readSkyNomad reads rows of a date and a number of instances available then, in any
// order. Dates without an offset are UTC. They are the times of polls, which drift: of
// SkyNomad's own files by two hours in 45 days. A gap asked for makes ticks of them.
func readSkyNomad(text []byte, in *capacityIntake) {
	var rows []stamped
	in.readCSV(text, dateColumns, len(dateColumns), func(r *csv.Reader, fields []string, where []int) {
		line, _ := r.FieldPos(0)
		at, err := parseDate(strings.TrimSpace(fields[where[0]]))
		if err != nil {
			in.Problem(line, "date %v", err)
		}
		n, err := in.count(strings.TrimSpace(fields[where[1]]))
		if err != nil {
			in.Problem(line, "availability %v", err)
		}
		rows = append(rows, stamped{at, int64(n), line})
	})
	if len(in.List) > 0 || len(rows) == 0 {
		return
	}
	rows = settleRows(rows, func(a, b stamped) {
		in.Problem(b.line, "another availability at %s than on line %d", stamp(dateZero.Add(a.at)), a.line)
	})
	start := sinceFirst(rows)
	if gap := in.options.Gap; gap != 0 && !in.makeTicks(rows, gap) {
		return
	}
	s := seriesOf(rows, -1)
	s.Start = start
	s.Zone, s.InstanceType, _ = PoolOfName(in.Name)
	in.add(s)
}

// makeTicks puts settled rows gap apart, whatever their times, which it mentions; or it
// notes that the gap is too long.
func (in *capacityIntake) makeTicks(rows []stamped, gap time.Duration) bool {
	last := len(rows) - 1
	if gap > maxSpan/time.Duration(len(rows)) {
		in.Problem(0, "%d ticks of %v are more than 30 years", len(rows), gap)
		return false
	}
	if drift := rows[last].at - time.Duration(last)*gap; drift != 0 {
		in.warn("taken as ticks of %v; by its date the last row is %v off", gap, drift)
	}
	for i := range rows {
		rows[i].at = time.Duration(i) * gap
	}
	return true
}

package traces

import "time"

// dateColumns are the columns of a SkyNomad file.
var dateColumns = []string{"date", "availability"}

func init() {
	capacityFormats.register(format[*capacityIntake]{
		name:      "skynomad-csv",
		doc:       "CSV whose header names date and availability",
		looksLike: func(head []byte) bool { return columnsNamed(head, dateColumns) >= len(dateColumns) },
		read:      readSkyNomad,
	})
}

// readSkyNomad reads rows of a date and a number of instances available then, in any
// order. Dates without an offset are UTC. They are the times of polls, which drift: of
// SkyNomad's own files by two hours in 45 days. A gap asked for makes ticks of them.
func readSkyNomad(text []byte, in *capacityIntake) {
	var rows []stamped
	in.readCSV(text, dateColumns, len(dateColumns), func(line int, cells []cell) {
		at, err := parseDate(cells[0].text)
		in.note(line, "date ", err)
		n, err := in.count(cells[1].text)
		in.note(line, "availability ", err)
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

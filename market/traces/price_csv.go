package traces

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

func init() {
	registerPriceFormat(priceFormat{
		name: "price-csv",
		doc:  "CSV, separated by commas, whose header names Timestamp and SpotPrice",
		looksLike: func(head []byte) bool {
			header, err := csv.NewReader(bytes.NewReader(bytes.TrimSpace(head))).Read()
			return err == nil && slices.ContainsFunc(header, func(name string) bool { return columnCalled(name) >= 0 })
		},
		read: readPriceCSV,
	})
}

// columnCalled returns the column of that name, whatever its case, underscores and
// spaces, or -1.
func columnCalled(name string) column {
	plain := strings.NewReplacer("_", "", " ", "").Replace(name)
	return column(slices.IndexFunc(columnNames[:], func(known string) bool { return strings.EqualFold(known, plain) }))
}

// readPriceCSV reads rows below a header, whose columns may come in any order. Columns
// it does not know are skipped, and so are blank lines.
func readPriceCSV(text []byte, in *intake) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1 // checked here, to name the line and go on
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		in.problem(1, "%v", err)
		return
	}
	width := len(header)
	headerLine, _ := r.FieldPos(0)
	where, ok := in.layout(header, headerLine)
	if !ok {
		return
	}
	for {
		fields, err := r.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &broken):
			in.problem(broken.StartLine, "%v", broken.Err)
		case err != nil:
			in.problem(0, "%v", err)
			return
		case len(fields) != width:
			line, _ := r.FieldPos(0)
			in.problem(line, "row of length %d under a header of length %d%s", len(fields), width, atEnd(r, text))
		default:
			in.add(readFields(r, fields, where))
		}
	}
}

// layout returns where each column stands in a header, -1 for absent, or notes what is
// wrong with it.
func (in *intake) layout(header []string, line int) (where [columns]int, ok bool) {
	ok = true
	for c := range where {
		where[c] = -1
	}
	for i, name := range header {
		c := columnCalled(name)
		if c < 0 {
			continue
		}
		if where[c] >= 0 {
			in.problem(line, "two columns called %s", columnNames[c])
			ok = false
		}
		where[c] = i
	}
	for _, c := range []column{timestamp, spotPrice} {
		if where[c] < 0 {
			in.problem(line, "no column %s: found only %s", columnNames[c], quote(strings.Join(header, ",")))
			ok = false
		}
	}
	return where, ok
}

func readFields(r *csv.Reader, fields []string, where [columns]int) *record {
	rec := record{}
	rec.line, _ = r.FieldPos(0)
	for c, i := range where {
		if i >= 0 {
			line, _ := r.FieldPos(i)
			rec.cells[c] = cell{strings.TrimSpace(fields[i]), line}
		}
	}
	return &rec
}

// atEnd adds a likely reason to a problem with the last row of a file.
func atEnd(r *csv.Reader, text []byte) string {
	if r.InputOffset() == int64(len(text)) && !bytes.HasSuffix(text, []byte("\n")) {
		return ": the file breaks off here"
	}
	return ""
}

package traces

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
)

func init() {
	registerPriceFormat(priceFormat{
		name: "price-csv",
		doc:  "CSV, separated by commas, whose header names Timestamp and SpotPrice",
		looksLike: func(head []byte) bool {
			header, err := csv.NewReader(bytes.NewReader(bytes.TrimSpace(head))).Read()
			return err == nil && slices.ContainsFunc(header, func(name string) bool { return columnCalled(columnNames[:], name) >= 0 })
		},
		read: readPriceCSV,
	})
}

// readPriceCSV reads rows below a header that names at least Timestamp and SpotPrice.
func readPriceCSV(text []byte, in *intake) {
	const needed = 2 // timestamp and spotPrice come first
	in.readCSV(text, columnNames[:], needed, func(r *csv.Reader, fields []string, where []int) {
		in.add(readFields(r, fields, where))
	})
}

func readFields(r *csv.Reader, fields []string, where []int) *record {
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

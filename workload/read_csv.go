package workload

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
)

// readCSV takes a file whose first row names the columns.
func (in *intake) readCSV(data []byte) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.ReuseRecord = true
	reader.TrimLeadingSpace = true
	reader.FieldsPerRecord = -1 // a row of another length is one problem among others

	var layout []column
	for {
		cells, err := reader.Read()
		if err == io.EOF {
			return
		}
		if broken := (*csv.ParseError)(nil); errors.As(err, &broken) {
			in.Problem(broken.StartLine, "not CSV: %v", broken.Err)
			if layout == nil {
				return
			}
			continue
		}
		line, _ := reader.FieldPos(0)
		switch {
		case layout == nil:
			if layout = in.layout(line, cells); layout == nil {
				return
			}
		case len(cells) != len(layout):
			in.Problem(line, "has %d cells, and the header %d", len(cells), len(layout))
		default:
			in.add(layOut(line, cells, layout))
		}
	}
}

// unknown stands in a layout for a column that is passed over.
const unknown column = -1

// layout returns which column each cell of a row belongs to, or nil if a column is
// missing that no row can do without.
func (in *intake) layout(line int, header []string) []column {
	var seen [columns]bool
	layout := make([]column, len(header))
	for i, name := range header {
		c, ok := in.column(line, "column", name)
		switch {
		case !ok:
			c = unknown
		case seen[c]:
			in.Problem(line, "column %s comes twice", columnNames[c])
		default:
			seen[c] = true
		}
		layout[i] = c
	}
	for _, c := range needed {
		if !seen[c] {
			in.Problem(line, "column %s is missing", columnNames[c])
			layout = nil
		}
	}
	return layout
}

func layOut(line int, cells []string, layout []column) *row {
	r := &row{line: line}
	for i, c := range layout {
		if c != unknown {
			r.cells[c] = cells[i]
		}
	}
	return r
}

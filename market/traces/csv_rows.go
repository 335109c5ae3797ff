package traces

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/input"
)

// cell is one value as it was written, and its line. The zero cell was not written.
type cell struct {
	text string
	line int
}

// columnCalled returns which of names a column is called, whatever the case, underscores
// and spaces, or -1.
func columnCalled(names []string, column string) int {
	plain := strings.NewReplacer("_", "", " ", "")
	return slices.IndexFunc(names, func(name string) bool {
		return strings.EqualFold(plain.Replace(name), plain.Replace(column))
	})
}

// columnsNamed returns how many columns in the first line of a CSV file are of names.
func columnsNamed(head []byte, names []string) (found int) {
	header, err := csv.NewReader(bytes.NewReader(bytes.TrimSpace(head))).Read()
	if err != nil {
		return 0
	}
	for _, name := range header {
		if columnCalled(names, name) >= 0 {
			found++
		}
	}
	return found
}

// readCSV hands each row below the header of text to row: its line and its cells in the
// order of names, the zero cell for a column that is absent. The first needed names must
// be there. Columns may come in any order; those it does not know are skipped, and so are
// blank lines. It notes what is wrong with the header, and the rows that are broken.
func (e *Error) readCSV(text []byte, names []string, needed int, row func(line int, cells []cell)) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1 // checked here, to name the line and go on
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		e.Problem(1, "%v", err)
		return
	}
	width := len(header)
	headerLine, _ := r.FieldPos(0)
	where, ok := e.layout(header, headerLine, names, needed)
	if !ok {
		return
	}
	cells := make([]cell, len(names))
	for {
		fields, err := r.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &broken):
			e.Problem(broken.StartLine, "%v", broken.Err)
			continue
		case err != nil:
			e.Problem(0, "%v", err)
			return
		}
		line, _ := r.FieldPos(0)
		if len(fields) != width {
			e.Problem(line, "row of length %d under a header of length %d%s", len(fields), width, atEnd(r, text))
			continue
		}
		for c, i := range where {
			if i >= 0 {
				cells[c].line, _ = r.FieldPos(i)
				cells[c].text = strings.TrimSpace(fields[i])
			}
		}
		row(line, cells)
	}
}

// layout returns where the columns called names stand in a header, -1 for absent, or
// notes what is wrong with it.
func (e *Error) layout(header []string, line int, names []string, needed int) (where []int, ok bool) {
	ok = true
	where = slices.Repeat([]int{-1}, len(names))
	for i, name := range header {
		c := columnCalled(names, name)
		if c < 0 {
			continue
		}
		if where[c] >= 0 {
			e.Problem(line, "two columns called %s", names[c])
			ok = false
		}
		where[c] = i
	}
	for c, name := range names[:needed] {
		if where[c] < 0 {
			e.Problem(line, "no column %s: found only %s", name, input.Quote(strings.Join(header, ",")))
			ok = false
		}
	}
	return where, ok
}

// atEnd adds a likely reason to a problem with the last row of a file.
func atEnd(r *csv.Reader, text []byte) string {
	if r.InputOffset() == int64(len(text)) && !bytes.HasSuffix(text, []byte("\n")) {
		return ": the file breaks off here"
	}
	return ""
}

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

// columnCalled returns which of names a column is called, whatever the case, underscores
// and spaces, or -1.
func columnCalled(names []string, column string) int {
	plain := strings.NewReplacer("_", "", " ", "")
	return slices.IndexFunc(names, func(name string) bool {
		return strings.EqualFold(plain.Replace(name), plain.Replace(column))
	})
}

// readCSV hands each row below the header of text to row, with where the columns called
// names stand in it, -1 for absent. The first needed names must be there. Columns may
// come in any order; those it does not know are skipped, and so are blank lines. It notes
// what is wrong with the header, and the rows that are broken.
func (e *Error) readCSV(text []byte, names []string, needed int, row func(r *csv.Reader, fields []string, where []int)) {
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
	for {
		fields, err := r.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &broken):
			e.Problem(broken.StartLine, "%v", broken.Err)
		case err != nil:
			e.Problem(0, "%v", err)
			return
		case len(fields) != width:
			line, _ := r.FieldPos(0)
			e.Problem(line, "row of length %d under a header of length %d%s", len(fields), width, atEnd(r, text))
		default:
			row(r, fields, where)
		}
	}
}

// layout returns where the columns called names stand in a header, -1 for absent, or
// notes what is wrong with it.
func (e *Error) layout(header []string, line int, names []string, needed int) (where []int, ok bool) {
	ok = true
	for range names {
		where = append(where, -1)
	}
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

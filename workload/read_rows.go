package workload

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"

	"github.com/bobby-math/tessera/input"
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

// readJSONL takes a file of one JSON object a line; empty lines are passed over.
func (in *intake) readJSONL(data []byte) {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		r := &row{line: line}
		switch err := in.readObject(text, r); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			in.Problem(line, "the object is cut off before its end")
		case err != nil:
			in.Problem(line, "not a JSON object: %v", err)
		default:
			in.add(r)
		}
	}
}

var (
	errNoObject = errors.New("it does not begin with {")
	errTwo      = errors.New("something comes after its end")
)

// readObject takes the object that is all of text into r. It returns what is wrong with
// the syntax; what is wrong with keys and values it notes.
func (in *intake) readObject(text []byte, r *row) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return errNoObject
	}
	var seen [columns]bool
	var value json.RawMessage
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		c, ok := in.column(r.line, "key", key.(string))
		if !ok {
			continue
		}
		if seen[c] {
			in.Problem(r.line, "key %s comes twice", columnNames[c])
		}
		seen[c] = true
		r.cells[c] = in.cell(r.line, c, value)
	}
	if _, err := decoder.Token(); err != nil { // the closing brace
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errTwo
	}
	return nil
}

// cell returns the text of a value, which for null is that of an empty cell.
func (in *intake) cell(line int, c column, value json.RawMessage) (text string) {
	switch first := value[0]; {
	case string(value) == "null":
		return ""
	case first == '"':
		_ = json.Unmarshal(value, &text) // the decoder has checked it
		return text
	case c == idColumn && first != '-' && (first < '0' || first > '9'):
		in.Problem(line, "id %s must be a string or a number", input.Quote(string(value)))
	}
	return string(value)
}

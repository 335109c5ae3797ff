package results

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/spelling"
)

// CSV writes runs as RFC 4180 text, one header line, lines that end in \n, numbers so that
// they read back the same, a missing value as nothing. It holds one row at a time.
type CSV struct {
	to      *bufio.Writer
	axes    []string
	columns []Column
	row     []byte
	value   []byte
}

// NewCSV writes the header.
func NewCSV(to io.Writer, axes []string) (*CSV, error) {
	if err := checkAxes(axes); err != nil {
		return nil, err
	}
	w := &CSV{to: bufio.NewWriterSize(to, 1<<16), axes: axes, columns: columnsOf(axes)}
	for i, c := range w.columns {
		w.field(i, []byte(c.Name))
	}
	return w, w.end()
}

// Add writes one run; rows are in the order in which they are added.
func (w *CSV) Add(r *Run) error {
	if err := r.check(w.axes); err != nil {
		return err
	}
	for i, c := range w.columns {
		w.value = c.appendText(w.value[:0], r)
		if c.Name == "error" && len(w.value) > 0 {
			w.value = []byte(plain(string(w.value)))
		}
		w.field(i, w.value)
	}
	return w.end()
}

// Close writes what is left. The file below is the caller's to close.
func (w *CSV) Close() error { return w.to.Flush() }

func (w *CSV) field(i int, value []byte) {
	if i > 0 {
		w.row = append(w.row, ',')
	}
	if !bytes.ContainsAny(value, ",\"\n") {
		w.row = append(w.row, value...)
		return
	}
	w.row = append(w.row, '"')
	w.row = append(w.row, bytes.ReplaceAll(value, []byte(`"`), []byte(`""`))...)
	w.row = append(w.row, '"')
}

func (w *CSV) end() error {
	_, err := w.to.Write(append(w.row, '\n'))
	w.row = w.row[:0]
	return err
}

// ReadCSV reads the runs back as they were written. The name is for errors, which are of
// type *FileError and end the sequence. A run is the caller's to keep.
func ReadCSV(name string, from io.Reader) iter.Seq2[*Run, error] {
	return func(yield func(*Run, error) bool) {
		end := &lastByte{from: from, last: '\n'}
		in := csv.NewReader(end)
		in.ReuseRecord = true
		axes, columns, err := readHeader(name, in)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			r, err := readRow(name, in, axes, columns)
			if errors.Is(err, io.EOF) && end.last == '\n' {
				return
			}
			if errors.Is(err, io.EOF) {
				err = &FileError{Path: name, Err: errors.New("the last row has no end of line: the file was cut off, make it anew")}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// lastByte remembers how a file ends.
type lastByte struct {
	from io.Reader
	last byte
}

func (b *lastByte) Read(into []byte) (int, error) {
	n, err := b.from.Read(into)
	if n > 0 {
		b.last = into[n-1]
	}
	return n, err
}

// readHeader returns the axes, what stands between run_id and seed, and the columns.
func readHeader(name string, in *csv.Reader) (axes []string, columns []Column, err error) {
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, &FileError{Path: name, Line: 1, Err: errors.New("the file is empty: it was cut off, or is no file of runs")}
	}
	if err != nil {
		return nil, nil, csvError(name, err)
	}
	seed := slices.Index(header, Columns[0].Name)
	if header[0] != id.Name || seed < 0 {
		return nil, nil, &FileError{Path: name, Line: 1, Err: fmt.Errorf("the header must begin with %s, name the axes, and go on with %s: this is no file of runs", id.Name, Columns[0].Name)}
	}
	axes = slices.Clone(header[1:seed])
	if err := checkAxes(axes); err != nil {
		return nil, nil, &FileError{Path: name, Line: 1, Err: err}
	}
	columns = columnsIn(header, axes)
	return axes, columns, sameColumns(name, in, header, columns)
}

// sameColumns returns an error about the first column of the header that is not the one
// wanted.
func sameColumns(name string, in *csv.Reader, header []string, want []Column) error {
	for i, c := range want {
		if i >= len(header) {
			return &FileError{Path: name, Line: 1, Err: fmt.Errorf("column %s is missing: it was made by another version, make it anew", c.Name)}
		}
		if header[i] != c.Name {
			line, column := in.FieldPos(i)
			return &FileError{Path: name, Line: line, Column: column,
				Err: fmt.Errorf("column %q where %s should be%s", header[i], c.Name, spelling.DidYouMean(header[i], []string{c.Name}))}
		}
	}
	if len(header) > len(want) {
		line, column := in.FieldPos(len(want))
		return &FileError{Path: name, Line: line, Column: column, Err: fmt.Errorf("column %q is not known: it was made by another version", header[len(want)])}
	}
	return nil
}

func readRow(name string, in *csv.Reader, axes []string, columns []Column) (*Run, error) {
	row, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, csvError(name, err)
	}
	// All texts of the run share one piece of memory, and none that of the reader.
	text, at := strings.Join(row, ""), 0
	r := newRun(axes)
	for i, c := range columns {
		value := text[at : at+len(row[i])]
		at += len(row[i])
		if err := c.setText(r, value); err != nil {
			line, column := in.FieldPos(i)
			return nil, &FileError{Path: name, Line: line, Column: column, Err: fmt.Errorf("%s %w", c.Name, err)}
		}
	}
	if err := r.check(axes); err != nil {
		line, _ := in.FieldPos(0)
		return nil, &FileError{Path: name, Line: line, Err: err}
	}
	return r, nil
}

// csvError puts an error of package csv into our words.
func csvError(name string, err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return &FileError{Path: name, Err: err}
	}
	e := &FileError{Path: name, Line: parse.Line, Column: parse.Column, Err: parse.Err}
	if errors.Is(err, csv.ErrFieldCount) {
		e.Column, e.Err = 0, errors.New("the row has not as many values as the header: it was cut off or edited")
	}
	return e
}

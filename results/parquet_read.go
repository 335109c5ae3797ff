package results

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// ReadParquet reads the runs back as they were written. The name is for errors, which are
// of type *FileError and end the sequence. A run is the caller's to keep.
func ReadParquet(name string, from io.ReaderAt, size int64) iter.Seq2[*Run, error] {
	return func(yield func(*Run, error) bool) {
		in, err := openParquet(name, from, size)
		if err != nil {
			yield(nil, err)
			return
		}
		defer in.rows.Close()
		for {
			n, err := in.fill()
			for i := range n {
				r, err := in.run(i)
				if !yield(r, err) || err != nil {
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(nil, in.wrong(int64(n), err))
				}
				return
			}
		}
	}
}

// parquetIn is a file while it is read.
type parquetIn struct {
	name    string
	axes    []string
	columns []Column
	rows    parquet.Rows
	batch   []parquet.Row
	before  int64 // rows before the batch
	filled  int   // rows in it
}

func openParquet(name string, from io.ReaderAt, size int64) (in *parquetIn, err error) {
	defer func() { err = recovered(err, name, recover()) }()
	file, err := parquet.OpenFile(from, size)
	if err != nil {
		return nil, &FileError{Path: name, Err: fmt.Errorf("%w: it was cut off or damaged, or is no Parquet; make it anew", err)}
	}
	fields := file.Schema().Fields()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name()
	}
	in = &parquetIn{name: name, batch: make([]parquet.Row, batchRows)}
	if in.axes, err = axesAmong(names); err != nil {
		return nil, &FileError{Path: name, Err: err}
	}
	in.columns = columnsIn(names, in.axes)
	if err := sameTypes(fields, parquetSchema(in.columns).Fields()); err != nil {
		return nil, &FileError{Path: name, Err: err}
	}
	in.rows = parquet.MultiRowGroup(file.RowGroups()...).Rows()
	return in, nil
}

// axesAmong returns the columns between run_id and seed.
func axesAmong(names []string) ([]string, error) {
	seed := slices.Index(names, Columns[0].Name)
	if seed < 1 || names[0] != id.Name {
		return nil, fmt.Errorf("the columns must begin with %s, name the axes, and go on with %s: this is no file of runs", id.Name, Columns[0].Name)
	}
	return names[1:seed], checkAxes(names[1:seed])
}

// sameTypes returns an error about the first field that is not the one wanted.
func sameTypes(fields, want []parquet.Field) error {
	for i, w := range want {
		if i >= len(fields) {
			return fmt.Errorf("column %s is missing: it was made by another version, make it anew", w.Name())
		}
		if f := fields[i]; f.Name() != w.Name() || !f.Leaf() || f.Type().Kind() != w.Type().Kind() || f.Optional() != w.Optional() || f.Repeated() {
			return fmt.Errorf("column %d is %s %s where %s %s should be: it was made by another version, make it anew", i+1, f.Name(), f, w.Name(), w)
		}
	}
	if len(fields) > len(want) {
		return fmt.Errorf("column %q is not known: it was made by another version", fields[len(want)].Name())
	}
	return nil
}

func (in *parquetIn) fill() (n int, err error) {
	defer func() { err = recovered(err, in.name, recover()) }()
	in.before += int64(in.filled)
	in.filled = 0
	in.filled, err = in.rows.ReadRows(in.batch)
	if in.filled == 0 && err == nil {
		err = io.ErrNoProgress
	}
	return in.filled, err
}

// wrong says that something is wrong with the row at i in the batch.
func (in *parquetIn) wrong(i int64, err error) error {
	var known *FileError
	if errors.As(err, &known) {
		return err
	}
	return &FileError{Path: in.name, Row: in.before + i + 1, Err: err}
}

func (in *parquetIn) run(i int) (*Run, error) {
	row := in.batch[i]
	if len(row) != len(in.columns) {
		return nil, in.wrong(int64(i), fmt.Errorf("%d values, want %d", len(row), len(in.columns)))
	}
	r := newRun(in.axes)
	for k, c := range in.columns {
		if err := c.set(r, row[k]); err != nil {
			return nil, in.wrong(int64(i), fmt.Errorf("%s %w", c.Name, err))
		}
	}
	if err := r.check(in.axes); err != nil {
		return nil, in.wrong(int64(i), err)
	}
	return r, nil
}

func (c Column) set(r *Run, v parquet.Value) (err error) {
	if skip, err := c.absent(r, v.IsNull()); skip || err != nil {
		return err
	}
	switch p := c.field(r).(type) {
	case *string:
		*p = string(v.ByteArray())
	case *Status:
		*p, err = parseStatus(string(v.ByteArray()))
	case *bool:
		*p = v.Boolean()
	case *uint64:
		*p = v.Uint64()
	case *int:
		*p = int(v.Int64())
	case *float64:
		*p = v.Double()
	case **int:
		n := int(v.Int64())
		*p = &n
	case **float64:
		x := v.Double()
		*p = &x
	}
	return err
}

// recovered makes an error of what the Parquet library panics with on damaged files.
func recovered(err error, name string, panicked any) error {
	if panicked == nil {
		return err
	}
	return &FileError{Path: name, Err: fmt.Errorf("damaged: %v; make it anew", panicked)}
}

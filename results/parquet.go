package results

import (
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// The form of the file is a constant, so that equal runs give equal bytes.
const (
	// groupRows is how many rows are held before they are written: a few MB.
	groupRows = 16384
	// batchRows is how many rows go to the columns at a time.
	batchRows = 64
)

var compression compress.Codec = &parquet.Snappy

// Parquet writes runs as columns with the names and types of Columns; a missing value is
// null. It holds 16,384 rows at a time.
type Parquet struct {
	to      *parquet.GenericWriter[any]
	axes    []string
	columns []Column
	batch   []parquet.Row
	filled  int
}

// NewParquet begins a file.
func NewParquet(to io.Writer, axes []string) (*Parquet, error) {
	if err := checkAxes(axes); err != nil {
		return nil, err
	}
	columns := columnsOf(axes)
	return &Parquet{
		to: parquet.NewGenericWriter[any](to, parquetSchema(columns),
			parquet.Compression(compression),
			parquet.MaxRowsPerRowGroup(groupRows),
			parquet.CreatedBy("tessera", "1", "runs"),
			parquet.KeyValueMetadata("schema", Schema)),
		axes:    axes,
		columns: columns,
		batch:   make([]parquet.Row, batchRows),
	}, nil
}

// Add writes one run; rows are in the order in which they are added.
func (w *Parquet) Add(r *Run) error {
	if err := r.check(w.axes); err != nil {
		return err
	}
	row := w.batch[w.filled][:0]
	for i, c := range w.columns {
		row = append(row, c.value(r, i))
	}
	w.batch[w.filled] = row
	if w.filled++; w.filled == batchRows {
		return w.flush()
	}
	return nil
}

func (w *Parquet) flush() error {
	_, err := w.to.WriteRows(w.batch[:w.filled])
	w.filled = 0
	return err
}

// Close writes what is left and the footer. The file below is the caller's to close.
func (w *Parquet) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.to.Close()
}

// value returns the value of c in r, for the i-th column.
func (c Column) value(r *Run, i int) parquet.Value {
	if c.missing(r) {
		return parquet.NullValue().Level(0, 0, i)
	}
	level := 0
	if c.nullable(r) {
		level = 1
	}
	return c.bare(r).Level(0, level, i)
}

// nullable reports whether some run may lack the value: a failed one has no outcome.
func (c Column) nullable(r *Run) bool { return c.Metric != "" || c.optional(r) }

func (c Column) bare(r *Run) parquet.Value {
	switch p := c.field(r).(type) {
	case *string:
		if c.Name == "error" {
			return parquet.ValueOf(plain(*p))
		}
		return parquet.ValueOf(*p)
	case *Status:
		return parquet.ValueOf(string(*p))
	case *bool:
		return parquet.BooleanValue(*p)
	case *uint64:
		return parquet.Int64Value(int64(*p)) // the logical type is unsigned
	case *int:
		return parquet.Int64Value(int64(*p))
	case **int:
		return parquet.Int64Value(int64(**p))
	}
	x, _ := c.Number(r)
	return parquet.DoubleValue(x)
}

// parquetSchema is the schema of columns, in their order.
func parquetSchema(columns []Column) *parquet.Schema {
	group := ordered{Group: parquet.Group{}}
	for _, c := range columns {
		node := c.node()
		if c.nullable(new(Run)) {
			node = parquet.Optional(node)
		}
		group.add(c.Name, node)
	}
	return parquet.NewSchema("runs", group)
}

func (c Column) node() parquet.Node {
	switch c.Type() {
	case "bool":
		return parquet.Leaf(parquet.BooleanType)
	case "uint64":
		return parquet.Uint(64)
	case "int64":
		return parquet.Int(64)
	case "float64":
		return parquet.Leaf(parquet.DoubleType)
	}
	return textNode
}

var textNode = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)

// ordered is a group whose fields are in the order of names; those of a parquet.Group are
// in that of the alphabet.
type ordered struct {
	parquet.Group
	names []string
}

func (o *ordered) add(name string, node parquet.Node) {
	o.Group[name] = node
	o.names = append(o.names, name)
}

func (o ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		byName[f.Name()] = f
	}
	fields := make([]parquet.Field, len(o.names))
	for i, name := range o.names {
		fields[i] = byName[name]
	}
	return fields
}

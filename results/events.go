package results

import (
	"path/filepath"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/bobby-math/tessera/journal"
)

// EventsName is the file of what happened in the runs of a folder.
const EventsName = "events.parquet"

// eventColumn is a column of it.
type eventColumn struct {
	name, doc string
	node      parquet.Node
}

// eventColumns are those that every event has, and then the values of a journal entry, each
// null where the kind of the event does not have it.
var eventColumns = func() []eventColumn {
	all := []eventColumn{
		{"run_id", "the run, as in [runs.md](runs.md); one that stands at several points, where they do not matter to it, is here once", textNode},
		{"sequence", "number of the event in its run, from 0", parquet.Int(64)},
		{"time_ns", "when, since the run began", parquet.Int(64)},
		{"kind", "what happened: `price`, `launch`, `preempt`, `decide` ...", textNode},
	}
	for _, v := range journal.Values() {
		all = append(all, eventColumn{v.Column, v.Doc, parquet.Optional(valueNode(v))})
	}
	return all
}()

func valueNode(v *journal.Value) parquet.Node {
	switch v.Unit {
	case journal.Word, journal.PoolName:
		return textNode
	case journal.USD, journal.USDPerHour:
		return parquet.Leaf(parquet.DoubleType)
	case journal.Nanoseconds:
		return parquet.Int(64)
	}
	return parquet.Int(32)
}

// eventField is a field of the events of a kind, and its column.
type eventField struct {
	column int
	*journal.Field
}

var eventFields = func() [][]eventField {
	all := make([][]eventField, len(journal.Kinds()))
	for _, k := range journal.Kinds() {
		for _, f := range k.Fields() {
			column := slices.IndexFunc(eventColumns, func(c eventColumn) bool { return c.name == f.Column })
			all[k] = append(all[k], eventField{column, &f})
		}
	}
	return all
}()

var kindValues = func() (all []parquet.Value) {
	for _, k := range journal.Kinds() {
		all = append(all, parquet.ValueOf(k.String()))
	}
	return all
}()

// Events writes events.parquet of a folder, run by run; the file appears, complete, with
// Commit. It holds a few MB.
type Events struct {
	file    *atomicFile
	to      *parquet.GenericWriter[any]
	columns []*parquet.ColumnWriter
	batch   [][]parquet.Value // by column; what is not set is null
	held    int               // rows in batch
	grouped int               // rows written of the row group
}

// CreateEvents begins the file in a folder, which must be there.
func CreateEvents(dir string) (*Events, error) {
	file, err := createAtomic(filepath.Join(dir, EventsName))
	if err != nil {
		return nil, err
	}
	group := ordered{Group: parquet.Group{}}
	for _, c := range eventColumns {
		group.add(c.name, c.node)
	}
	to := parquet.NewGenericWriter[any](file, parquet.NewSchema("event", group),
		parquet.Compression(compression),
		parquet.CreatedBy("tessera", "1", "events"),
		parquet.KeyValueMetadata("schema", Schema))
	w := &Events{file: file, to: to, columns: to.ColumnWriters()}
	for range w.columns {
		w.batch = append(w.batch, make([]parquet.Value, batchRows))
	}
	return w, nil
}

// Run returns the journal.Writer of the next run, whose pools have these names.
func (w *Events) Run(id string, pools []string) *RunEvents {
	r := &RunEvents{to: w, id: parquet.ValueOf(id)}
	for _, name := range pools {
		r.pools = append(r.pools, parquet.ValueOf(name))
	}
	return r
}

// Commit writes the rest and gives the file its name.
func (w *Events) Commit() (Output, error) {
	if err := w.flush(); err != nil {
		return Output{}, err
	}
	if err := w.to.Close(); err != nil {
		return Output{}, err
	}
	return w.file.commit()
}

// Discard removes what is written, unless it was committed.
func (w *Events) Discard() { w.file.discard() }

func (w *Events) flush() error {
	for i, c := range w.columns {
		if _, err := c.WriteRowValues(w.batch[i][:w.held]); err != nil {
			return err
		}
		clear(w.batch[i])
	}
	w.grouped += w.held
	w.held = 0
	if w.grouped < groupRows {
		return nil
	}
	w.grouped = 0
	return w.to.Flush()
}

// RunEvents is the journal.Writer of one run.
type RunEvents struct {
	// Err is the first error of writing.
	Err error

	to       *Events
	id       parquet.Value
	pools    []parquet.Value
	sequence int64
	entry    journal.Entry // the present one: a field, so that it is allocated once
}

// Record writes an entry.
func (r *RunEvents) Record(e journal.Entry) {
	if r.Err != nil {
		return
	}
	r.entry = e
	r.setRow()
	r.sequence++
	if r.to.held++; r.to.held == batchRows {
		r.Err = r.to.flush()
	}
}

// setRow sets the row at hand to the present entry. Only what is optional has a level.
func (r *RunEvents) setRow() {
	e, row, columns := &r.entry, r.to.held, r.to.batch
	columns[0][row] = r.id
	columns[1][row] = parquet.Int64Value(r.sequence)
	columns[2][row] = parquet.Int64Value(int64(e.At))
	columns[3][row] = kindValues[e.Kind]
	for _, f := range eventFields[e.Kind] {
		if f.In(e) {
			columns[f.column][row] = r.value(f.Value).Level(0, 1, f.column)
		}
	}
}

func (r *RunEvents) value(v *journal.Value) parquet.Value {
	switch n := v.Number(&r.entry); v.Unit {
	case journal.Word:
		return parquet.ValueOf(v.Word(&r.entry))
	case journal.PoolName:
		return r.pools[n]
	case journal.USD, journal.USDPerHour:
		return parquet.DoubleValue(v.Unit.Of(n))
	case journal.Nanoseconds:
		return parquet.Int64Value(n)
	default:
		return parquet.Int32Value(int32(n))
	}
}

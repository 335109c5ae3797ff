package results

import (
	"path/filepath"

	"github.com/parquet-go/parquet-go"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// EventsName is the file of what happened in the runs of a folder.
const EventsName = "events.parquet"

// event is a row of it. Which columns mean something depends on the kind, as in
// docs/events.md; the others are null. The tags name the columns.
type event struct {
	RunID    string   `parquet:"run_id,dict"`
	Sequence int64    `parquet:"sequence"`
	Time     int64    `parquet:"time_ns"`
	Kind     string   `parquet:"kind,dict"`
	Pool     *string  `parquet:"pool,optional,dict"`
	Instance *int32   `parquet:"instance,optional"`
	Task     *int32   `parquet:"task,optional"`
	Purchase *string  `parquet:"purchase,optional,dict"`
	Price    *float64 `parquet:"price_usd_per_h,optional"`
	Cost     *float64 `parquet:"cost_usd,optional"`
	Span     *int64   `parquet:"span_ns,optional"`
	Count    *int32   `parquet:"count,optional"`
	Pending  *int32   `parquet:"tasks_pending,optional"`
	Reason   *string  `parquet:"reason,optional,dict"`
	Because  *string  `parquet:"because,optional,dict"`
}

// Events writes events.parquet of a folder, run by run; the file appears, complete, with
// Commit. It holds a few MB.
type Events struct {
	file *atomicFile
	to   *parquet.GenericWriter[event]
	rows []event
}

// CreateEvents begins the file in a folder, which must be there.
func CreateEvents(dir string) (*Events, error) {
	file, err := createAtomic(filepath.Join(dir, EventsName))
	if err != nil {
		return nil, err
	}
	return &Events{file: file, to: parquet.NewGenericWriter[event](file,
		parquet.Compression(compression),
		parquet.MaxRowsPerRowGroup(groupRows),
		parquet.CreatedBy("tessera", "1", "events"),
		parquet.KeyValueMetadata("schema", Schema))}, nil
}

// Run returns who takes the journal of the next run, whose pools have these names.
func (w *Events) Run(id string, pools []string) *RunEvents {
	return &RunEvents{to: w, id: id, pools: pools}
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

// Discard removes what is written, in the place of Commit.
func (w *Events) Discard() { w.file.discard() }

func (w *Events) flush() error {
	_, err := w.to.Write(w.rows)
	w.rows = w.rows[:0]
	return err
}

// RunEvents is the journal.Writer of one run.
type RunEvents struct {
	// Err is the first error of writing.
	Err error

	to       *Events
	id       string
	pools    []string
	sequence int64
}

// Record writes an entry.
func (r *RunEvents) Record(e journal.Entry) {
	if r.Err != nil {
		return
	}
	r.to.rows = append(r.to.rows, r.event(e))
	r.sequence++
	if len(r.to.rows) == batchRows {
		r.Err = r.to.flush()
	}
}

func (r *RunEvents) event(e journal.Entry) event {
	row := event{
		RunID: r.id, Sequence: r.sequence, Time: int64(e.At), Kind: e.Kind.String(),
		Instance: number(int32(e.Instance)), Task: number(int32(e.Task)),
	}
	if e.Pool != cloud.None {
		row.Pool = &r.pools[e.Pool]
	}
	switch e.Kind {
	case journal.Price:
		row.Price = dollars(e.Price.Dollars())
	case journal.Capacity:
		row.Count = &e.Count
	case journal.Decide:
		because := e.Because.String()
		row.Because, row.Count, row.Pending = &because, &e.Count, &e.Pending
		if e.Pool != cloud.None {
			row.Purchase, row.Price = purchase(e), dollars(e.Price.Dollars())
		}
	case journal.Launch:
		row.Purchase, row.Price = purchase(e), dollars(e.Price.Dollars())
	case journal.Refuse:
		reason := e.Reason.String()
		row.Purchase, row.Reason = purchase(e), &reason
	case journal.Preempt, journal.Terminate, journal.Close:
		row.Purchase, row.Cost, row.Span = purchase(e), dollars(e.Cost.Dollars()), span(e)
	case journal.Start:
		row.Cost, row.Span = dollars(e.Cost.Dollars()), span(e)
	case journal.Arrive, journal.Notice, journal.Rebalance, journal.Interrupt, journal.Unfinished:
		row.Span = span(e)
	}
	return row
}

// number is null for cloud.None.
func number(id int32) *int32 {
	if id == cloud.None {
		return nil
	}
	return &id
}

func dollars(x float64) *float64 { return &x }

func purchase(e journal.Entry) *string {
	how := e.Purchase.String()
	return &how
}

func span(e journal.Entry) *int64 {
	d := int64(e.Span)
	return &d
}

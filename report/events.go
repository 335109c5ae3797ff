package report

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// Events writes a journal as the elements of a JSON array, one a line, without holding it
// in memory. Which fields an event has is in the table of package journal.
// Use NewEvents, and Flush at the end.
type Events struct {
	out   *bufio.Writer
	pools []string // quoted
	names Names
	entry journal.Entry // the present one: a field, so that it is allocated once
	at    clock.Time
	head  []byte // of each event at that instant
	line  []byte
	any   bool
}

// NewEvents returns a writer of events to w.
func NewEvents(w io.Writer, names Names) *Events {
	e := &Events{out: bufio.NewWriterSize(w, 1<<16), names: names}
	for _, p := range names.Pools {
		e.pools = append(e.pools, string(quoted(p.Name.String())))
	}
	return e
}

// Record writes an entry. The first error of the writer is kept for Flush.
func (e *Events) Record(entry journal.Entry) {
	e.line = e.line[:0]
	if e.any {
		e.line = append(e.line, ",\n"...)
	}
	e.any = true
	e.entry = entry
	e.line = e.append(e.line)
	e.out.Write(e.line) //nolint:errcheck // bufio keeps the error for Flush
}

// Flush writes what is buffered and returns the first error of all writing.
func (e *Events) Flush() error { return e.out.Flush() }

// append appends the entry as a JSON object: time_h, kind and the fields of its kind.
func (e *Events) append(b []byte) []byte {
	if e.entry.At != e.at || e.head == nil {
		e.at = e.entry.At
		e.head = append(appendFloat(append(e.head[:0], `{"time_h":`...), e.at.Hours()), `,"kind":"`...)
	}
	b = append(append(append(b, e.head...), e.entry.Kind.String()...), '"')
	fields := e.entry.Kind.Fields()
	for i := range fields {
		b = e.appendField(b, &fields[i])
	}
	return append(b, '}')
}

func (e *Events) appendField(b []byte, f *journal.Field) []byte {
	if !f.In(&e.entry) || f.When == journal.UnlessZero && f.Number(&e.entry) == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), f.Key...), `":`...)
	switch f.Unit {
	case journal.Word: // none needs an escape
		return append(append(append(b, '"'), f.Word(&e.entry)...), '"')
	case journal.PoolName:
		return append(b, e.pools[f.Number(&e.entry)]...)
	case journal.TaskName:
		return e.appendTask(b, cloud.TaskID(f.Number(&e.entry)))
	case journal.Count:
		return strconv.AppendInt(b, f.Number(&e.entry), 10)
	}
	return appendFloat(b, f.Amount(&e.entry))
}

func (e *Events) appendTask(b []byte, id cloud.TaskID) []byte {
	if e.names.Tasks == nil {
		return strconv.AppendInt(b, int64(id), 10)
	}
	return append(b, quoted(e.names.Tasks[id])...)
}

// appendFloat writes x as the shortest decimal that reads back as x.
func appendFloat(b []byte, x float64) []byte { return strconv.AppendFloat(b, x, 'g', -1, 64) }

func quoted(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return b
}

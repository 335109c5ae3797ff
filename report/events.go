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

// Events writes a journal as the elements of a JSON array, one a line, as it comes: a
// long run is never held in memory. Use NewEvents, and Flush at the end.
type Events struct {
	out   *bufio.Writer
	pools []string // quoted
	names Names
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

// Record writes an entry. An error of the writer is kept for Flush.
func (e *Events) Record(entry journal.Entry) {
	e.line = e.line[:0]
	if e.any {
		e.line = append(e.line, ",\n"...)
	}
	e.any = true
	e.line = e.append(e.line, entry)
	e.out.Write(e.line) //nolint:errcheck // bufio keeps the error for Flush
}

// Flush writes what is buffered and returns the first error of all writing.
func (e *Events) Flush() error { return e.out.Flush() }

// append appends entry as a JSON object: time_h and kind always, the others where the
// kind has them.
func (e *Events) append(b []byte, entry journal.Entry) []byte {
	b = append(b, `{"time_h":`...)
	b = appendFloat(b, entry.At.Hours())
	b = append(b, `,"kind":"`...)
	b = append(b, entry.Kind.String()...)
	b = append(b, '"')
	if entry.Pool != cloud.None {
		b = append(append(b, `,"pool":`...), e.pools[entry.Pool]...)
	}
	if entry.Instance != cloud.None {
		b = strconv.AppendInt(append(b, `,"instance":`...), int64(entry.Instance), 10)
	}
	if entry.Replica != cloud.NoReplica {
		b = strconv.AppendInt(append(b, `,"replica":`...), int64(entry.Replica), 10)
	}
	switch entry.Kind {
	case journal.Request, journal.Respond, journal.Retry, journal.Fail:
		b = strconv.AppendInt(append(b, `,"request":`...), int64(entry.Task), 10)
	default:
		if entry.Task != cloud.None {
			b = e.appendTask(append(b, `,"task":`...), entry.Task)
		}
	}
	return e.appendDetails(b, entry)
}

func (e *Events) appendTask(b []byte, id cloud.TaskID) []byte {
	if e.names.Tasks == nil {
		return strconv.AppendInt(b, int64(id), 10)
	}
	return append(b, quoted(e.names.Tasks[id])...)
}

// appendDetails appends what is particular to the kind and closes the object.
func (e *Events) appendDetails(b []byte, entry journal.Entry) []byte {
	number := func(key string, x float64) { b = appendFloat(append(append(append(b, `,"`...), key...), `":`...), x) }
	text := func(key, value string) {
		b = append(append(append(append(append(b, `,"`...), key...), `":"`...), value...), '"')
	}
	span := entry.Span.Hours()
	switch entry.Kind {
	case journal.Price:
		number("price_usd_per_h", entry.Price.Dollars())
	case journal.Capacity:
		b = strconv.AppendInt(append(b, `,"capacity":`...), int64(entry.Count), 10)
	case journal.Arrive:
		number("work_h", span)
		if entry.Deadline != clock.Never {
			number("deadline_h", entry.Deadline.Hours())
		}
	case journal.Launch:
		text("purchase", entry.Purchase.String())
		number("price_usd_per_h", entry.Price.Dollars())
	case journal.Refuse:
		text("purchase", entry.Purchase.String())
		text("reason", entry.Reason.String())
	case journal.Decide:
		text("because", entry.Because.String())
		b = strconv.AppendInt(append(b, `,"things_done":`...), int64(entry.Count), 10)
		b = strconv.AppendInt(append(b, `,"tasks_pending":`...), int64(entry.Pending), 10)
		if entry.Pool != cloud.None {
			text("purchase", entry.Purchase.String())
			number("price_usd_per_h", entry.Price.Dollars())
		}
	case journal.Start:
		number("overhead_h", span)
		if entry.Cost != 0 {
			number("egress_usd", entry.Cost.Dollars())
		}
	case journal.Notice:
		number("lead_h", span)
	case journal.Preempt, journal.Terminate, journal.Close:
		text("purchase", entry.Purchase.String())
		number("ran_h", span)
		number("cost_usd", entry.Cost.Dollars())
	case journal.Interrupt:
		number("lost_h", span)
	case journal.Unfinished:
		number("left_h", span)
	case journal.Target, journal.Serve, journal.Down, journal.Respond, journal.Retry, journal.Fail, journal.Rebalance:
		b = appendServiceDetails(b, entry)
	}
	return append(b, '}')
}

// appendServiceDetails appends what is particular to a kind of a service.
func appendServiceDetails(b []byte, entry journal.Entry) []byte {
	seconds := func(key string) {
		b = appendFloat(append(append(append(b, `,"`...), key...), `":`...), entry.Span.Seconds())
	}
	count := func(key string) {
		b = strconv.AppendInt(append(append(append(b, `,"`...), key...), `":`...), int64(entry.Count), 10)
	}
	switch entry.Kind {
	case journal.Target:
		count("wanted")
	case journal.Serve:
		seconds("cold_start_s")
	case journal.Down:
		count("requests_lost")
	case journal.Respond:
		seconds("latency_s")
	case journal.Retry:
		seconds("lost_s")
	case journal.Fail:
		b = append(append(append(b, `,"reason":"`...), entry.Reason.String()...), '"')
		seconds("after_s")
	case journal.Rebalance:
		seconds("lead_s")
	}
	return b
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

package report

import (
	"bufio"
	"io"
	"strconv"

	"github.com/bobby-math/tessera/clock"
)

// Timeline writes journals as a Chrome trace (JSON, "Trace Event Format" of Duffy, Nyberg
// and others, 2016), which ui.perfetto.dev opens. It is streamed: memory grows
// with the number of instances alive at a time, not with the run. Use
// NewTimeline, Run for each run, and Close. Details of slices and marks are the fields of the
// journal's table.
//
// A run is a group of processes: one for its policy, with its decisions, its tasks and its
// service, and one for each pool. An instance is a slice on a track of its pool, in it
// provisioning and running, in that its tasks, and in those the overhead of starting. A
// track is a lane, not an instance: when an instance ends its lane goes to the next one, the
// lowest free lane first, so there are as many tracks as instances were alive at a time.
//
// Instants are exact: nanoseconds, written as microseconds with three decimals.
type Timeline struct {
	out     *bufio.Writer
	line    []byte
	any     bool
	process int // number of the last one
	track   int // number of the last one, over all processes
}

// NewTimeline returns a timeline that is written to w.
func NewTimeline(w io.Writer) *Timeline {
	t := &Timeline{out: bufio.NewWriterSize(w, 1<<16)}
	t.out.WriteString(`{"displayTimeUnit":"ms","traceEvents":[`) //nolint:errcheck // bufio keeps the error for Close
	return t
}

// Close writes the end and returns the first error of all writing. It does not close the
// writer below.
func (t *Timeline) Close() error {
	t.out.WriteString("\n]}\n") //nolint:errcheck // bufio keeps the error for Flush
	return t.out.Flush()
}

// place is where an event is shown: a track, or a process for its counters.
type place struct{ process, track int }

// detail is an argument of an event: a text, or a number if the text is empty.
type detail struct {
	key    string
	text   string
	number float64
}

func number(key string, x float64) detail { return detail{key: key, number: x} }

func text(key, value string) detail { return detail{key: key, text: value} }

// The phases of trace events that are used here.
const (
	begins   = 'B'
	ends     = 'E'
	instant  = 'i'
	counts   = 'C'
	describe = 'M'
)

// event writes one event. An end has no name.
func (t *Timeline) event(phase byte, name string, where place, at clock.Time, details ...detail) {
	b := t.line[:0]
	if t.any {
		b = append(b, ',')
	}
	t.any = true
	b = append(append(append(b, "\n{\"ph\":\""...), phase), '"')
	if name != "" {
		b = append(append(b, `,"name":`...), quoted(name)...)
	}
	b = strconv.AppendInt(append(b, `,"pid":`...), int64(where.process), 10)
	if phase != counts {
		b = strconv.AppendInt(append(b, `,"tid":`...), int64(where.track), 10)
	}
	if phase != describe {
		b = appendMicros(append(b, `,"ts":`...), at)
	}
	if phase == instant {
		b = append(b, `,"s":"t"`...)
	}
	t.line = append(appendArguments(b, details), '}')
	t.out.Write(t.line) //nolint:errcheck // bufio keeps the error for Close
}

func appendArguments(b []byte, details []detail) []byte {
	if len(details) == 0 {
		return b
	}
	b = append(b, `,"args":{`...)
	for n, d := range details {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), d.key...), `":`...)
		if d.text != "" {
			b = append(b, quoted(d.text)...)
		} else {
			b = appendFloat(b, d.number)
		}
	}
	return append(b, '}')
}

// appendMicros writes at in microseconds.
func appendMicros(b []byte, at clock.Time) []byte {
	b = strconv.AppendInt(b, int64(at)/1000, 10)
	if rest := int64(at) % 1000; rest != 0 {
		b = append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	}
	return b
}

// newProcess adds a group of tracks below the existing ones.
func (t *Timeline) newProcess(name string) int {
	t.process++
	where := place{process: t.process}
	t.event(describe, "process_name", where, 0, text("name", name))
	t.event(describe, "process_sort_index", where, 0, number("sort_index", float64(t.process)))
	return t.process
}

// newTrack adds a track to a process. Its number is unique in the file, and it is shown
// below those with lower numbers.
func (t *Timeline) newTrack(process int, name string) place {
	t.track++
	where := place{process, t.track}
	t.event(describe, "thread_name", where, 0, text("name", name))
	t.event(describe, "thread_sort_index", where, 0, number("sort_index", float64(t.track)))
	return where
}

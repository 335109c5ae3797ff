package workload

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

// ReadTasks reads a task file, called name in errors: CSV with a header, or JSON Lines,
// told apart by content. A task has
//
//	id                its name, unique in the file
//	arrival           from the beginning of the run; at least 0
//	work              positive
//	deadline          optional, from the beginning of the run; not before the arrival
//	restart_overhead  optional, at least 0
//	checkpoint        optional: a time at least 0, "none" (an interruption loses all) or
//	                  "continuous" (it loses nothing)
//
// in any order and case. A time is a number of hours, rounded to the nearest
// nanosecond, or a Go duration as 2h30m, and at most 100 years. What is optional may be
// left out or empty: the deadline is then clock.Never, the other two are those of
// defaults, of which nothing else is used.
//
// The tasks come sorted by arrival, equal arrivals in the order of the file, and
// numbered from 0 in that order. What is wrong with the content, a file without tasks
// included, comes back as one *FileError; any other error is that of r.
func ReadTasks(name string, r io.Reader, defaults Task) ([]Task, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	in := &intake{
		FileError: newFileError(name),
		defaults:  defaults,
		lines:     make(map[string]int),
	}
	in.read(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(in.List) > 0 {
		return nil, in.FileError
	}
	return inOrder(in.tasks), nil
}

// inOrder sorts tasks, numbered in the order of the file, by arrival and then by number,
// and numbers them anew.
func inOrder(tasks []Task) []Task {
	slices.SortFunc(tasks, func(a, b Task) int {
		return cmp.Or(cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.ID, b.ID))
	})
	for i := range tasks {
		tasks[i].ID = cloud.TaskID(i)
	}
	return tasks
}

// A column is what a row can tell about its task.
type column int

const (
	idColumn column = iota
	arrivalColumn
	workColumn
	deadlineColumn
	overheadColumn
	checkpointColumn
	columns int = iota
)

// columnNames are the names of the columns: first those no row can do without.
var columnNames = [columns]string{"id", "arrival", "work", "deadline", "restart_overhead", "checkpoint"}

// needed are the columns no row can do without.
var needed = []column{idColumn, arrivalColumn, workColumn}

// row is one task as it was written. An empty cell was not written.
type row struct {
	line  int
	cells [columns]string
}

// intake gathers the tasks of one file and what is wrong with them.
type intake struct {
	*FileError
	defaults Task
	tasks    []Task
	lines    map[string]int // where each id was first seen
}

func (in *intake) read(data []byte) {
	if !in.isText(data) {
		return
	}
	switch first := bytes.TrimSpace(data); {
	case bytes.HasPrefix(first, []byte("{")):
		in.readJSONL(data)
	case bytes.HasPrefix(first, []byte("[")):
		in.Problem(1, "a JSON array: write one object a line, without brackets and commas between them")
	default:
		in.readCSV(data)
	}
	if len(in.tasks) == 0 && len(in.List) == 0 {
		in.Problem(0, "no tasks")
	}
}

// column returns the column called name in a header or a key; what says which.
func (in *intake) column(line int, what, name string) (column, bool) {
	i := slices.Index(columnNames[:], strings.ToLower(strings.TrimSpace(name)))
	if i < 0 {
		in.Problem(line, "unknown %s %s (known: %s)", what, input.Quote(name), strings.Join(columnNames[:], ", "))
	}
	return column(i), i >= 0
}

// add takes one row and notes what is wrong with it. A cell that cannot be understood
// stands for a harmless value, so that one mistake is one problem.
func (in *intake) add(r *row) {
	for c := range r.cells {
		r.cells[c] = strings.TrimSpace(r.cells[c])
	}
	for _, c := range needed {
		if r.cells[c] == "" {
			in.Problem(r.line, "%s is missing", columnNames[c])
		}
	}
	task := Task{
		ID:              cloud.TaskID(len(in.tasks)),
		Name:            in.name(r),
		Arrival:         clock.At(in.time(r, arrivalColumn, 0, 0)),
		Work:            in.time(r, workColumn, 1, 1),
		Deadline:        clock.At(in.time(r, deadlineColumn, 0, time.Duration(clock.Never))),
		RestartOverhead: in.time(r, overheadColumn, 0, in.defaults.RestartOverhead),
		Checkpoint:      in.checkpoint(r),
	}
	if task.Deadline < task.Arrival {
		in.wrong(r, deadlineColumn, fmt.Sprintf("must not be before the arrival, %v", task.Arrival))
	}
	in.tasks = append(in.tasks, task)
}

// name returns the row's id, which must be the first of its kind.
func (in *intake) name(r *row) string {
	id := strings.Clone(r.cells[idColumn]) // a cell of a CSV file holds on to its whole row
	if id == "" {
		return id
	}
	if first, taken := in.lines[id]; taken {
		in.wrong(r, idColumn, fmt.Sprintf("is also the id on line %d", first))
	} else {
		in.lines[id] = r.line
	}
	return id
}

func (in *intake) checkpoint(r *row) Checkpoint {
	switch strings.ToLower(r.cells[checkpointColumn]) {
	case "none":
		return Nothing
	case "continuous":
		return Continuously
	}
	return Checkpoint(in.time(r, checkpointColumn, 0, time.Duration(in.defaults.Checkpoint)))
}

// time returns the time in column c, which must be at least least, 0 or 1ns. It returns
// otherwise where there is none, or none that can be understood.
func (in *intake) time(r *row, c column, least, otherwise time.Duration) time.Duration {
	text := r.cells[c]
	if text == "" {
		return otherwise
	}
	switch d, ok := parseTime(text); {
	case !ok && c == checkpointColumn:
		in.wrong(r, c, `is neither a time nor "none" nor "continuous": `+timeForms)
	case !ok:
		in.wrong(r, c, "is not a time: "+timeForms)
	case d < least && least > 0:
		in.wrong(r, c, "must be positive (at least 1ns)")
	case d < least:
		in.wrong(r, c, "must be >= 0")
	case d > longest:
		in.wrong(r, c, "must be at most 100 years (876000h)")
	default:
		return d
	}
	return otherwise
}

// wrong notes that the cell in column c breaks a rule.
func (in *intake) wrong(r *row, c column, rule string) {
	in.Problem(r.line, "%s %s %s", columnNames[c], input.Quote(r.cells[c]), rule)
}

package traces

import (
	"errors"
	"fmt"
	"io"

	"github.com/bobby-math/tessera/input"
)

// Error is everything wrong with one file, or with files that are used together.
type Error struct{ input.Problems }

func newError(name string) *Error { return &Error{input.Problems{Name: name}} }

// note notes err, if there is one, with what it is about.
func (e *Error) note(line int, what string, err error) {
	if err != nil {
		e.Problem(line, "%s%v", what, err)
	}
}

// orNil returns e with its problems sorted, or nil if there are none.
func (e *Error) orNil() error {
	if len(e.List) == 0 {
		return nil
	}
	e.Sort()
	return e
}

// cutOff tells whether a reader failed because its data ends too early.
func cutOff(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// findings are what is wrong with a file, and what may not be what was meant.
type findings struct {
	*Error
	warnings []string
}

func (f *findings) warn(format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
}

// warnOf warns of the rows of a tally, if any: what they are and what becomes of them.
func (f *findings) warnOf(t tally, what, rows, remark string) {
	if t.rows > 0 {
		f.warn("line %d: %s (%d %s): %s", t.line, what, t.rows, rows, remark)
	}
}

// tally counts rows and remembers the line of the first.
type tally struct{ rows, line int }

func (t *tally) count(line int) {
	if t.rows == 0 {
		t.line = line
	}
	t.rows++
}

// warnings are what to know before trusting a series.
type warnings []string

func (w *warnings) add(when bool, text string) {
	if when {
		*w = append(*w, text)
	}
}

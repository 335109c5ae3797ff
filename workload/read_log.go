package workload

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// logIntake gathers the requests of one file and what is wrong with them.
type logIntake struct {
	*FileError
	log []LoggedRequest
	// before is the last line with a time that could be understood.
	before struct {
		line  int
		stamp string
		at    time.Duration
	}
}

func newLogIntake(name string) *logIntake { return &logIntake{FileError: &FileError{Name: name}} }

// read returns the requests that take has added to the log, a line of r at a time.
func (in *logIntake) read(r io.Reader, take func(line int, text string)) ([]LoggedRequest, error) {
	if err := in.readLines(r, take); err != nil {
		return nil, err
	}
	if len(in.log) == 0 {
		in.problem(0, "no requests")
		return nil, in.FileError
	}
	return in.log, nil
}

// order notes it if the time of a line, since the first, is before that of a line above;
// what is the name of the column, stamp the time as it was written.
func (in *logIntake) order(line int, what, stamp string, at time.Duration) {
	switch {
	case in.before.line > 0 && at < in.before.at:
		in.problem(line, "%s %s is before %s on line %d: sort the log by time", what, quote(stamp), quote(in.before.stamp), in.before.line)
	case at > longest:
		in.problem(line, "%s %s is more than 100 years after the first", what, quote(stamp))
	}
	in.before.line, in.before.stamp, in.before.at = line, stamp, at
}

// tokens reads a number of tokens; what is the name of the column.
func (in *logIntake) tokens(line int, what, text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > MaxTokens {
		in.problem(line, "%s %s must be a whole number in [0, %d]", what, quote(text), MaxTokens)
	}
	return n
}

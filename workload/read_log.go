package workload

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
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

func newLogIntake(name string) *logIntake { return &logIntake{FileError: newFileError(name)} }

// read returns the requests that take has added to the log, a line of r at a time.
func (in *logIntake) read(r io.Reader, take func(line int, text string)) ([]LoggedRequest, error) {
	if err := in.readLines(r, take); err != nil {
		return nil, err
	}
	if len(in.log) == 0 {
		in.Problem(0, "no requests")
		return nil, in.FileError
	}
	return in.log, nil
}

// order notes it if the time of a line, since the first, is before that of a line above;
// what is the name of the column, stamp the time as it was written.
func (in *logIntake) order(line int, what, stamp string, at time.Duration) {
	switch {
	case in.before.line > 0 && at < in.before.at:
		in.Problem(line, "%s %s is before %s on line %d: sort the log by time", what, input.Quote(stamp), input.Quote(in.before.stamp), in.before.line)
	case at > longest:
		in.Problem(line, "%s %s is more than 100 years after the first", what, input.Quote(stamp))
	}
	in.before.line, in.before.stamp, in.before.at = line, stamp, at
}

// tokens reads a number of tokens; what is the name of the column.
func (in *logIntake) tokens(line int, what, text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > MaxTokens {
		in.Problem(line, "%s %s must be a whole number in [0, %d]", what, input.Quote(text), MaxTokens)
	}
	return n
}

package workload

import (
	"encoding/json"
	"io"
	"math"
	"slices"
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

func (in *logIntake) tokens(line int, what, text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > MaxTokens {
		in.Problem(line, "%s %s must be a whole number in [0, %d]", what, input.Quote(text), MaxTokens)
	}
	return n
}

// azureColumns are the columns of an Azure LLM inference trace, in their order.
var azureColumns = []string{"TIMESTAMP", "ContextTokens", "GeneratedTokens"}

// ReadAzureLLM reads a log of requests, called name in errors, in the format of the Azure
// LLM inference traces of 2023 and 2024 (Azure/AzurePublicDataset): CSV with the header
// TIMESTAMP,ContextTokens,GeneratedTokens, time stamps as 2023-11-16 18:15:46.6805900 with
// or without an offset from UTC, in order. Arrivals count from the first request.
//
// What is wrong with the content, a log out of order and one without requests included,
// comes back as one *FileError; any other error is that of r.
func ReadAzureLLM(name string, r io.Reader) ([]LoggedRequest, error) {
	in := &azureIntake{logIntake: newLogIntake(name)}
	return in.read(r, in.take)
}

type azureIntake struct {
	*logIntake
	header, broken bool
	first          time.Time
}

func (in *azureIntake) take(line int, text string) {
	cells := strings.Split(text, ",")
	switch {
	case in.broken: // without the header, every line would be wrong
	case !in.header:
		in.header = true
		if !slices.EqualFunc(cells, azureColumns, sameColumn) {
			in.broken = true
			in.Problem(line, "the header %s must be %s", input.Quote(text), strings.Join(azureColumns, ","))
		}
	case len(cells) != len(azureColumns):
		in.Problem(line, "has %d cells, and the header %d", len(cells), len(azureColumns))
	default:
		in.log = append(in.log, LoggedRequest{
			At:     in.at(line, cells[0]),
			Input:  in.tokens(line, azureColumns[1], cells[1]),
			Output: in.tokens(line, azureColumns[2], cells[2]),
		})
	}
}

func sameColumn(cell, column string) bool {
	return strings.EqualFold(strings.TrimSpace(cell), column)
}

// at returns the time since the first request of one at the instant in cell.
func (in *azureIntake) at(line int, cell string) time.Duration {
	stamp, err := parseStamp(strings.TrimSpace(cell))
	if err != nil {
		in.Problem(line, "%s %s is not a time: write 2023-11-16 18:15:46.6805900", azureColumns[0], input.Quote(cell))
		return 0
	}
	if in.before.line == 0 {
		in.first = stamp
	}
	at := stamp.Sub(in.first)
	in.order(line, azureColumns[0], cell, at)
	return at
}

// parseStamp reads a date and a time, which may have any number of decimals, in UTC unless
// an offset follows.
func parseStamp(text string) (time.Time, error) {
	stamp, err := time.Parse(time.DateTime, text)
	if err != nil {
		stamp, err = time.Parse(time.DateTime+"Z07:00", text)
	}
	return stamp, err
}

// ReadMooncake reads a log of requests, called name in errors, in the format of the
// Mooncake traces (kvcache-ai/Mooncake): JSON Lines, each an object with timestamp in
// milliseconds, input_length and output_length in tokens; other keys, as hash_ids, are
// passed over. The lines are in order of timestamp. Arrivals count from the first request.
//
// What is wrong with the content, a log out of order and one without requests included,
// comes back as one *FileError; any other error is that of r.
func ReadMooncake(name string, r io.Reader) ([]LoggedRequest, error) {
	in := &mooncakeIntake{logIntake: newLogIntake(name)}
	return in.read(r, in.take)
}

type mooncakeIntake struct {
	*logIntake
	first float64 // ms
}

func (in *mooncakeIntake) take(line int, text string) {
	var object struct {
		Timestamp json.RawMessage `json:"timestamp"`
		Input     json.RawMessage `json:"input_length"`
		Output    json.RawMessage `json:"output_length"`
	}
	if err := json.Unmarshal([]byte(text), &object); err != nil || text[0] != '{' {
		in.Problem(line, "%s is not a JSON object", input.Quote(text))
		return
	}
	in.log = append(in.log, LoggedRequest{
		At:     in.at(line, string(object.Timestamp)),
		Input:  in.length(line, "input_length", string(object.Input)),
		Output: in.length(line, "output_length", string(object.Output)),
	})
}

func (in *mooncakeIntake) length(line int, key, text string) int {
	if text == "" {
		in.Problem(line, "%s is missing", key)
		return 0
	}
	return in.tokens(line, key, text)
}

// at returns the time since the first request of one at the timestamp text.
func (in *mooncakeIntake) at(line int, text string) time.Duration {
	const key, most = "timestamp", 1e15
	if text == "" {
		in.Problem(line, "%s is missing", key)
		return 0
	}
	ms, ok := parseNumber(text)
	if !ok || !(ms >= 0 && ms <= most) {
		in.Problem(line, "%s %s must be a number of milliseconds in [0, %v]", key, input.Quote(text), most)
		return 0
	}
	if in.before.line == 0 {
		in.first = ms
	}
	ns := math.Round((ms - in.first) * float64(time.Millisecond))
	at := time.Duration(min(max(ns, -1), float64(2*longest))) // either bound is an error
	in.order(line, key, text, at)
	return at
}

package workload

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/input"
)

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

package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"

	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
)

// printRuns writes runs with the columns of runs.csv.
func printRuns(w io.Writer, format string, axes []string, runs []*results.Run) error {
	var text bytes.Buffer
	out, err := results.NewCSV(&text, axes)
	for _, r := range runs {
		err = errors.Join(err, out.Add(r))
	}
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if format == "csv" {
		_, err = w.Write(text.Bytes())
		return err
	}
	rows, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		return err
	}
	return report.PrintTable(w, format, rows)
}

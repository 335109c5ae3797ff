package workload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bobby-math/tessera/input"
)

// readLines hands the lines of r that are not blank to take, trimmed, numbered from 1. It
// returns e if there is anything wrong then; other errors are those of r.
func (e *FileError) readLines(r io.Reader, take func(line int, text string)) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read %s: %w", e.Name, err)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if e.isText(data) {
		line := 0
		for text := range strings.Lines(string(data)) {
			line++
			if text = strings.TrimSpace(text); text != "" {
				take(line, text)
			}
		}
	}
	if len(e.List) > 0 {
		return e
	}
	return nil
}

// isText tells whether data is UTF-8, and notes where it is not.
func (e *FileError) isText(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		e.Problem(0, "compressed with gzip: decompress it first")
		return false
	}
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if !utf8.Valid(text) {
			e.Problem(line, "not UTF-8 text")
		}
	}
	return len(e.List) == 0
}

// FileError is everything wrong with one file.
type FileError struct{ input.Problems }

func newFileError(name string) *FileError { return &FileError{input.Problems{Name: name}} }

// longest is the longest time a task file may hold: 100 years of 365 days.
const longest = 100 * 365 * 24 * time.Hour

// timeForms says how to write a time.
const timeForms = "write hours as 1.5 or a duration as 90m, at most 100 years"

// parseTime reads a number of hours, rounded to the nearest nanosecond, or a Go
// duration. A number outside of [0, longest] comes back outside of it, on its side.
func parseTime(text string) (d time.Duration, ok bool) {
	hours, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		d, err = time.ParseDuration(text)
		return d, err == nil
	}
	if math.IsNaN(hours) {
		return 0, false
	}
	ns := math.Round(hours * float64(time.Hour))
	return time.Duration(min(max(ns, -1), float64(longest)*2)), true
}

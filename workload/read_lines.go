package workload

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
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

package traces

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems is how many problems an Error lists.
const maxProblems = 20

// Problem is one thing wrong with a file.
type Problem struct {
	// Line counts from 1; 0 means the file as a whole.
	Line int
	Text string
}

// Error is everything wrong with one file.
type Error struct {
	// Name is the name of the file, or "merge".
	Name string
	// Problems are the first 20 found, sorted by line.
	Problems []Problem
	// More is how many were found beyond those.
	More int
}

// Error writes one problem a line, each with the name of the file.
func (e *Error) Error() string {
	var lines []string
	for _, p := range e.Problems {
		if p.Line == 0 {
			lines = append(lines, fmt.Sprintf("%s: %s", e.Name, p.Text))
		} else {
			lines = append(lines, fmt.Sprintf("%s: line %d: %s", e.Name, p.Line, p.Text))
		}
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("%s: ... and %d more", e.Name, e.More))
	}
	return strings.Join(lines, "\n")
}

// problem notes what is wrong with a line, or with the file if line is 0.
func (e *Error) problem(line int, format string, args ...any) {
	if len(e.Problems) == maxProblems {
		e.More++
		return
	}
	e.Problems = append(e.Problems, Problem{line, fmt.Sprintf(format, args...)})
}

// orNil returns e with its problems sorted, or nil if there are none.
func (e *Error) orNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	slices.SortStableFunc(e.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return e
}

// quote quotes the text of a cell, cut where it is too long to read.
func quote(text string) string {
	const longest = 60
	if len(text) > longest {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(text[:longest], ""))
	}
	return fmt.Sprintf("%q", text)
}

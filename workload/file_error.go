package workload

import (
	"fmt"
	"strings"
)

// maxProblems is how many problems a FileError lists.
const maxProblems = 20

// Problem is one thing wrong with a file.
type Problem struct {
	// Line counts from 1; 0 means the file as a whole.
	Line int
	Text string
}

// FileError is everything wrong with one file.
type FileError struct {
	Name string
	// Problems are the first 20, in the order of the file.
	Problems []Problem
	// More is how many there are beyond those.
	More int
}

// Error writes one problem a line, each with the name of the file.
func (e *FileError) Error() string {
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
func (e *FileError) problem(line int, format string, args ...any) {
	if len(e.Problems) == maxProblems {
		e.More++
		return
	}
	e.Problems = append(e.Problems, Problem{line, fmt.Sprintf(format, args...)})
}

// quote quotes the text of a cell, cut where it is too long to read.
func quote(text string) string {
	const longest = 60
	if len(text) > longest {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(text[:longest], ""))
	}
	return fmt.Sprintf("%q", text)
}

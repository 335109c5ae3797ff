// Package input reports what is wrong with a file of a user.
//
// The one idea to hold: a file is read to its end and everything wrong with it is reported
// at once, each problem with its line.
package input

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MaxProblems is how many problems are listed.
const MaxProblems = 20

// Problems are everything wrong with one file, as an error.
type Problems struct {
	// Name is the name of the file, or of what was being done with several.
	Name string
	// List holds the first MaxProblems found.
	List []Problem
	// More is how many were found beyond those.
	More int
}

// Problem is one thing wrong with a file.
type Problem struct {
	// Line counts from 1; 0 means the file as a whole.
	Line int
	Text string
}

// Problem notes what is wrong with a line, or with the file if line is 0.
func (p *Problems) Problem(line int, format string, args ...any) {
	if len(p.List) == MaxProblems {
		p.More++
		return
	}
	p.List = append(p.List, Problem{line, fmt.Sprintf(format, args...)})
}

// Sort brings the problems into the order of the file.
func (p *Problems) Sort() {
	slices.SortStableFunc(p.List, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
}

// Error writes one problem a line, each with the name of the file.
func (p *Problems) Error() string {
	var lines []string
	for _, one := range p.List {
		if one.Line == 0 {
			lines = append(lines, fmt.Sprintf("%s: %s", p.Name, one.Text))
		} else {
			lines = append(lines, fmt.Sprintf("%s: line %d: %s", p.Name, one.Line, one.Text))
		}
	}
	if p.More > 0 {
		lines = append(lines, fmt.Sprintf("%s: ... and %d more", p.Name, p.More))
	}
	return strings.Join(lines, "\n")
}

// Quote quotes the text of a cell, cut where it is too long to read.
func Quote(text string) string {
	const longest = 60
	if len(text) > longest {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(text[:longest], ""))
	}
	return fmt.Sprintf("%q", text)
}

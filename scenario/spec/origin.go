package spec

import (
	"fmt"
	"path/filepath"
)

// Source is the kind of place a value comes from, the weakest first.
type Source int

const (
	// Default: nobody said it.
	Default Source = iota
	// FromFile: the scenario file says it.
	FromFile
	// FromEnvironment: a variable says it, TESSERA_SEED for instance.
	FromEnvironment
	// FromFlag: the command line says it.
	FromFlag
)

// Origin is where a value comes from. The zero Origin is the defaults.
type Origin struct {
	Source Source
	// Name is the file, as it was given; the variable; or the flag with its dashes.
	Name string
	// Line and Column in the file, from 1.
	Line, Column int
	// Set: the value was given by its path, not by a flag or variable of its own.
	Set bool
}

func (o Origin) String() string {
	switch o.Source {
	case FromFile:
		return fmt.Sprintf("file %s:%d:%d", o.Name, o.Line, o.Column)
	case FromEnvironment:
		return "environment " + o.Name
	case FromFlag:
		return "flag " + o.Name
	}
	return "default"
}

// place is o as it leads a line that says what is wrong there.
func (o Origin) place() string {
	if o.Source == FromFile {
		return fmt.Sprintf("%s:%d:%d", o.Name, o.Line, o.Column)
	}
	return o.Name
}

// folder is what relative paths are relative to: the folder of the file they are in.
func (o Origin) folder() string {
	if o.Source == FromFile && o.Name != Stdin {
		return filepath.Dir(o.Name)
	}
	return ""
}

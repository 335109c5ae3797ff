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
	if o.Name != "" {
		return "default of " + o.Name
	}
	return "default"
}

// place is o as it leads a line that says what is wrong there.
func (o Origin) place() string {
	if o.Source == FromFile {
		return fmt.Sprintf("%s:%d:%d", o.Name, o.Line, o.Column)
	}
	if o.Source == Default {
		return "" // nobody said it, though a preset may be its source
	}
	return o.Name
}

// path returns a path that was said at o, which is relative to the file it stands in.
func (o Origin) path(p Path) Path {
	if o.Source == FromFile && o.Name != Stdin && !filepath.IsAbs(string(p)) {
		return Path(filepath.Join(filepath.Dir(o.Name), string(p)))
	}
	return Path(filepath.Clean(string(p)))
}

// absolute returns p from the root on, so that it means the same in every folder.
func (p Path) absolute() Path {
	full, err := filepath.Abs(string(p))
	if err != nil {
		return p // no working folder; the name as it is serves as well
	}
	return Path(full)
}

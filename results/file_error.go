package results

import (
	"errors"
	"fmt"
	"io/fs"
)

// FileError is what is wrong with a file of results, and where.
type FileError struct {
	Path string
	// Line and Column count from 1; 0 where there is none. In a Parquet file Line is 0 and
	// Row counts from 1.
	Line, Column int
	Row          int64
	Err          error
}

// NewFileError names the file of an error, once.
func NewFileError(path string, err error) *FileError { return &FileError{Path: path, Err: cause(err)} }

func (e *FileError) Error() string {
	where := e.Path
	switch {
	case e.Row > 0:
		where += fmt.Sprintf(": row %d", e.Row)
	case e.Column > 0:
		where += fmt.Sprintf(": line %d, column %d", e.Line, e.Column)
	case e.Line > 0:
		where += fmt.Sprintf(": line %d", e.Line)
	}
	return fmt.Sprintf("%s: %v", where, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// cause is an error without the name of its file, which may be a temporary one.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

package workload

import "github.com/bobby-math/tessera/input"

// FileError is everything wrong with one file.
type FileError struct{ input.Problems }

func newFileError(name string) *FileError { return &FileError{input.Problems{Name: name}} }

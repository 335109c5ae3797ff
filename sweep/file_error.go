package sweep

import (
	"errors"
	"io/fs"

	"github.com/bobby-math/tessera/results"
)

// fileError names the file of an error, once.
func fileError(path string, err error) error {
	return &results.FileError{Path: path, Err: cause(err)}
}

// cause is an error without the name of its file.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

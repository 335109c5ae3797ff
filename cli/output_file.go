package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// outputFile is a file that appears, complete, when it is saved: until then it has a
// temporary name beside its own, so there is never half a file under the real name. A
// device or a pipe is written as it is. The nil outputFile is none.
type outputFile struct {
	*os.File
	flag   string // that named it
	path   string
	device bool
}

// openOutput makes sure, before anything runs, that the file of a flag can be written. For
// an empty path it returns nil.
func openOutput(flag, path string) (*outputFile, error) {
	if path == "" {
		return nil, nil
	}
	if strings.HasPrefix(path, "-") {
		return nil, usageError{fmt.Errorf("%s %s: needs the name of a file before other flags; ./%s is one", flag, path, path)}
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, inputError{fmt.Errorf("%s %s: is a folder", flag, path)}
	}
	f := &outputFile{flag: flag, path: path, device: err == nil && !info.Mode().IsRegular()}
	if f.device {
		f.File, err = os.OpenFile(path, os.O_WRONLY, 0)
	} else {
		f.File, err = os.CreateTemp(filepath.Dir(path), ".tessera-*.tmp")
	}
	if err != nil {
		return nil, inputError{fmt.Errorf("%s %s: cannot be written: %w", flag, path, errors.Unwrap(err))}
	}
	return f, nil
}

// save gives the file its name, unless writing it failed with err.
func (f *outputFile) save(err error) error {
	if f == nil {
		return err
	}
	if err == nil && !f.device {
		err = errors.Join(f.Chmod(0o644), f.Close())
	}
	if err == nil && !f.device {
		err = os.Rename(f.Name(), f.path)
	}
	if err != nil {
		return inputError{fmt.Errorf("%s %s: %w", f.flag, f.path, err)}
	}
	f.File = nil
	return nil
}

// discard removes the file if it was not saved.
func (f *outputFile) discard() {
	if f == nil || f.File == nil || f.device {
		return
	}
	f.Close()
	os.Remove(f.Name())
}

package results

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
)

// atomicFile is a file that appears under its name when it is complete, or not at all,
// even if the machine stops in the middle.
type atomicFile struct {
	path string
	temp *os.File
	hash hash.Hash
	size int64
}

// createAtomic begins a file beside where it will be.
func createAtomic(path string) (*atomicFile, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		return nil, &FileError{Path: path, Err: cause(err)}
	}
	return &atomicFile{path: path, temp: temp, hash: sha256.New()}, nil
}

// Write adds to the file.
func (f *atomicFile) Write(data []byte) (int, error) {
	n, err := f.temp.Write(data)
	f.hash.Write(data[:n])
	f.size += int64(n)
	if err != nil {
		err = &FileError{Path: f.path, Err: cause(err)}
	}
	return n, err
}

// commit gives the file its name and says what it holds.
func (f *atomicFile) commit() (Output, error) {
	err := errors.Join(f.temp.Chmod(0o644), f.temp.Sync(), f.temp.Close())
	if err == nil {
		err = os.Rename(f.temp.Name(), f.path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(f.path))
	}
	if err != nil {
		return Output{}, &FileError{Path: f.path, Err: cause(err)}
	}
	return Output{Path: filepath.Base(f.path), SHA256: hex.EncodeToString(f.hash.Sum(nil)), Bytes: f.size}, nil
}

// discard removes what is not committed.
func (f *atomicFile) discard() {
	f.temp.Close()
	os.Remove(f.temp.Name())
}

// syncFolder makes a rename in the folder last.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// cause is the error without the name of the temporary file.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

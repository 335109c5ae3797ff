package results

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
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

// WriteFile writes a file in whole or not at all.
func WriteFile(path string, content func(io.Writer) error) error {
	f, err := createAtomic(path)
	if err != nil {
		return err
	}
	if err := content(f); err != nil {
		f.discard()
		return err
	}
	_, err = f.commit()
	return err
}

// createAtomic begins a file beside where it will be.
func createAtomic(path string) (*atomicFile, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		return nil, NewFileError(path, err)
	}
	return &atomicFile{path: path, temp: temp, hash: sha256.New()}, nil
}

// Write adds to the file.
func (f *atomicFile) Write(data []byte) (int, error) {
	n, err := f.temp.Write(data)
	f.hash.Write(data[:n])
	f.size += int64(n)
	if err != nil {
		err = NewFileError(f.path, err)
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
		return Output{}, NewFileError(f.path, err)
	}
	return Output{Path: filepath.Base(f.path), SHA256: hex.EncodeToString(f.hash.Sum(nil)), Bytes: f.size}, nil
}

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

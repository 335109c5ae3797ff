package results

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
)

// The files of a folder.
const (
	CSVName     = "runs.csv"
	ParquetName = "runs.parquet"
	ColumnsName = "columns.json"
	SummaryName = "summary.json"
)

// Folder is the results of a sweep on disk.
type Folder struct {
	Dir string
	// Manifest is nil where there is none, as in a folder someone copied runs.csv into.
	Manifest *Manifest
	// Warnings say what is doubtful about the folder.
	Warnings []string
	runs     string // the name of the file that Runs reads
}

// Open finds the runs in a folder: runs.csv, or else runs.parquet. If there is a manifest
// that knows the file, its digest must be the same. Errors are of type *FileError.
func Open(dir string) (*Folder, error) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = errors.New("is a file: name the folder it is in")
	}
	if err != nil {
		return nil, NewFileError(dir, err)
	}
	f := &Folder{Dir: dir}
	if f.Manifest, err = ReadManifest(dir); err != nil {
		return nil, err
	}
	for _, name := range []string{CSVName, ParquetName} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			f.runs = name
			return f, f.verify()
		}
	}
	return nil, &FileError{Path: dir, Err: f.empty()}
}

// Replicates returns the axes along which the runs are pooled, if the manifest says any.
func (f *Folder) Replicates() []string {
	if f.Manifest == nil {
		return nil
	}
	return f.Manifest.Replicates
}

func (f *Folder) empty() error {
	if f.Manifest == nil {
		return fmt.Errorf("has neither %s nor %s: name the folder that a sweep wrote with -o", CSVName, ParquetName)
	}
	return fmt.Errorf("has neither %s nor %s: its sweep is %s, let it finish or resume it", CSVName, ParquetName, f.Manifest.Status)
}

// verify compares the file of runs with what the manifest says of it.
func (f *Folder) verify() error {
	if f.Manifest == nil {
		return nil
	}
	if f.Manifest.Status != Complete {
		f.Warnings = append(f.Warnings, fmt.Sprintf("%s: the sweep is %s: %d of %d runs are here", f.Dir, f.Manifest.Status, f.Manifest.Finished, f.Manifest.Runs))
	}
	known := slices.IndexFunc(f.Manifest.Outputs, func(o Output) bool { return o.Path == f.runs })
	if known < 0 {
		return nil
	}
	path := filepath.Join(f.Dir, f.runs)
	sum, size, err := Digest(path)
	if err != nil {
		return NewFileError(path, err)
	}
	if want := f.Manifest.Outputs[known]; sum != want.SHA256 {
		return &FileError{Path: path, Err: fmt.Errorf("is not the file that its sweep wrote: %d bytes with SHA-256 %.12s..., by %s %d bytes with %.12s...; restore it or make it anew (to take an edited file as it is, remove %s)",
			size, sum, manifestName, want.Bytes, want.SHA256, manifestName)}
	}
	return nil
}

// Digest returns the SHA-256 of a file, in hexadecimal, and its size in bytes.
func Digest(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), size, err
}

// Runs reads the runs, in the order of the file. An error ends the sequence.
func (f *Folder) Runs() iter.Seq2[*Run, error] {
	return func(yield func(*Run, error) bool) {
		path := filepath.Join(f.Dir, f.runs)
		file, err := os.Open(path)
		var info fs.FileInfo
		if err == nil {
			defer file.Close()
			info, err = file.Stat()
		}
		if err != nil {
			yield(nil, NewFileError(path, err))
			return
		}
		if f.runs == CSVName {
			ReadCSV(path, file)(yield)
		} else {
			ReadParquet(path, file, info.Size())(yield)
		}
	}
}

package sweep

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/bobby-math/tessera/results"
)

// The files of a folder that are not results.
const (
	planName    = "sweep.json" // the plan
	recordsName = "runs.log"   // the store
	lockName    = ".lock"
)

// Folder is the folder of a sweep, locked against others.
type Folder struct {
	Dir string
	// Warnings tell what was found damaged.
	Warnings []string

	lock  *flock.Flock
	store *fileStore
}

// OpenFolder opens the folder for a plan, or makes it. A folder that has the same plan goes
// on where it was. One that has another is an error, unless reuse is set: runs that both
// plans have are then kept, and the results that it has of the other are removed.
func OpenFolder(dir string, plan *Plan, reuse bool) (f *Folder, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fileError(dir, err)
	}
	f = &Folder{Dir: dir, lock: flock.New(filepath.Join(dir, lockName))}
	free, err := f.lock.TryLock()
	if err != nil {
		return nil, fileError(dir, fmt.Errorf("cannot be written: %w", cause(err)))
	}
	if !free {
		return nil, fileError(dir, errors.New("another tessera is at work in this folder: wait for its end, or name another folder with -o"))
	}
	f.tidy()
	if err = f.adopt(plan, reuse); err == nil {
		err = f.openStore()
	}
	if err != nil {
		f.lock.Unlock()
		return nil, err
	}
	return f, nil
}

func (f *Folder) path(name string) string { return filepath.Join(f.Dir, name) }

// tidy removes the files that a process left half written when it was killed.
func (f *Folder) tidy() {
	for _, name := range outputs {
		left, _ := filepath.Glob(f.path("." + name + "-*.tmp")) // the pattern is right
		for _, path := range left {
			os.Remove(path) // if it cannot be removed it does no harm
		}
	}
}

// adopt makes the folder one of the plan.
func (f *Folder) adopt(plan *Plan, reuse bool) error {
	path := f.path(planName)
	old, err := digestOf(path)
	if err == nil && old == plan.digest() {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(path, err)
	}
	if err == nil && !reuse {
		return fileError(f.Dir, fmt.Errorf("holds another sweep: %s; name another folder with -o, or reuse the runs that are the same with --resume", otherwise(plan, path)))
	}
	if err != nil {
		if err := f.strangers(); err != nil {
			return err
		}
	}
	if err := f.clear(); err != nil {
		return err
	}
	return f.writePlan(path, plan)
}

// digestOf returns the SHA-256 of a file.
func digestOf(path string) (sum [sha256.Size]byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	h.Sum(sum[:0])
	return sum, err
}

// otherwise says what is another in the plan that is in a file.
func otherwise(plan *Plan, path string) string {
	var old Plan
	if text, err := os.ReadFile(path); err != nil || json.Unmarshal(text, &old) != nil {
		return "its " + planName + " cannot be read"
	}
	return plan.differs(&old)
}

// outputs are what a sweep writes when it is over.
var outputs = []string{results.CSVName, results.ParquetName, results.SummaryName, results.ColumnsName, results.EventsName}

// strangers refuses a folder without a plan that has files of the names of results.
func (f *Folder) strangers() error {
	for _, name := range outputs {
		if _, err := os.Lstat(f.path(name)); err == nil {
			return fileError(f.path(name), errors.New("is there already and belongs to no sweep: name another folder with -o"))
		}
	}
	return nil
}

// clear removes results, so that none of another plan lie beside this one.
func (f *Folder) clear() error {
	for _, name := range outputs {
		if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError(f.path(name), err)
		}
	}
	return nil
}

// writePlan writes the plan in whole or not at all.
func (f *Folder) writePlan(path string, plan *Plan) error {
	temp := path + ".tmp" // the folder is locked, so there is one
	file, err := os.Create(temp)
	if err == nil {
		err = errors.Join(plan.write(file), file.Close())
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return fileError(path, err)
	}
	return nil
}

func (f *Folder) openStore() error {
	path := f.path(recordsName)
	s, damaged, err := openStore(path)
	f.store = s
	if damaged > 0 {
		f.Warnings = append(f.Warnings, damage(path, damaged))
	}
	return err
}

func damage(path string, lines int) string {
	if lines == 1 {
		return path + ": one record is damaged or cut off; its run is done again if it is missing"
	}
	return fmt.Sprintf("%s: %d records are damaged or cut off; their runs are done again if they are missing", path, lines)
}

// Close sees that what is in the folder lasts, and lets others use it.
func (f *Folder) Close() error {
	return errors.Join(f.store.Close(), f.lock.Unlock())
}

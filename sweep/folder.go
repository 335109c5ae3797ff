package sweep

import (
	"errors"
	"fmt"
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
	// Warnings say what was found damaged.
	Warnings []string

	lock  *flock.Flock
	store *fileStore
}

// OpenFolder opens the folder for a plan, or makes it. A folder that has the same plan goes
// on where it was. One that has another is an error, unless reuse is set: runs that both
// plans have are then kept, and the results that it has of the other are removed.
func OpenFolder(dir string, plan *Plan, reuse bool) (f *Folder, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, results.NewFileError(dir, err)
	}
	f = &Folder{Dir: dir, lock: flock.New(filepath.Join(dir, lockName))}
	free, err := f.lock.TryLock()
	if err != nil {
		bad := results.NewFileError(dir, err)
		bad.Err = fmt.Errorf("cannot be written: %w", bad.Err)
		return nil, bad
	}
	if !free {
		return nil, results.NewFileError(dir, errors.New("another tessera is at work in this folder: wait for its end, or name another folder with -o"))
	}
	f.tidy()
	damaged := 0
	if err = f.adopt(plan, reuse); err == nil {
		f.store, damaged, err = openStore(f.path(recordsName), toAppend)
	}
	if err != nil {
		f.lock.Unlock()
		return nil, err
	}
	if damaged > 0 {
		f.Warnings = []string{damage(f.path(recordsName), damaged)}
	}
	return f, nil
}

func (f *Folder) path(name string) string { return filepath.Join(f.Dir, name) }

// tidy removes the files that a process left half written when it was killed.
func (f *Folder) tidy() {
	for _, name := range append([]string{planName}, outputs...) {
		left, _ := filepath.Glob(f.path("." + name + "-*.tmp")) // the pattern is right
		for _, path := range left {
			os.Remove(path) // if it cannot be removed it does no harm
		}
	}
}

// adopt makes the folder one of the plan.
func (f *Folder) adopt(plan *Plan, reuse bool) error {
	path := f.path(planName)
	old, _, err := results.Digest(path)
	if err == nil && old == plan.digest() {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return results.NewFileError(path, err)
	}
	if err == nil && !reuse {
		why := "its " + planName + " cannot be read"
		if other, err := ReadPlan(f.Dir); err == nil {
			why = plan.differs(other)
		}
		return results.NewFileError(f.Dir, fmt.Errorf("holds another sweep: %s; name another folder with -o, or reuse the runs that are the same with --resume", why))
	}
	if err != nil {
		if err := f.strangers(); err != nil {
			return err
		}
	}
	if err := f.clear(); err != nil {
		return err
	}
	return results.WriteFile(path, plan.write)
}

// outputs are what a sweep writes when it is over.
var outputs = []string{results.CSVName, results.ParquetName, results.SummaryName, results.ColumnsName, results.EventsName}

// strangers refuses a folder without a plan that has files of the names of results.
func (f *Folder) strangers() error {
	for _, name := range outputs {
		if _, err := os.Lstat(f.path(name)); err == nil {
			return results.NewFileError(f.path(name), errors.New("is there already and belongs to no sweep: name another folder with -o"))
		}
	}
	return nil
}

func (f *Folder) clear() error {
	for _, name := range outputs {
		if err := os.Remove(f.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return results.NewFileError(f.path(name), err)
		}
	}
	return nil
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

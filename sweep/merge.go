package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bobby-math/tessera/results"
)

// ReadPlan reads the plan of the folder of a sweep or shard.
func ReadPlan(dir string) (*Plan, error) {
	path := filepath.Join(dir, planName)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, results.NewFileError(path, errors.New("is not there: name folders that tessera sweep made"))
	}
	if err != nil {
		return nil, results.NewFileError(path, err)
	}
	p := &Plan{}
	if err := json.Unmarshal(text, p); err != nil || p.Schema != planSchema {
		return nil, results.NewFileError(path, fmt.Errorf("is not a plan of the form %s", planSchema))
	}
	return p, nil
}

// SamePlan reads the plan that the folders have in common.
func SamePlan(dirs []string) (*Plan, error) {
	var first *Plan
	var errs []error
	for _, dir := range dirs {
		p, err := ReadPlan(dir)
		switch {
		case err != nil:
			errs = append(errs, err)
		case first == nil:
			first = p
		case first.digest() != p.digest():
			errs = append(errs, results.NewFileError(dir, fmt.Errorf("is of another sweep than %s: %s", dirs[0], first.differs(p))))
		}
	}
	return first, errors.Join(errs...)
}

// Merge takes the finished runs of other folders of the same plan into f and, if none is
// missing, writes the results, the same to the byte as those of one sweep.
func Merge(plan *Plan, dirs []string, f *Folder) (out Outcome, warnings []string, err error) {
	for _, dir := range dirs {
		damaged, err := f.take(dir)
		if err != nil {
			return out, warnings, err
		}
		if damaged > 0 {
			warnings = append(warnings, damage(filepath.Join(dir, recordsName), damaged))
		}
	}
	x, err := newExtent(plan)
	if err != nil {
		return out, warnings, err
	}
	for more := true; more; {
		runs, missing := x.count(f.store, Shard{})
		out = Outcome{Runs: runs, Finished: runs - missing}
		if missing > 0 {
			return out, warnings, results.NewFileError(f.Dir, fmt.Errorf("%d of %d runs are missing: let all shards finish and merge again", missing, runs))
		}
		if more, err = x.grow(f.store, func(int) bool { return true }); err != nil {
			return out, warnings, err
		}
	}
	out.Outputs, out.Failed, err = x.write(f)
	return out, warnings, err
}

// take copies the records of another folder that f does not have.
func (f *Folder) take(dir string) (damaged int, err error) {
	from, damaged, err := openStore(filepath.Join(dir, recordsName), toRead)
	if err != nil {
		return damaged, err
	}
	defer from.file.Close()
	for _, id := range from.inOrder() {
		if f.store.Has(id) {
			continue
		}
		r, err := from.Get(id)
		if err != nil {
			return damaged, err
		}
		if err := f.store.Add([]Record{r}); err != nil {
			return damaged, err
		}
	}
	return damaged, nil
}

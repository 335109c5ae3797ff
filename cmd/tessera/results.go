package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
)

// resultFile is the results so far and the file they go to. The file appears, complete, at
// the end; events wait in temporary files until then, so memory does not grow with them.
type resultFile struct {
	path       string
	file       *os.File // the file while it is made; nil if none is
	device     bool     // path is a device or a pipe, which file is then itself
	keepEvents bool
	parts      []report.Part
	spools     []*os.File
}

// openResults makes sure, before anything runs, that path can be written.
func openResults(path string, keepEvents bool) (*resultFile, error) {
	r := &resultFile{path: path, keepEvents: keepEvents}
	if path == "" {
		return r, nil
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return nil, inputError{fmt.Errorf("--output %s: is a folder", path)}
	}
	if r.device = err == nil && !info.Mode().IsRegular(); r.device {
		r.file, err = os.OpenFile(path, os.O_WRONLY, 0)
	} else {
		r.file, err = os.CreateTemp(filepath.Dir(path), ".tessera-*.tmp")
	}
	if err != nil {
		return nil, inputError{fmt.Errorf("--output %s: cannot be written: %w", path, errors.Unwrap(err))}
	}
	return r, nil
}

// eventWriter takes the events of one run, or nothing.
type eventWriter struct {
	*report.Events
	spool *os.File
}

func (e eventWriter) Record(entry journal.Entry) {
	if e.Events != nil {
		e.Events.Record(entry)
	}
}

func (r *resultFile) newEvents(names report.Names) (eventWriter, error) {
	if !r.keepEvents {
		return eventWriter{}, nil
	}
	spool, err := os.CreateTemp("", "tessera-events-*.tmp")
	if err != nil {
		return eventWriter{}, inputError{fmt.Errorf("events: %w", err)}
	}
	r.spools = append(r.spools, spool)
	return eventWriter{report.NewEvents(spool, names), spool}, nil
}

// add takes the result of a run that is over.
func (r *resultFile) add(result report.Result, events eventWriter) error {
	part := report.Part{Result: result}
	if events.Events != nil {
		if err := events.Flush(); err != nil {
			return inputError{fmt.Errorf("events: %w", err)}
		}
		part.Events = events.spool
	}
	r.parts = append(r.parts, part)
	return nil
}

func (r *resultFile) list() (list []report.Result) {
	for _, p := range r.parts {
		list = append(list, p.Result)
	}
	return list
}

func (r *resultFile) document(m report.Manifest) *report.Document {
	return &report.Document{Manifest: m, Parts: r.parts}
}

// save writes the file under a temporary name, then renames it: there is never half a file
// under the real name. A device is written as it is.
func (r *resultFile) save(m report.Manifest) error {
	if r.file == nil {
		return nil
	}
	err := r.document(m).WriteJSON(r.file)
	if err == nil && !r.device {
		err = errors.Join(r.file.Chmod(0o644), r.file.Close())
	}
	if err == nil && !r.device {
		err = os.Rename(r.file.Name(), r.path)
	}
	if err != nil {
		return inputError{fmt.Errorf("--output %s: %w", r.path, err)}
	}
	r.file = nil
	return nil
}

// discard removes what is temporary.
func (r *resultFile) discard() {
	files := r.spools
	if r.file != nil && !r.device {
		files = append(files, r.file)
	}
	for _, f := range files {
		f.Close()
		os.Remove(f.Name())
	}
}

// newManifest describes where results come from.
func newManifest(world *scenario.Scenario, warnings []string, begun time.Time) report.Manifest {
	b := readBuild()
	inputs := world.Inputs
	if inputs == nil {
		inputs = []scenario.Input{}
	}
	if warnings == nil {
		warnings = []string{}
	}
	return report.Manifest{
		Version: b.version, Revision: b.revision, Modified: b.modified,
		GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Argv: os.Args, Seed: world.Seed, Scenario: world, Inputs: inputs, Warnings: warnings,
		Started: begun.UTC(), WallSeconds: time.Since(begun).Seconds(),
	}
}

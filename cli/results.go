package cli

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
)

// resultFile is the results so far and the file they go to. The file appears, complete, at
// the end; events wait in temporary files until then, so memory does not grow with them.
type resultFile struct {
	file       *outputFile
	keepEvents bool
	parts      []report.Part
	spools     []*os.File
}

// openResults makes sure, before anything runs, that path can be written.
func openResults(path string, keepEvents bool) (*resultFile, error) {
	file, err := openOutput("--output", path)
	if err != nil {
		return nil, err
	}
	return &resultFile{file: file, keepEvents: keepEvents}, nil
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

// save writes the file, if there is one.
func (r *resultFile) save(m report.Manifest) error {
	if r.file == nil {
		return nil
	}
	return r.file.save(r.document(m).WriteJSON(r.file))
}

// discard removes what is temporary.
func (r *resultFile) discard() {
	r.file.discard()
	for _, f := range r.spools {
		f.Close()
		os.Remove(f.Name())
	}
}

// newManifest describes where results come from.
func newManifest(world *scenario.Scenario, warnings []string, started time.Time) report.Manifest {
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
		Started: started.UTC(), WallSeconds: time.Since(started).Seconds(),
	}
}

package cli

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/sweep"
)

// sweepManifest describes a sweep that begins.
func sweepManifest(world *sweep.Sweep, started time.Time) (*results.Manifest, error) {
	text, err := world.Text()
	if err != nil {
		return nil, err
	}
	m := newSweepManifest(started)
	m.Scenario, m.Inputs, m.Warnings = text, world.Inputs, world.Warnings
	m.Replicates = world.Replicates
	m.Seeds, m.Runs = world.Seeds.String(), world.Runs()
	return m, nil
}

// newSweepManifest describes the program and the command.
func newSweepManifest(started time.Time) *results.Manifest {
	b := readBuild()
	return &results.Manifest{
		Version: b.version, Revision: b.revision, Modified: b.modified,
		GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Argv: os.Args, Started: started.UTC(), Status: results.Running,
	}
}

// finishManifest says how a sweep ended.
func finishManifest(dir string, m *results.Manifest, out sweep.Outcome, err error) error {
	m.Status = results.Complete
	switch {
	case errors.Is(err, context.Canceled):
		m.Status = results.Interrupted
	case err != nil:
		m.Status = results.Broken
	}
	m.Runs, m.Finished, m.Failed, m.Outputs = out.Runs, out.Finished, out.Failed, out.Outputs
	m.Ended = time.Now().UTC()
	m.WallSeconds = m.Ended.Sub(m.Started).Seconds()
	return results.WriteManifest(dir, m)
}

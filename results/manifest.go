package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/spelling"
)

// ManifestSchema names the form of manifest.json.
const ManifestSchema = "tessera/manifest/v1"

// Manifest says where the results in a folder come from. All that differs between two
// equal sweeps is in it, and in no other file.
type Manifest struct {
	Schema    string `json:"schema"`
	Version   string `json:"version"`
	Revision  string `json:"vcs_revision"`
	Modified  bool   `json:"vcs_modified"`
	GoVersion string `json:"go_version"`
	Platform  string `json:"platform"`
	// Argv is the command as typed.
	Argv []string `json:"argv"`
	// Scenario is the resolved sweep with every default, as text in the form of a
	// scenario file.
	Scenario string `json:"scenario"`
	// Inputs are the files read, with their digests.
	Inputs []scenario.Input `json:"inputs"`
	// Seeds as users type them, for example 1..200. Replicates are the axes along which runs
	// are pooled like seeds.
	Seeds      string   `json:"seeds"`
	Replicates []string `json:"replicates,omitempty"`
	Warnings   []string `json:"warnings"`

	Status Progress `json:"status"`
	// Runs were planned; of these Finished are in the files, Failed among them.
	Runs     int       `json:"runs"`
	Finished int       `json:"finished"`
	Failed   int       `json:"failed"`
	Started  time.Time `json:"started_at"`
	// Ended is zero while the sweep runs.
	Ended time.Time `json:"ended_at,omitzero"`
	// WallSeconds is how long the runs took, over all times the sweep was resumed.
	WallSeconds float64 `json:"wall_s"`
	// Outputs are the files written beside the manifest.
	Outputs []Output `json:"outputs"`
}

// Progress says how far a sweep got.
type Progress string

// Running and Interrupted sweeps can be resumed; Complete ones have all their runs, though
// some of these may have failed; Broken ones ended in an error of their own.
const (
	Running     Progress = "running"
	Complete    Progress = "complete"
	Interrupted Progress = "interrupted"
	Broken      Progress = "failed"
)

// Output is a file that was written.
type Output struct {
	// Path is relative to the folder.
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

const manifestName = "manifest.json"

// WriteManifest writes manifest.json into the folder, instead of an earlier one.
func WriteManifest(dir string, m *Manifest) error {
	whole := *m
	whole.Schema = ManifestSchema
	whole.Argv, whole.Warnings = present(m.Argv), present(m.Warnings)
	whole.Inputs, whole.Outputs = present(m.Inputs), present(m.Outputs)
	text, err := json.MarshalIndent(whole, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, manifestName), func(to io.Writer) error {
		_, err := to.Write(append(text, '\n'))
		return err
	})
}

// present makes a list that is [] in JSON, and not null.
func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// ReadManifest reads manifest.json from the folder; nil if there is none.
func ReadManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, NewFileError(path, err)
	}
	m := new(Manifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, &FileError{Path: path, Line: lineOf(text, err), Err: fmt.Errorf("%w; it was cut off or edited: remove it to go on without, or make the folder anew", err)}
	}
	if m.Schema != ManifestSchema {
		return nil, &FileError{Path: path, Err: fmt.Errorf("schema %q must be %q%s", m.Schema, ManifestSchema, spelling.DidYouMean(m.Schema, []string{ManifestSchema}))}
	}
	return m, nil
}

// lineOf returns the line on which decoding JSON failed.
func lineOf(text []byte, err error) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := int64(len(text))
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	return 1 + bytes.Count(text[:min(at, int64(len(text)))], []byte("\n"))
}

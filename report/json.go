package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Schema names the form of the JSON document; it changes when a field changes its meaning
// or name, or goes.
const Schema = "tessera/results/v2"

// Manifest says where results come from. All that differs between two equal runs is in
// it, and nowhere else in the document.
type Manifest struct {
	Version   string `json:"version"`
	Revision  string `json:"vcs_revision"`
	Modified  bool   `json:"vcs_modified"`
	GoVersion string `json:"go_version"`
	Platform  string `json:"platform"`
	// Argv is the command as typed.
	Argv []string `json:"argv"`
	Seed uint64   `json:"seed"`
	// Scenario is the resolved scenario, with every default.
	Scenario any `json:"scenario"`
	// Inputs are the files read, with their digests.
	Inputs   any       `json:"inputs"`
	Warnings []string  `json:"warnings"`
	Started  time.Time `json:"started_at"`
	// WallSeconds is how long the runs took.
	WallSeconds float64 `json:"wall_s"`
}

// Document is what is written: the manifest and a part for each result.
type Document struct {
	Manifest Manifest
	Parts    []Part
}

// Part is a result and its events, as Events wrote them; nil if they were not kept.
type Part struct {
	Result Result
	Events io.ReadSeeker
}

// WriteJSON writes d as one JSON object. (A bufio.Writer keeps its first error for Flush.)
func (d *Document) WriteJSON(to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<16)
	manifest, err := json.MarshalIndent(d.Manifest, "  ", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "{\n  \"schema\": %q,\n  \"manifest\": %s,\n  \"results\": [", Schema, manifest)
	for i, part := range d.Parts {
		if i > 0 {
			w.WriteByte(',')
		}
		if err := part.write(w); err != nil {
			return err
		}
	}
	w.WriteString("\n  ]\n}\n")
	return w.Flush()
}

func (p Part) write(w *bufio.Writer) error {
	result, err := json.MarshalIndent(p.Result, "    ", "  ")
	if err != nil {
		return err
	}
	open := bytes.TrimRight(result, "\n }")
	fmt.Fprintf(w, "\n    %s,\n      \"events\": [", open)
	if p.Events != nil {
		if _, err := p.Events.Seek(0, io.SeekStart); err != nil {
			return err
		}
		w.WriteByte('\n')
		if _, err := w.ReadFrom(p.Events); err != nil {
			return err
		}
		w.WriteString("\n      ")
	}
	w.WriteString("]\n    }")
	return nil
}

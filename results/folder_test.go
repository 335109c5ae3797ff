package results

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bobby-math/tessera/scenario"
)

func TestEveryColumnIsDescribed(t *testing.T) {
	for _, c := range columnsOf(nil) {
		if c.Meaning == "" || c.Name != strings.ToLower(c.Name) {
			t.Errorf("column %q: no meaning, or not snake_case", c.Name)
		}
		suffix := map[string]string{"$": "_usd", "h": "_h", "": ""}[c.Unit]
		if !strings.HasSuffix(c.Name, suffix) {
			t.Errorf("column %s: has no unit %q in its name", c.Name, c.Unit)
		}
	}
	if err := checkAxes([]string{"market.pools.0.price.sigma", "tasks"}); err != nil {
		t.Error(err)
	}
}

// folder writes runs and a manifest into a new folder.
func folder(t *testing.T, runs []*Run) string {
	t.Helper()
	dir := t.TempDir()
	w, err := Create(dir, runs[0].keys(), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	for _, r := range runs {
		if err := w.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	outputs, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	m := &Manifest{Status: Complete, Runs: len(runs), Finished: len(runs), Outputs: outputs, Started: time.Unix(0, 0).UTC()}
	if err := WriteManifest(dir, m); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAFolderReadsBackTheSame(t *testing.T) {
	dir := folder(t, three())
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"columns.json", "manifest.json", "runs.csv", "runs.parquet", "summary.json"}; !slices.Equal(names, want) {
		t.Errorf("in the folder: %v, want %v", names, want)
	}
	for range 2 { // with runs.csv, and without
		f, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if f.Manifest == nil || len(f.Manifest.Outputs) != 4 || f.Warnings != nil {
			t.Errorf("%+v", f)
		}
		runs, err := collect(f.Runs())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(three(), runs); diff != "" {
			t.Error(diff)
		}
		os.Remove(filepath.Join(dir, CSVName))
	}
}

func TestEqualSweepsGiveEqualFiles(t *testing.T) {
	a, b := folder(t, three()), folder(t, three())
	for _, name := range []string{CSVName, ParquetName, ColumnsName, SummaryName} {
		x, _ := os.ReadFile(filepath.Join(a, name))
		y, _ := os.ReadFile(filepath.Join(b, name))
		if len(x) == 0 || !bytes.Equal(x, y) {
			t.Errorf("%s: %d and %d bytes, or not the same", name, len(x), len(y))
		}
	}
}

func TestColumnsFileHasEveryColumn(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder(t, three()), ColumnsName))
	if err != nil {
		t.Fatal(err)
	}
	var file columnsFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if want := len(Columns) + 2; len(file.Columns) != want || file.Columns[1].Name != "market.sigma" || file.Columns[1].Role != "axis" {
		t.Errorf("%+v", file.Columns)
	}
}

func TestBrokenFoldersSayWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(dir string)
		want  string
	}{
		"no folder":            {func(dir string) { os.RemoveAll(dir) }, "no such file or directory"},
		"no runs, no manifest": {func(dir string) { os.RemoveAll(dir); os.Mkdir(dir, 0o755) }, "has neither runs.csv nor runs.parquet: name the folder"},
		"a sweep that runs": {func(dir string) {
			os.RemoveAll(dir)
			os.Mkdir(dir, 0o755)
			WriteManifest(dir, &Manifest{Status: Running})
		}, "its sweep is running, let it finish or resume it"},
		"a file cut between rows": {func(dir string) {
			path := filepath.Join(dir, CSVName)
			text, _ := os.ReadFile(path)
			os.WriteFile(path, text[:bytes.IndexByte(text, '\n')+1], 0o644)
		}, "runs.csv: is not the file that its sweep wrote"},
		"a manifest cut short": {func(dir string) {
			path := filepath.Join(dir, "manifest.json")
			text, _ := os.ReadFile(path)
			os.WriteFile(path, text[:len(text)/2], 0o644)
		}, "manifest.json: line "},
		"a manifest of another kind": {func(dir string) {
			os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(`{"schema":"x"}`), 0o644)
		}, `schema "x" must be "tessera/manifest/v1"`},
	} {
		dir := folder(t, three())
		c.spoil(dir)
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	file := filepath.Join(folder(t, three()), CSVName)
	if _, err := Open(file); err == nil || !strings.Contains(err.Error(), "is a file: name the folder it is in") {
		t.Error(err)
	}
}

func TestAnInterruptedSweepIsReadWithAWarning(t *testing.T) {
	dir := folder(t, three())
	if err := WriteManifest(dir, &Manifest{Status: Interrupted, Runs: 9, Finished: 3, Inputs: []scenario.Input{{Path: "x"}}}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil || len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "the sweep is interrupted: 3 of 9 runs are here") {
		t.Errorf("%+v, %v", f, err)
	}
}

// What is not committed leaves nothing, and what was there before stays.
func TestDiscardedFilesLeaveNothing(t *testing.T) {
	dir := folder(t, three())
	before, _ := os.ReadFile(filepath.Join(dir, CSVName))
	w, err := Create(dir, []string{"market.sigma"}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(three()[0]); err != nil {
		t.Fatal(err)
	}
	w.Discard()
	after, _ := os.ReadFile(filepath.Join(dir, CSVName))
	entries, _ := os.ReadDir(dir)
	if !bytes.Equal(before, after) || len(entries) != 5 {
		t.Errorf("%d files, and runs.csv has %d bytes of %d", len(entries), len(after), len(before))
	}
	if _, err := Create(filepath.Join(dir, "none"), nil, nil, ""); err == nil || !strings.Contains(err.Error(), "none/runs.csv: no such file or directory") {
		t.Error(err)
	}
}

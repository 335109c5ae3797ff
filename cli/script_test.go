package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bobby-math/tessera/results"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tessera": Main})
}

// TestScripts runs the command as users do, from scripts in testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sameresults": sameResults,
			"sweepfolder": sweepFolder,
			"firstrun":    firstRun,
			"exits":       exits,
		},
	})
}

// exits runs a command that must exit with the given code, with nothing on stdout.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strconv.Itoa(exit.ExitCode()) != args[0] {
		ts.Fatalf("%v, want exit code %s", err, args[0])
	}
}

// firstRun sets a variable to the beginning of the run_id of the first run in a folder.
func firstRun(ts *testscript.TestScript, _ bool, args []string) {
	folder, err := results.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	for r, err := range folder.Runs() {
		ts.Check(err)
		ts.Setenv(args[1], r.ID[:12])
		return
	}
}

// sameResults compares the results of two files byte by byte, manifests aside.
func sameResults(ts *testscript.TestScript, negate bool, args []string) {
	a, b := resultsOf(ts, args[0]), resultsOf(ts, args[1])
	if bytes.Equal(a, b) == negate {
		ts.Fatalf("results of %s and %s: equal is %v", args[0], args[1], !negate)
	}
}

func resultsOf(ts *testscript.TestScript, file string) []byte {
	var document struct {
		Schema  string
		Results json.RawMessage
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &document))
	if document.Schema == "" || len(document.Results) == 0 {
		ts.Fatalf("%s has no schema or no results", file)
	}
	return document.Results
}

// runCommand runs the command within the test and returns what it printed. A panic has the
// code that no command has, so that the tests behind it run.
func runCommand(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	defer func() {
		if p := recover(); p != nil {
			stdout, stderr, code = out.String(), fmt.Sprintf("%spanic: %v", errs.String(), p), -1
		}
	}()
	code = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), code
}

// inFolder runs the rest of the test in a folder of its own.
func inFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	return dir
}

func TestNothingIsLeftBehindWhenTheOutputFails(t *testing.T) {
	dir := inFolder(t)
	if err := os.Mkdir("taken.json", 0o755); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := runCommand("-q", "-o", "taken.json"); code != exitInput {
		t.Errorf("exit code %d, want %d: %s", code, exitInput, stderr)
	}
	if _, stderr, code := runCommand("-q", "--tasks", "3"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != 2 || names[0] != "simulation_results.json" || names[1] != "taken.json" {
		t.Errorf("left in the folder: %v", names)
	}
}

func TestInterruptedRunExits130AndWritesNothing(t *testing.T) {
	dir := inFolder(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"-q", "--tasks", "5000"}, &out, &errs); code != exitInterrupted {
		t.Errorf("exit code %d, want %d: %s", code, exitInterrupted, errs.String())
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 || out.Len() != 0 {
		t.Errorf("left %d files and %q on stdout", len(entries), out.String())
	}
}

// A device is written to and stays what it is.
func TestOutputToADevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full on this system")
	}
	inFolder(t)
	_, stderr, code := runCommand("-q", "-o", "/dev/full")
	if code != exitInput || !strings.Contains(stderr, "--output /dev/full") {
		t.Errorf("exit code %d, want %d: %s", code, exitInput, stderr)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode().IsRegular() {
		t.Fatal("/dev/full was replaced")
	}
	if _, stderr, code := runCommand("-q", "-o", os.DevNull); code != exitOK {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

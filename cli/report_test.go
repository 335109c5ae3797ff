package cli

import (
	"os"
	"strings"
	"testing"
)

// A manifest that describes other runs than those that are stored: the numbers differ, and
// that is said, by the page and by replay.
func TestRunsThatComeToSomethingElseAreNotShown(t *testing.T) {
	inFolder(t)
	const scenario = "schema: tessera/v1\nworkload:\n  tasks: 9\npolicies: [greedy, ondemand]\n"
	if err := os.WriteFile("s.yaml", []byte(scenario), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := runCommand("sweep", "s.yaml", "--seeds", "1..2", "-q", "-o", "out"); code != exitOK {
		t.Fatal(stderr)
	}
	manifest, err := os.ReadFile("out/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(manifest), "tasks: 9", "tasks: 8", 1)
	if changed == string(manifest) {
		t.Fatal("the manifest does not say how many tasks there are")
	}
	if err := os.WriteFile("out/manifest.json", []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := runCommand("report", "out"); code != exitOK {
		t.Fatal(stderr)
	}
	page, err := os.ReadFile("out/report.html")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "There is no timeline of a run: run ") || !strings.Contains(string(page), "was made again with another result: cost_usd is ") {
		t.Error("the page does not say that the run has another result")
	}
	rows, err := os.ReadFile("out/runs.csv")
	if err != nil {
		t.Fatal(err)
	}
	id := strings.SplitN(strings.Split(string(rows), "\n")[1], ",", 2)[0]
	stdout, stderr, code := runCommand("replay", "out", "--run", id, "--at", "13")
	if code == exitOK || stdout != "" || !strings.Contains(stderr, "was made again with another result: cost_usd is ") {
		t.Errorf("replay exits with %d and prints %q, %q", code, stdout, stderr)
	}
}

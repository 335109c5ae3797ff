package cli

import (
	"os"
	"testing"
)

// A service that a file describes, swept, has the numbers of the same flags of tessera
// service, policy by policy and seed by seed, to the last digit.
func TestAServiceOfAFileIsThatOfFlags(t *testing.T) {
	out := t.TempDir()
	if _, stderr, code := runCommand("sweep", "../examples/service.yaml", "--seeds", "3,4", "-o", out, "-q"); code != exitOK {
		t.Fatal(stderr)
	}
	text, err := os.ReadFile(out + "/runs.csv")
	if err != nil {
		t.Fatal(err)
	}
	var flags []csvRow
	for _, seed := range []string{"3", "4"} {
		flags = append(flags, runRows(t, "service --capacity ../examples/skyserve/AWS1 --polarity available --duration 12h --provisioning 2m --cold-start 3m "+
			"--requests poisson:rate=0.15/s --rtt us-west-2a=70ms --policies spothedge,even-spread,round-robin,ondemand --seed "+seed)...)
	}
	file := readRows(t, string(text))
	for i := range file {
		if flags[i]["lower_bound_usd"] == "" || file[i]["lower_bound_usd"] != "" {
			t.Errorf("row %d: only tessera service asks for the lower bound", i)
		}
		for _, name := range []string{"lower_bound_usd", "regret_usd"} {
			delete(file[i], name)
			delete(flags[i], name)
		}
	}
	sameRows(t, file, flags)
}

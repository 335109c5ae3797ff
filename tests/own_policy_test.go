package tests

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program of examples/ownpolicy is a module of its own, as that of a user is: it has the
// user's policy in the commands of Tessera.
func TestOwnPolicyExample(t *testing.T) {
	dir, err := filepath.Abs("../examples/ownpolicy")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "ownpolicy.exe")
	in := func(dir, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
		return string(out)
	}
	in(dir, "go", "build", "-o", program, ".")
	if out := in(dir, program, "policies"); !strings.Contains(out, "price-cap") {
		t.Errorf("policies does not list price-cap:\n%s", out)
	}
	out := in(t.TempDir(), program, "run", filepath.Join(dir, "../scenario.yaml"), "--policies", "price-cap:share=0.3,ondemand")
	for _, row := range []string{"Price cap share=0.3", "OnDemandOnly"} {
		if !strings.Contains(out, row) {
			t.Errorf("the table of the run has no row %q:\n%s", row, out)
		}
	}
}

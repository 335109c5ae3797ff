package scheduler

import (
	"os"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// The policy that ARCHITECTURE.md shows, word for word. It is registered in the tests of
// this package only, where the conformance suite and a script test it on its arrival.

func init() {
	Register(Entry{Name: "patient", Title: "Patient", Doc: "spot below half the on-demand price",
		Source: "example", New: func(Args) Policy { return &patient{} }})
}

type patient struct{ placer placer }

func (p *patient) Decide(v *View) []Action {
	p.placer.begin(v)
	for t := range v.Pending() {
		if pool, ok := v.CheapestSpot(); !ok || v.Pools[pool].Spot > v.Pools[pool].OnDemand/2 || !p.placer.place(t, cloud.Spot) {
			break
		}
	}
	return p.placer.end()
}

func TestThePolicyInTheArchitectureIsThisOne(t *testing.T) {
	document, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("newcomer_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(document), "```go\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed || !strings.Contains(string(source), block) {
		t.Errorf("the Go block of ARCHITECTURE.md is not in newcomer_test.go:\n%s", block)
	}
}

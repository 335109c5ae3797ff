package scheduler

import (
	"os"
	"strings"
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// The policies that ARCHITECTURE.md shows, word for word. They are registered in the tests of
// this package only, where the conformance suites and scripts test them on their arrival.

func init() {
	Register(Entry{Name: "patient", Title: "Patient", Doc: "spot below half the on-demand price",
		Source: "example", New: func(Args) (any, error) { return &patient{}, nil }})
}

type patient struct{ placer Placer }

func (p *patient) Decide(v *View) []Action {
	p.placer.Begin(v)
	for t := range v.Pending() {
		if pool, ok := v.CheapestSpot(); !ok || v.Pools[pool].Spot > v.Pools[pool].OnDemand/2 || !p.placer.Place(t, cloud.Spot) {
			break
		}
	}
	return p.placer.End()
}

func init() {
	Register(Entry{Name: "thrifty", Title: "Thrifty", Doc: "service: a new replica where spot is cheapest now, on-demand for what is not ready",
		Source: "example", New: func(Args) (any, error) { return thrifty{}, nil }})
}

type thrifty struct{}

func (thrifty) Plan(f *Fleet, p *Plan) {
	p.Resize(f.Target+f.Extra, func() int {
		cheapest := 0
		for z := range f.Zones {
			if f.Zones[z].Spot < f.Zones[cheapest].Spot {
				cheapest = z
			}
		}
		return cheapest
	})
	p.OnDemand = max(f.Target-f.Ready(), 0)
}

func TestThePoliciesInTheArchitectureAreThese(t *testing.T) {
	document, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("newcomer_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(document), "```go\n")[1:]
	if len(blocks) != 2 {
		t.Errorf("%d Go blocks in ARCHITECTURE.md, want one for each policy", len(blocks))
	}
	for _, text := range blocks {
		block, _, closed := strings.Cut(text, "```")
		if !closed || !strings.Contains(string(source), block) {
			t.Errorf("a Go block of ARCHITECTURE.md is not in newcomer_test.go:\n%s", block)
		}
	}
}

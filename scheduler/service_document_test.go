package scheduler

import (
	"os"
	"strings"
	"testing"
)

// Every policy for services is in the document about them, with its parameters and their
// choices, and so is every answer to a warning.
func TestTheDocumentNamesEveryServicePolicy(t *testing.T) {
	text, err := os.ReadFile("../docs/service-policies.md")
	if err != nil {
		t.Fatal(err)
	}
	named := func(what, word string) {
		if !strings.Contains(string(text), "`"+word) && !strings.Contains(string(text), "="+word+"`") {
			t.Errorf("docs/service-policies.md does not name %s %s", what, word)
		}
	}
	for _, e := range All() {
		if !e.For(KindService) {
			continue
		}
		named("policy", e.Name)
		for _, p := range e.Params {
			named("parameter", p.Name)
			for _, choice := range p.Choices[min(1, len(p.Choices)):] { // the first is the default
				named(e.Name+":"+p.Name, choice)
			}
		}
	}
	for _, w := range Warnings {
		named("rule", string(w))
	}
}

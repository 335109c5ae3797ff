package html

import (
	"os"
	"strings"
	"testing"
)

func TestWhatThePageSaysWasNotModelledIsWhatTheModelSays(t *testing.T) {
	text, err := os.ReadFile("../../docs/model.md")
	if err != nil {
		t.Fatal(err)
	}
	list := ""
	for _, line := range NotModelled {
		list += "- " + line + "\n"
	}
	if !strings.Contains(string(text), "is not modelled, above all:\n\n"+list+"\n") {
		t.Errorf("docs/model.md has another list than\n%s", list)
	}
}

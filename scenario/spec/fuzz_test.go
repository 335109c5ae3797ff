package spec

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// FuzzRead: whatever a file says, the reader returns, every problem has a place in the
// file, and a scenario that is right is shown as one that is right.
func FuzzRead(f *testing.F) {
	for _, file := range []string{
		"testdata/good/everything.yaml", "testdata/good/same.json", "testdata/good/anchors.yaml",
		"testdata/bad/typos.yaml", "testdata/bad/units.json", "testdata/bad/contradictions.yaml", "testdata/bad/syntax.yaml",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("schema: tessera/v1\nname: |\n  a\n  b\n? policies\n: [*a, <<: 1]\n"))
	f.Add([]byte("schema: tessera/v1\nlower_bound: true\nmarket: {start: 0s, pools: [{zone: [a, b]}]}\njob: {work: 5h, deadline: 9h, transfer: 1m, billing: own}\npolicies: optimal\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if strings.Contains(string(text), "file") || strings.Contains(string(text), "egress") {
			return // nothing is opened here
		}
		r, err := loadText(t, string(text))
		if err != nil {
			problems, ok := err.(Problems)
			if !ok || len(problems) == 0 {
				t.Fatalf("%T %v", err, err)
			}
			for _, p := range problems {
				if p.Where.Source != FromFile || p.Where.Line < 1 || p.Where.Column < 1 || p.Message == "" {
					t.Fatalf("%+v", p)
				}
			}
			return
		}
		var shown bytes.Buffer
		if err := r.Write(&shown, true); err != nil {
			t.Fatal(err)
		}
		again, err := loadText(t, shown.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, shown.String())
		}
		if diff := same(r.Scenario, again.Scenario); diff != "" {
			t.Fatal(diff)
		}
	})
}

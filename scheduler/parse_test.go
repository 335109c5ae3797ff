package scheduler

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want, err string }{
		{"greedy", "greedy", ""},
		{"fallback", "fallback:after=3", ""},
		{"fallback:after=7", "fallback:after=7", ""},
		{"gredy", "", `"gredy" is not a policy; did you mean "greedy"?`},
		{"", "", `"" is not a policy (known: `},
		{"zzzzzzzz", "", `"zzzzzzzz" is not a policy (known: `}, // nothing is near
		{"greedy:after=1", "", `policy greedy has no parameters, so not "after"`},
		{"fallback:aftr=1", "", `policy fallback has no parameter "aftr"; did you mean "after"? (known: after)`},
		{"fallback:after=-1", "", `policy fallback: after="-1" must be a whole number in [0, 1000000]`},
		{"fallback:after", "", `after="" must be`},
		{"fallback:after=1e99", "", `after="1e99" must be`},
	} {
		spec, err := Parse(c.text)
		if c.err == "" {
			if err != nil || spec.String() != c.want {
				t.Errorf("%q: %v, %v, want %s", c.text, spec, err, c.want)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: error %v, want in it %s", c.text, err, c.err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"greedy", "fallback:after=3", ":::", "fallback:=", "fallback:after=9999999999999999999"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spec, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(spec.String())
		if err != nil || again.String() != spec.String() {
			t.Errorf("%q parses to %v, which reads back as %v, %v", text, spec, again, err)
		}
	})
}

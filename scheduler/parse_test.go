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
		{"spothedge:variant=skypilot:bench=60", "spothedge:variant=skypilot:fallback=dynamic:bench=60", ""},
		{"spothedge:variant=papr", "", `policy spothedge: variant="papr" must be one of paper, artifact, skypilot; did you mean "paper"?`},
		{"spothedge:variant=1", "", `variant="1" must be one of paper, artifact, skypilot`}, // the words, not their numbers
		{"spothedge:fallback", "", `fallback="" must be one of dynamic, none`},
		{"spothedge:bench=-20", "", `policy spothedge: bench="-20" must be a whole number in [0, 1000000]`},
		{"even-spread:sees=later", "", `sees="later" must be one of now, late; did you mean "late"?`},
		{"spot-hedge", "", `"spot-hedge" is not a policy; did you mean "spothedge"?`},
		{"asg-mixed", "asg-mixed:base=0:share=10:strategy=price-capacity-optimized:pools=2", ""},
		{"asg-mixed:strategy=capacity-optimised", "", `strategy="capacity-optimised" must be one of price-capacity-optimized, capacity-optimized, lowest-price; did you mean "capacity-optimized"?`},
		{"asg-mixed:share=101", "", `share="101" must be a whole number in [0, 100]`},
		{"asg-mixed:pools=0", "", `pools="0" must be a whole number in [1, 20]`},
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
	for _, text := range []string{"greedy", "fallback:after=3", ":::", "fallback:=", "fallback:after=9999999999999999999",
		"spothedge:variant=artifact:fallback=none:bench=0", "spothedge:variant=papr", "asg-mixed:strategy=lowest-price:pools=20:share=100"} {
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

func TestAParameterIsSaidOnce(t *testing.T) {
	if _, err := Parse("spothedge:variant=paper:variant=skypilot"); err == nil || err.Error() != "policy spothedge: variant is there twice" {
		t.Error(err)
	}
}

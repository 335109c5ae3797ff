package spelling

import "testing"

func TestDidYouMean(t *testing.T) {
	names := []string{"poisson", "gamma", "cv", "rate"}
	tests := []struct{ name, word, want string }{
		{"one letter too many", "poissson", `; did you mean "poisson"?`},
		{"case does not count", "Gamma", `; did you mean "gamma"?`},
		{"two letters swapped are two mistakes", "raet", `; did you mean "rate"?`},
		{"nothing is near", "lognormal", ""},
		{"as many mistakes as letters is a guess at random", "xy", ""},
	}
	for _, test := range tests {
		if got := DidYouMean(test.word, names); got != test.want {
			t.Errorf("%s: %q gives %q, want %q", test.name, test.word, got, test.want)
		}
	}
	if got := DidYouMean("rate", nil); got != "" {
		t.Errorf("there are no names, got %q", got)
	}
}

package html

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestSample(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3, 9, 8, 7, 6, 10}
	for _, c := range []struct {
		name string
		most int
		want string
	}{
		{"all values, sorted, where there is room", 10, "[1 2 3 4 5 6 7 8 9 10]"},
		// Of five parts of two values each the upper of the two middle ones.
		{"else the middles of equal parts", 5, "[2 4 6 8 10]"},
		{"of one part the median", 1, "[6]"},
	} {
		if got := fmt.Sprint([]float64(newSample(values, c.most))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	text, err := json.Marshal(newSample(nil, 5))
	if err != nil || string(text) != "[]" {
		t.Errorf("no values read %s (%v)", text, err)
	}
	if text, _ := json.Marshal(Sample{1.0 / 3, 12345678}); string(text) != "[0.333333,1.23457e+07]" {
		t.Errorf("six digits read %s", text)
	}
}

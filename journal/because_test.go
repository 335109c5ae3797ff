package journal

import "testing"

func TestBecauseNamesItsBits(t *testing.T) {
	tests := map[Because]string{
		0:                                    "",
		PriceChanged:                         "price moved",
		Retried:                              "retry after refusal", // the last bit has the last name
		Arrived | PriceChanged | Interrupted: "price moved, task arrived, task interrupted",
	}
	for b, want := range tests {
		if got := b.String(); got != want {
			t.Errorf("%#x reads %q, want %q", uint16(b), got, want)
		}
	}
}

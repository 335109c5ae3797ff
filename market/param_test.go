package market

import (
	"fmt"
	"testing"
)

func TestARangeMayLackAnEnd(t *testing.T) {
	one, two := End{Value: 1.0}, End{Value: 2.0, Open: true}
	for want, d := range map[string]*Param{
		"[1, 2)":    {Low: one, High: two},
		">= 1":      {Low: one},
		"<= 1":      {High: one},
		"any value": {},
	} {
		if got := d.Range(func(v any) string { return fmt.Sprint(v) }); got != want {
			t.Errorf("range %q, want %q", got, want)
		}
	}
}

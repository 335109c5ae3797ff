package traces

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
)

func TestParsePrice(t *testing.T) {
	for text, want := range map[string]cloud.Price{
		"0.0047":                4_700_000,
		"1.442900":              1_442_900_000,
		"3":                     3_000_000_000,
		".5":                    500_000_000,
		"7.":                    7_000_000_000,
		"000.10":                100_000_000,
		"0":                     0,
		"0.0000000004":          0,             // 0.4 nano-dollars
		"0.0000000005":          1,             // half up
		"0.00000000049999":      0,             // not half
		"0.1234567895":          123_456_790,   // half up
		"0.9999999999":          1_000_000_000, // carries through
		"4.7e-3":                4_700_000,
		"1E+4":                  10_000_000_000_000,
		"10000":                 10_000_000_000_000,
		"0.00001e5":             1_000_000_000,
		"1e-32768":              0,
		"0e32767":               0,
		"0.1" + zeros(100):      100_000_000,
		zeros(100) + "0.250000": 250_000_000,
	} {
		if got, err := parsePrice(text); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestParsePriceRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":              `"" is not a price in dollars an hour`,
		".":             `"." is not a price in dollars an hour`,
		"-":             `"-" is not a price in dollars an hour`,
		"n/a":           `"n/a" is not a price in dollars an hour`,
		"NaN":           `"NaN" is not a price in dollars an hour`,
		"+Inf":          `"+Inf" is not a price in dollars an hour`,
		"0x10":          `"0x10" is not a price in dollars an hour`,
		"1_000":         `"1_000" is not a price in dollars an hour`,
		"0,0047":        `"0,0047" is not a price in dollars an hour`,
		"1.2.3":         `"1.2.3" is not a price in dollars an hour`,
		"1e":            `"1e" is not a price in dollars an hour`,
		"e5":            `"e5" is not a price in dollars an hour`,
		"1e99999999999": `"1e99999999999" is not a price in dollars an hour`,
		"٣":             `"٣" is not a price in dollars an hour`,
		"-0.01":         `"-0.01" is negative`,
		"10000.01":      `"10000.01" is above $10000/h: is it in cents, or a time?`,
		"1e32767":       `"1e32767" is above $10000/h: is it in cents, or a time?`,
		"1700000000000": `"1700000000000" is above $10000/h: is it in cents, or a time?`,
	} {
		if got, err := parsePrice(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, %v, want the error %s", text, got, err, want)
		}
	}
}

func zeros(n int) string { return strings.Repeat("0", n) }

// The twin computes with rational numbers, which is slower and plainer.
func TestParsePriceAgreesWithRationals(t *testing.T) {
	nano := big.NewRat(1e9, 1)
	half := big.NewRat(1, 2)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{0,4}(\.[0-9]{1,14}|[0-9])(e-?[0-9])?`).Draw(t, "text")
		exact, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("not a rational: %s", text)
		}
		exact.Mul(exact, nano).Add(exact, half)
		want := new(big.Int).Quo(exact.Num(), exact.Denom()) // rounds down
		got, err := parsePrice(text)
		tooDear := want.Cmp(big.NewInt(int64(maxPrice))) > 0
		if tooDear != (err != nil) || !tooDear && want.Int64() != int64(got) {
			t.Fatalf("%s: got %d, %v, want %v", text, got, err, want)
		}
	})
}

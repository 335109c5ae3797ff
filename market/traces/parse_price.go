package traces

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/cloud"
)

// maxPrice is the dearest price believed, as in package market: 100 times the dearest
// machine on sale.
const maxPrice = 10_000 * cloud.Price(cloud.Dollar)

// nanoDigits is how many decimals a price has.
const nanoDigits = 9

// parsePrice reads a price in dollars an hour as a decimal number, with an exponent if
// need be. It is exact; what lies beyond the nano-dollar is rounded, halves up.
func parsePrice(text string) (cloud.Price, error) {
	mantissa, exponent, ok := splitExponent(text)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	switch {
	case ok && strings.HasPrefix(mantissa, "-") && isDigits(digits[1:]):
		return 0, fmt.Errorf("%s is negative", quote(text))
	case !ok || !isDigits(digits):
		return 0, fmt.Errorf("%s is not a price in dollars an hour", quote(text))
	}
	price, ok := nanoDollars(digits, exponent-len(fraction))
	if !ok || price > maxPrice {
		return 0, fmt.Errorf("%s is above %v: is it in cents, or a time?", quote(text), maxPrice)
	}
	return price, nil
}

// splitExponent cuts "1.5e-05" into "1.5" and -5.
func splitExponent(text string) (mantissa string, exponent int, ok bool) {
	i := strings.IndexAny(text, "eE")
	if i < 0 {
		return text, 0, true
	}
	e, err := strconv.ParseInt(text[i+1:], 10, 16)
	return text[:i], int(e), err == nil
}

// nanoDollars returns digits x 10^exponent dollars; ok is false if that is too much for
// any price.
func nanoDollars(digits string, exponent int) (price cloud.Price, ok bool) {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return 0, true
	}
	kept := len(digits) + exponent + nanoDigits
	if kept < 0 {
		return 0, true
	}
	if kept > len("10000")+nanoDigits {
		return 0, false
	}
	for i := range kept {
		price *= 10
		if i < len(digits) {
			price += cloud.Price(digits[i] - '0')
		}
	}
	if kept < len(digits) && digits[kept] >= '5' {
		price++
	}
	return price, true
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, decimalDigits) == ""
}

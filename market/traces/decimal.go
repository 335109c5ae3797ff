package traces

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/input"
)

// nanoDigits is how many decimals are kept: prices are counted in nano-dollars, times in
// nanoseconds.
const nanoDigits = 9

// parseDecimal reads a decimal number that is not negative, with an exponent if need be,
// in billionths, halves up. ok is false if it is 10^9 or more; the error says that text is
// not what it should be.
func parseDecimal(text, what string) (n int64, ok bool, err error) {
	mantissa, exponent, ok := splitExponent(text)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	switch {
	case ok && strings.HasPrefix(mantissa, "-") && isDigits(digits[1:]):
		return 0, false, fmt.Errorf("%s is negative", input.Quote(text))
	case !ok || !isDigits(digits):
		return 0, false, fmt.Errorf("%s is not %s", input.Quote(text), what)
	}
	n, ok = nanos(digits, exponent-len(fraction))
	return n, ok, nil
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

// nanos returns digits x 10^exponent in billionths, halves up; ok is false if that is
// 10^9 or more, which nothing read here is.
func nanos(digits string, exponent int) (n int64, ok bool) {
	const wholeDigits = 9
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return 0, true
	}
	kept := len(digits) + exponent + nanoDigits
	if kept < 0 {
		return 0, true
	}
	if kept > wholeDigits+nanoDigits {
		return 0, false
	}
	for i := range kept {
		n *= 10
		if i < len(digits) {
			n += int64(digits[i] - '0')
		}
	}
	if kept < len(digits) && digits[kept] >= '5' {
		n++
	}
	return n, true
}

// formatNanos writes a count of billionths, not negative, as the decimal it stands for.
func formatNanos(n int64) string {
	const unit = 1e9
	text := strconv.FormatInt(n/unit, 10)
	if rest := n % unit; rest > 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%0*d", nanoDigits, rest), "0")
	}
	return text
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, decimalDigits) == ""
}

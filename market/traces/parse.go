package traces

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

const (
	decimalDigits = "0123456789"
	// nanoDigits is how many decimals are kept: prices are counted in nano-dollars, times
	// in nanoseconds.
	nanoDigits = 9
)

// The largest numbers accepted.
const (
	// maxCount instances; more is a time or a price.
	maxCount = 1_000_000
	// maxSpan of a series. All spot markets are younger.
	maxSpan = 30 * 365 * 24 * time.Hour
	// maxPrice of an instance, as in package market: 100 times the most expensive machine
	// on sale.
	maxPrice = 10_000 * cloud.Price(cloud.Dollar)
	// maxEgress is the price of a GB: hundreds of times the highest on sale.
	maxEgress = 100 * cloud.Dollar
)

// decimal is what a decimal number stands for.
type decimal struct {
	what  string // as in "x is not ..."
	max   int64  // billionths
	above string // as in "x is above ..."
}

var (
	dollarsAnHour = decimal{"a price in dollars an hour", int64(maxPrice), fmt.Sprintf("%v: is it in cents, or a time?", maxPrice)}
	dollarsAGB    = decimal{"a price in dollars a GB", int64(maxEgress), fmt.Sprintf("%v a GB: is it in cents, or of a TB?", maxEgress)}
	seconds       = decimal{"a number of seconds", int64(maxSpan),
		fmt.Sprintf("%.0f seconds (30 years): is it a date, or in milliseconds?", maxSpan.Seconds())}
)

// parse reads a decimal number that is not negative, with an exponent if need be, in
// billionths, halves up.
func (d decimal) parse(text string) (int64, error) {
	mantissa, exponent, ok := splitExponent(text)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	switch {
	case ok && strings.HasPrefix(mantissa, "-") && isDigits(digits[1:]):
		return 0, fmt.Errorf("%s is negative", input.Quote(text))
	case !ok || !isDigits(digits):
		return 0, fmt.Errorf("%s is not %s", input.Quote(text), d.what)
	}
	n, ok := nanos(digits, exponent-len(fraction))
	if !ok || n > d.max {
		return 0, fmt.Errorf("%s is above %s", input.Quote(text), d.above)
	}
	return n, nil
}

// parsePrice reads a price in dollars an hour, exact to the nano-dollar.
func parsePrice(text string) (cloud.Price, error) {
	n, err := dollarsAnHour.parse(text)
	return cloud.Price(n), err
}

// parseSeconds reads a time in seconds, exact to the nanosecond.
func parseSeconds(text string) (time.Duration, error) {
	n, err := seconds.parse(text)
	return time.Duration(n), err
}

// parseMilliseconds reads a time in whole milliseconds.
func parseMilliseconds(text string) (time.Duration, error) {
	if !isDigits(text) {
		return 0, fmt.Errorf("%s is not a number of milliseconds", input.Quote(text))
	}
	const milli = -3
	n, ok := nanos(text, milli)
	if !ok || time.Duration(n) > maxSpan {
		return 0, fmt.Errorf("%s is above %d milliseconds (30 years): is it a date?", input.Quote(text), maxSpan.Milliseconds())
	}
	return time.Duration(n), nil
}

// parseCount reads a number of instances: digits, perhaps with a fraction of zeros, as
// tables that once had gaps in them are written.
func parseCount(text string) (int, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	switch {
	case !isDigits(strings.TrimPrefix(whole, "-")) || strings.Trim(fraction, decimalDigits) != "":
		return 0, fmt.Errorf("%s is not a whole number", input.Quote(text))
	case strings.Trim(fraction, "0") != "":
		return 0, fmt.Errorf("%s is not a whole number of instances", input.Quote(text))
	case whole[0] == '-':
		return 0, fmt.Errorf("%s is negative", input.Quote(text))
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n > maxCount {
		return 0, fmt.Errorf("%s is above %d: is it a number of instances?", input.Quote(text), maxCount)
	}
	return n, nil
}

// parseTime reads a time in RFC 3339, with a T or a space in the middle. Without an
// offset it is UTC, and offset is false.
func parseTime(text string) (at time.Time, offset bool, err error) {
	layout := "2006-01-02T15:04:05"
	if len(text) > 10 && text[10] == ' ' {
		layout = time.DateTime
	}
	for _, suffix := range []string{"Z07:00", "Z0700", "Z07", ""} {
		if at, err = time.Parse(layout+suffix, text); err == nil {
			offset = suffix != ""
			break
		}
	}
	at = at.UTC()
	switch {
	case err != nil && isDigits(strings.Replace(text, ".", "", 1)):
		return at, false, fmt.Errorf("%s is a bare number (epoch seconds?): write a time as 2006-01-02T15:04:05Z", input.Quote(text))
	case err != nil:
		return at, false, fmt.Errorf("%s is not a time like 2006-01-02T15:04:05Z", input.Quote(text))
	case at.Year() < 2000 || at.Year() > 2100:
		return at, false, fmt.Errorf("%s is not between the years 2000 and 2100", input.Quote(text))
	}
	return at, offset, nil
}

// dateZero is where dates are counted from while rows are gathered: the earliest accepted.
var dateZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// parseDate reads a date, as parseTime does, as the time since dateZero.
func parseDate(text string) (time.Duration, error) {
	date, _, err := parseTime(text)
	return date.Sub(dateZero), err
}

// stamp writes a time as RFC 3339.
func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

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
	kept := len(digits) + exponent + nanoDigits
	switch {
	case digits == "" || kept < 0:
		return 0, true
	case kept > wholeDigits+nanoDigits:
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

package traces

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/input"
)

// parseSeconds reads a time in seconds as a decimal number, exact to the nanosecond.
func parseSeconds(text string) (time.Duration, error) {
	n, ok, err := parseDecimal(text, "a number of seconds")
	switch {
	case err != nil:
		return 0, err
	case !ok || time.Duration(n) > maxSpan:
		return 0, fmt.Errorf("%s is above %.0f seconds (30 years): is it a date, or in milliseconds?", input.Quote(text), maxSpan.Seconds())
	}
	return time.Duration(n), nil
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

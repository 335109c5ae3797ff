package traces

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/input"
)

// maxCount is the largest number of instances accepted; more is a time or a price.
const maxCount = 1_000_000

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

package traces

import (
	"fmt"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

// maxPrice is the highest price accepted, as in package market: 100 times the most
// expensive machine on sale.
const maxPrice = 10_000 * cloud.Price(cloud.Dollar)

// parsePrice reads a price in dollars an hour as a decimal number, with an exponent if
// need be. It is exact; what lies beyond the nano-dollar is rounded, halves up.
func parsePrice(text string) (cloud.Price, error) {
	nanoDollars, ok, err := parseDecimal(text, "a price in dollars an hour")
	switch {
	case err != nil:
		return 0, err
	case !ok || cloud.Price(nanoDollars) > maxPrice:
		return 0, fmt.Errorf("%s is above %v: is it in cents, or a time?", input.Quote(text), maxPrice)
	}
	return cloud.Price(nanoDollars), nil
}

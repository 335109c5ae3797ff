// Package spelling guesses what a misspelt name was meant to be.
//
// The one idea to hold: a guess is offered only where the names are near enough for it to
// be likely, because a wrong guess is worse than none.
package spelling

import (
	"fmt"
	"math"
	"strings"

	"github.com/agnivade/levenshtein"
)

// DidYouMean returns `; did you mean "x"?` for the name nearest to word, or nothing if
// none is near.
func DidYouMean(word string, names []string) string {
	best, distance := "", math.MaxInt
	for _, n := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), n); d < distance {
			best, distance = n, d
		}
	}
	if best == "" || distance > max(2, len(best)/2) || distance >= len(best) {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

package input

import (
	"cmp"
	"fmt"
	"slices"
)

// Within notes in errs a value of a place that is not in [low, high].
func Within[T cmp.Ordered](errs *[]error, place string, v, low, high T) {
	if !(v >= low && v <= high) {
		*errs = append(*errs, fmt.Errorf("%s: %v must be in [%v, %v]", place, v, low, high))
	}
}

// NotNegative notes a value below 0.
func NotNegative[T cmp.Ordered](errs *[]error, place string, v T) {
	if v < *new(T) {
		*errs = append(*errs, fmt.Errorf("%s: %v must be >= 0", place, v))
	}
}

// Positive notes a value that is not above 0.
func Positive[T cmp.Ordered](errs *[]error, place string, v T) {
	if v <= *new(T) {
		*errs = append(*errs, fmt.Errorf("%s: %v must be positive", place, v))
	}
}

// OneOf notes a word that is not in a list.
func OneOf[T ~string](errs *[]error, place string, v T, list []T) {
	if !slices.Contains(list, v) {
		*errs = append(*errs, fmt.Errorf("%s: %q must be one of %v", place, v, list))
	}
}

// Below notes errors with a place before each; nil is none.
func Below(errs *[]error, place string, found ...error) {
	for _, err := range found {
		if err != nil {
			*errs = append(*errs, fmt.Errorf("%s%w", place, err))
		}
	}
}

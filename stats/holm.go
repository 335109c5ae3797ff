package stats

import (
	"cmp"
	"slices"
)

// Holm corrects the p-values of several policies against one baseline, in their order, so
// that the chance of calling any difference real that is not stays below the level one
// compares them with: the i-th smallest of m, times m-i+1, and none below the one before
// it (Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979).
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	corrected, before := make([]float64, len(p)), 0.0
	for rank, i := range order {
		before = min(1, max(before, p[i]*float64(len(p)-rank)))
		corrected[i] = before
	}
	return corrected
}

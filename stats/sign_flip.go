package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/bobby-math/tessera/rng"
)

const (
	// exactPairs is up to how many differences all assignments of signs are tried: 2^12.
	exactPairs = 12
	// flips is how many assignments are drawn for more. A p-value of 0.05 then has a
	// standard error of sqrt(0.05*0.95/9999) = 0.002.
	flips = 9999
)

// SignFlip returns the two-sided p-value of the hypothesis that the differences of pairs
// are as likely to have the one sign as the other: the share of all assignments of signs
// to them whose sum is as far from zero as the one observed (Fisher, The Design of
// Experiments, 1935, section 21). It is exact up to 12 differences and never below
// 2/2^n, so that 5 pairs can never be significant. For more it draws assignments from the
// stream "sign flips" of seed and counts the one seen among them (Phipson and Smyth,
// Permutation P-values Should Never Be Zero, 2010); it is never below 1/10000. Of
// no differences it is 1.
func SignFlip(differences []float64, seed uint64) float64 {
	total := 0.0
	for _, d := range differences {
		total += math.Abs(d)
	}
	// Sums that differ by rounding alone are equal.
	seen := math.Abs(floats.Sum(differences)) - 1e-12*total
	if len(differences) <= exactPairs {
		return exactFlips(differences, seen)
	}
	return drawnFlips(differences, seen, rng.Stream(seed, "sign flips"))
}

// exactFlips returns the share of all assignments whose sum is at least seen.
func exactFlips(differences []float64, seen float64) float64 {
	all, extreme := 1<<len(differences), 0
	for signs := range all {
		if math.Abs(flip(differences, uint64(signs))) >= seen {
			extreme++
		}
	}
	return float64(extreme) / float64(all)
}

// drawnFlips estimates the same from random assignments, 64 differences at a time; the 256
// sums of each eight of them are computed once.
func drawnFlips(differences []float64, seen float64, r *rand.Rand) float64 {
	sums := make([]float64, flips)
	for chunk := range slices.Chunk(differences, 64) {
		addFlips(sums, chunk, r)
	}
	extreme := 1
	for _, sum := range sums {
		if math.Abs(sum) >= seen {
			extreme++
		}
	}
	return float64(extreme) / (flips + 1)
}

// addFlips adds the sum of up to 64 differences with random signs to each of sums.
func addFlips(sums, differences []float64, r *rand.Rand) {
	var eight [8][256]float64
	k := 0
	for part := range slices.Chunk(differences, 8) {
		for signs := range eight[k] {
			eight[k][signs] = flip(part, uint64(signs))
		}
		k++
	}
	for i := range sums {
		s := r.Uint64()
		sums[i] += eight[0][byte(s)] + eight[1][byte(s>>8)] + eight[2][byte(s>>16)] + eight[3][byte(s>>24)] +
			eight[4][byte(s>>32)] + eight[5][byte(s>>40)] + eight[6][byte(s>>48)] + eight[7][byte(s>>56)]
	}
}

// flip sums up to 64 differences, those negated whose bit is set in signs.
func flip(differences []float64, signs uint64) float64 {
	sum := 0.0
	for i, d := range differences {
		sum += math.Float64frombits(math.Float64bits(d) ^ signs>>i<<63)
	}
	return sum
}

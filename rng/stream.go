// Package rng gives every random quantity of a run its own named stream.
//
// The one idea to hold: a stream depends on (seed, name) and on nothing else, not on
// other streams nor on the order in which streams are made. So all policies under one
// seed face the same market and the same arrivals (common random numbers), and adding
// a zone or a policy changes no other draw.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Stream returns the random stream called name under seed.
func Stream(seed uint64, name string) *rand.Rand {
	hi, lo := digest(seed, name)
	return rand.New(rand.NewPCG(hi, lo))
}

func digest(seed uint64, name string) (hi, lo uint64) {
	buf := binary.LittleEndian.AppendUint64(nil, seed)
	sum := sha256.Sum256(append(buf, name...))
	return binary.LittleEndian.Uint64(sum[:8]), binary.LittleEndian.Uint64(sum[8:16])
}

// Table is a named stream read by index instead of in order: the draw at (i, j) is the
// same whichever draws are made before it. It lets two policies that launch in a
// different order get the same draw at the same place (synchronised common random
// numbers: Law, Simulation Modeling and Analysis, section 11.2). The zero Table is the
// same for every seed; use NewTable.
type Table struct{ hi, lo uint64 }

// NewTable returns the table called name under seed.
func NewTable(seed uint64, name string) Table {
	hi, lo := digest(seed, name)
	return Table{hi, lo}
}

// Uniform returns the table's number at (i, j), uniform in (0, 1].
func (t Table) Uniform(i, j uint64) float64 {
	x := mix(mix(mix(t.hi^i)+t.lo) ^ j)
	return float64(x>>11+1) / (1 << 53)
}

// Exp returns the table's number at (i, j), exponential with mean 1.
func (t Table) Exp(i, j uint64) float64 { return -math.Log(t.Uniform(i, j)) }

// mix is the output function of SplitMix64 (Steele, Lea, Flood: Fast Splittable
// Pseudorandom Number Generators, OOPSLA 2014, section 3), with its increment.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

package html

import (
	"strconv"

	"github.com/bobby-math/tessera/cloud"
)

// Instance is the life of an instance, in hours of the run. Ready is -1 if it never was.
type Instance struct {
	Pool               int
	Purchase           cloud.Purchase
	Launch, Ready, End float64
	Preempted          bool
}

// MarshalJSON writes it as the list [pool, bits, launch, ready, end], with bit 1 for spot
// and bit 2 for preempted.
func (i Instance) MarshalJSON() ([]byte, error) {
	bits := int64(0)
	if i.Purchase == cloud.Spot {
		bits |= 1
	}
	if i.Preempted {
		bits |= 2
	}
	b := strconv.AppendInt([]byte{'['}, int64(i.Pool), 10)
	b = strconv.AppendInt(append(b, ','), bits, 10)
	for _, hour := range []float64{i.Launch, i.Ready, i.End} {
		b = appendHour(b, 1, hour)
	}
	return append(b, ']'), nil
}

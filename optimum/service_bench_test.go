package optimum

import (
	"math/rand/v2"
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// BenchmarkServiceOptimum solves a day in ticks of half a minute in nine zones, as that of
// the paper, on capacity that comes and goes.
func BenchmarkServiceOptimum(b *testing.B) {
	for _, c := range []struct {
		name string
		o    Service
	}{
		{"replicas=3", benchService(3)},
		{"replicas=30", benchService(30)},
		{"replicas=3/short=28", briefly(benchService(3), 28)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.o.Solve(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchService returns zones of up to as many replicas, each of which changes about every
// 20 ticks and is empty in two ticks of three.
func benchService(replicas int) Service {
	o := Service{
		Tick: halfMinute, Ticks: 2880, ColdTicks: 4, CountFrom: 4,
		Wanted: []int{replicas}, OnDemand: []cloud.Price{3 * tickDollar},
	}
	r := rand.New(rand.NewPCG(1, 0))
	for range 9 {
		zone := Zone{Price: []cloud.Price{tickDollar + cloud.Price(r.Int64N(int64(tickDollar)))}}
		n := 0
		for range o.Ticks {
			if r.IntN(20) == 0 {
				n = max(0, r.IntN(3*replicas)-2*replicas+1)
			}
			zone.Capacity = append(zone.Capacity, n)
		}
		o.Zones = append(o.Zones, zone)
	}
	return o
}

func briefly(o Service, short int) Service {
	o.ShortTicks = short
	return o
}

package optimum

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// BenchmarkOptimum solves problems of the size of the paper's, on availability that comes
// and goes; MB is what the solver holds.
func BenchmarkOptimum(b *testing.B) {
	single := Job{Tick: 600 * time.Second, Work: 48 * time.Hour, Regions: benchRegions(1)}
	nine := Job{Tick: 195 * time.Second, Work: 24 * time.Hour, Regions: benchRegions(9)}
	paid := nine
	paid.Egress = drawMoves(9, func() cloud.Money { return cloud.Dollar })
	for _, c := range []struct {
		name               string
		o                  Job
		deadline, overhead time.Duration
	}{
		{"regions=1/deadline=52h/overhead=180s", single, 52 * time.Hour, 180 * time.Second},
		{"regions=1/deadline=52h/overhead=720s", single, 52 * time.Hour, 720 * time.Second},
		{"regions=1/deadline=70h/overhead=180s", single, 70 * time.Hour, 180 * time.Second},
		{"regions=1/deadline=70h/overhead=720s", single, 70 * time.Hour, 720 * time.Second},
		{"regions=9/deadline=48h/overhead=180s", nine, 48 * time.Hour, 180 * time.Second},
		{"regions=9/deadline=48h/overhead=720s", nine, 48 * time.Hour, 720 * time.Second},
		{"regions=9/deadline=48h/overhead=180s/egress", paid, 48 * time.Hour, 180 * time.Second},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.o.Deadline, c.o.Overhead = c.deadline, c.overhead
			b.ReportAllocs()
			var s *solver
			for b.Loop() {
				s = new(solver)
				if _, err := s.solve(c.o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(s.choices)+8*len(s.values))/1e6, "MB")
		})
	}
}

// benchRegions returns regions at the prices of the paper, with spot in two ticks of three,
// for 20 at a time in the mean.
func benchRegions(n int) []Region {
	r := rand.New(rand.NewPCG(1, 0))
	regions := make([]Region, n)
	for i := range regions {
		regions[i] = Region{
			Spot:     []cloud.Price{cloud.PerHour(0.9731)},
			OnDemand: []cloud.Price{cloud.PerHour(3.06)},
		}
		has := true
		for range 1000 {
			regions[i].Available = append(regions[i].Available, has)
			if has && r.IntN(20) == 0 || !has && r.IntN(10) == 0 {
				has = !has
			}
		}
	}
	return regions
}

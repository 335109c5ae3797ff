package optimum

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

const (
	maxRegions = 127             // keeps the number of a runner apart from the other choices
	maxWanted  = 1_000_000       // replicas in a tick
	maxBytes   = 1 << 30         // the memory of a solver
	maxCost    = unreachable / 2 // what the most expensive plan must stay below, in grains
)

// problems is all that is wrong with a Job or a Service.
type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

func (p *problems) unless(ok bool, format string, args ...any) {
	if !ok {
		p.add(format, args...)
	}
}

// prices checks a series that must reach as far as extent says, in words too.
func (p *problems) prices(at string, prices []cloud.Price, ticks int, extent string) {
	n := len(prices)
	p.unless(n == 1 || n > 0 && n >= ticks, "%s: %d prices must be 1 or >= %s", at, n, extent)
	for t, price := range prices {
		if price < 0 {
			p.add("%s[%d]: %v must be >= 0", at, t, price)
		}
	}
}

// ticks returns how many ticks begin before the deadline.
func (o Job) ticks() int { return int((o.Deadline-1)/o.Tick) + 1 }

// check returns all that is wrong with o.
func (o Job) check() error {
	var p problems
	p.unless(o.Tick > 0, "optimum.tick: %v must be > 0", o.Tick)
	p.unless(o.Work > 0, "optimum.work: %v must be > 0", o.Work)
	p.unless(o.Overhead >= 0, "optimum.overhead: %v must be >= 0", o.Overhead)
	p.unless(o.Deadline >= o.Work && o.Deadline-o.Work >= o.Overhead,
		"optimum.deadline: %v must be >= %v, the work %v and an overhead %v", o.Deadline, o.Work+o.Overhead, o.Work, o.Overhead)
	if p != nil {
		return errors.Join(p...)
	}
	ticks, regions := o.ticks(), len(o.Regions)
	extent := fmt.Sprintf("%d, the deadline %v in ticks of %v", ticks, o.Deadline, o.Tick)
	p.unless(regions >= 1 && regions <= maxRegions, "optimum.regions: %d must be from 1 to %d", regions, maxRegions)
	for i, r := range o.Regions {
		at := fmt.Sprintf("optimum.regions[%d]", i)
		p.unless(len(r.Available) >= ticks, "%s.available: %d ticks must be >= %s", at, len(r.Available), extent)
		p.prices(at+".spot", r.Spot, ticks, extent)
		p.prices(at+".on_demand", r.OnDemand, ticks, extent)
	}
	checkMoves(&p, "optimum.egress", o.Egress, regions)
	checkMoves(&p, "optimum.transfer", o.Transfer, regions)
	return errors.Join(p...)
}

// checkMoves checks a matrix of moves between that many regions.
func checkMoves[T time.Duration | cloud.Money](p *problems, at string, moves [][]T, regions int) {
	if moves == nil {
		return
	}
	if len(moves) != regions {
		p.add("%s: %d rows must be %d, one for each region", at, len(moves), regions)
		return
	}
	for a, row := range moves {
		if len(row) != regions {
			p.add("%s[%d]: %d columns must be %d, one for each region", at, a, len(row), regions)
			continue
		}
		for b, x := range row {
			p.unless(x == 0 || x > 0 && a != b, "%s[%d][%d]: %v must be >= 0, and 0 from a region to itself", at, a, b, x)
		}
	}
}

// check returns all that is wrong with o.
func (o *Service) check() error {
	var p problems
	cold, ticks := max(o.ColdTicks, 0), max(o.Ticks, 0)
	p.unless(o.Tick > 0, "service_optimum.tick: %v must be > 0", o.Tick)
	p.unless(o.ColdTicks >= 0, "service_optimum.cold_ticks: %d must be >= 0", o.ColdTicks)
	p.unless(o.Ticks > cold, "service_optimum.ticks: %d must be > %d, the ticks of a cold start", o.Ticks, cold)
	p.unless(o.CountFrom >= 0 && o.CountFrom <= ticks, "service_optimum.count_from: %d must be from 0 to %d, the ticks", o.CountFrom, ticks)
	p.unless(o.ShortTicks >= 0, "service_optimum.short_ticks: %d must be >= 0", o.ShortTicks)
	extent, n := fmt.Sprintf("%d, the ticks", o.Ticks), len(o.Wanted)
	p.unless(n == 1 || n > 0 && n >= o.Ticks, "service_optimum.wanted: %d numbers must be 1 or >= %s", n, extent)
	for t, n := range o.Wanted {
		if n < 0 || n > maxWanted {
			p.add("service_optimum.wanted[%d]: %d must be from 0 to %d", t, n, maxWanted)
		}
	}
	for i, z := range o.Zones {
		at := fmt.Sprintf("service_optimum.zones[%d]", i)
		p.unless(len(z.Capacity) >= o.Ticks, "%s.capacity: %d ticks must be >= %d", at, len(z.Capacity), o.Ticks)
		for t, n := range z.Capacity {
			if n < 0 {
				p.add("%s.capacity[%d]: %d must be >= 0", at, t, n)
			}
		}
		p.prices(at+".price", z.Price, o.Ticks, extent)
	}
	p.prices("service_optimum.on_demand", o.OnDemand, o.Ticks, extent)
	if p != nil {
		return errors.Join(p...)
	}
	return o.checkSize()
}

// checkSize returns an error if there are too many states for the memory, or if costs
// might be too large for whole numbers.
func (s *solver) checkSize() error {
	nodes := float64(s.nodes())
	states := nodes * float64(s.ticks) * float64(min(s.work, s.deadline-s.work+1))
	values := nodes * float64(s.depth) * float64(s.work+s.tick)
	if size := states + 8*values; size > maxBytes {
		return fmt.Errorf("optimum: %.0f bytes must be <= %d: %d ticks, %d regions and a work of %v in units of %v, "+
			"the common divisor of tick, overhead and transfers", size, maxBytes, s.ticks, len(s.o.Regions), s.o.Work, s.unit)
	}
	var price cloud.Price
	for _, r := range s.o.Regions {
		price = max(price, slices.Max(r.Spot), slices.Max(r.OnDemand))
	}
	var egress cloud.Money
	for _, row := range s.o.Egress {
		egress = max(egress, slices.Max(row))
	}
	perTick := float64(price)*float64(s.o.Tick/s.grain) + float64(egress)*float64(time.Hour/s.grain)
	if perTick*float64(s.ticks) >= maxCost {
		return fmt.Errorf("optimum: %d ticks at up to %v, with moves of up to %v, must be less than %v, the most that is exact in ticks of %v",
			s.ticks, price, egress, cloud.Price(maxCost).Over(s.grain).Round(), s.o.Tick)
	}
	return nil
}

// checkSize returns an error if the network might be too large for the memory, or costs
// for whole numbers.
func (o *Service) checkSize() error {
	pools, ticks, most := float64(len(o.Zones)+1), float64(o.Ticks), float64(slices.Max(o.Wanted))
	const arcBytes, arcsOfPool = 2 * 24, 3
	if size := ticks * (pools*arcsOfPool + 2) * arcBytes; size > maxBytes {
		return fmt.Errorf("service_optimum: %.0f bytes must be <= %d: %d ticks, %d zones", size, maxBytes, o.Ticks, len(o.Zones))
	}
	highest := slices.Max(o.OnDemand)
	for _, z := range o.Zones {
		highest = max(highest, slices.Max(z.Price))
	}
	// The longest path goes once through every node; the most expensive arc is a start, and a
	// penalty is as much for each replica.
	perTick := float64(highest) * float64(o.Tick/gcd(o.Tick, time.Hour)) * float64(o.ColdTicks+2)
	if perTick*ticks*(pools+1+most) >= maxCost {
		return fmt.Errorf("service_optimum: %d ticks of %v at up to %v, with %d zones, %.0f replicas and %d ticks of cold start, must be less than 2^61 of the smallest parts",
			o.Ticks, o.Tick, highest, len(o.Zones), most, o.ColdTicks)
	}
	return nil
}

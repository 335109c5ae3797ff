package optimum

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// The bounds of what an Solver can take.
const (
	// maxRegions keeps the number of a runner apart from the other choices.
	maxRegions = 127
	// maxBytes bounds the memory of a solver.
	maxBytes = 1 << 30
	// maxCost is what the most expensive plan must stay below, in grains.
	maxCost = unreachable / 2
)

// ticks returns how many ticks begin before the deadline.
func (o Job) ticks() int { return int((o.Deadline-1)/o.Tick) + 1 }

// check returns all that is wrong with o.
func (o Job) check() error {
	if err := o.checkTimes(); err != nil {
		return err
	}
	var errs []error
	if n := len(o.Regions); n < 1 || n > maxRegions {
		errs = append(errs, fmt.Errorf("optimum.regions: %d must be from 1 to %d", n, maxRegions))
	}
	for i, r := range o.Regions {
		errs = append(errs, o.checkRegion(fmt.Sprintf("optimum.regions[%d]", i), r))
	}
	errs = append(errs, checkMoves("optimum.egress", o.Egress, len(o.Regions)))
	errs = append(errs, checkMoves("optimum.transfer", o.Transfer, len(o.Regions)))
	return errors.Join(errs...)
}

func (o Job) checkTimes() error {
	var errs []error
	if o.Tick <= 0 {
		errs = append(errs, fmt.Errorf("optimum.tick: %v must be > 0", o.Tick))
	}
	if o.Work <= 0 {
		errs = append(errs, fmt.Errorf("optimum.work: %v must be > 0", o.Work))
	}
	if o.Overhead < 0 {
		errs = append(errs, fmt.Errorf("optimum.overhead: %v must be >= 0", o.Overhead))
	}
	if o.Deadline < o.Work || o.Deadline-o.Work < o.Overhead {
		errs = append(errs, fmt.Errorf("optimum.deadline: %v must be >= %v, the work %v and an overhead %v",
			o.Deadline, o.Work+o.Overhead, o.Work, o.Overhead))
	}
	return errors.Join(errs...)
}

func (o Job) checkRegion(at string, r Region) error {
	var errs []error
	if n := len(r.Available); n < o.ticks() {
		errs = append(errs, fmt.Errorf("%s.available: %d ticks must be >= %d, the deadline %v in ticks of %v",
			at, n, o.ticks(), o.Deadline, o.Tick))
	}
	errs = append(errs, o.checkPrices(at+".spot", r.Spot), o.checkPrices(at+".on_demand", r.OnDemand))
	return errors.Join(errs...)
}

func (o Job) checkPrices(at string, prices []cloud.Price) error {
	if n := len(prices); n != 1 && n < o.ticks() {
		return fmt.Errorf("%s: %d prices must be 1 or >= %d, the deadline %v in ticks of %v",
			at, n, o.ticks(), o.Deadline, o.Tick)
	}
	for i, p := range prices {
		if p < 0 {
			return fmt.Errorf("%s[%d]: %v must be >= 0", at, i, p)
		}
	}
	return nil
}

// checkMoves returns what is wrong with a matrix of moves between that many regions.
func checkMoves[T time.Duration | cloud.Money](at string, moves [][]T, regions int) error {
	if moves == nil {
		return nil
	}
	if len(moves) != regions {
		return fmt.Errorf("%s: %d rows must be %d, one for each region", at, len(moves), regions)
	}
	var errs []error
	for a, row := range moves {
		if len(row) != regions {
			errs = append(errs, fmt.Errorf("%s[%d]: %d columns must be %d, one for each region", at, a, len(row), regions))
			continue
		}
		for b, x := range row {
			if x < 0 || a == b && x != 0 {
				errs = append(errs, fmt.Errorf("%s[%d][%d]: %v must be >= 0, and 0 from a region to itself", at, a, b, x))
			}
		}
	}
	return errors.Join(errs...)
}

// checkSize returns an error if there are too many states for the memory, or if costs
// might be too large for whole numbers.
func (s *Solver) checkSize() error {
	nodes := float64(s.nodes())
	states := nodes * float64(s.ticks) * float64(min(s.work, s.deadline-s.work+1))
	values := nodes * float64(s.depth) * float64(s.work+s.tick)
	if size := states + 8*values; size > maxBytes {
		return fmt.Errorf("optimum: %.0f bytes must be <= %d: %d ticks, %d regions and a work of %v in units of %v, "+
			"the common divisor of tick, overhead and transfers", size, maxBytes, s.ticks, len(s.o.Regions), s.o.Work, s.unit)
	}
	price, egress := s.highest()
	perTick := float64(price)*float64(s.o.Tick/s.grain) + float64(egress)*float64(time.Hour/s.grain)
	if perTick*float64(s.ticks) >= maxCost {
		return fmt.Errorf("optimum: %d ticks at up to %v, with moves of up to %v, must be less than %v, the most that is exact in ticks of %v",
			s.ticks, price, egress, cloud.Price(maxCost).Over(s.grain).Round(), s.o.Tick)
	}
	return nil
}

// highest returns the highest price and the most expensive move.
func (s *Solver) highest() (price cloud.Price, egress cloud.Money) {
	for _, r := range s.o.Regions {
		price = max(price, slices.Max(r.Spot), slices.Max(r.OnDemand))
	}
	for _, row := range s.o.Egress {
		egress = max(egress, slices.Max(row))
	}
	return price, egress
}

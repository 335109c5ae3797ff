package optimum

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// maxWanted bounds the replicas that are wanted in a tick.
const maxWanted = 1_000_000

// check returns all that is wrong with o.
func (o *Service) check() error {
	errs := []error{o.checkTimes(), o.checkWanted()}
	for i, z := range o.Zones {
		errs = append(errs, o.checkZone(fmt.Sprintf("service_optimum.zones[%d]", i), z))
	}
	errs = append(errs, o.checkPrices("service_optimum.on_demand", o.OnDemand))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return o.checkSize()
}

func (o *Service) checkTimes() error {
	var errs []error
	if o.Tick <= 0 {
		errs = append(errs, fmt.Errorf("service_optimum.tick: %v must be > 0", o.Tick))
	}
	if o.ColdTicks < 0 {
		errs = append(errs, fmt.Errorf("service_optimum.cold_ticks: %d must be >= 0", o.ColdTicks))
	}
	if o.Ticks <= max(o.ColdTicks, 0) {
		errs = append(errs, fmt.Errorf("service_optimum.ticks: %d must be > %d, the ticks of a cold start", o.Ticks, max(o.ColdTicks, 0)))
	}
	if o.CountFrom < 0 || o.CountFrom > max(o.Ticks, 0) {
		errs = append(errs, fmt.Errorf("service_optimum.count_from: %d must be from 0 to %d, the ticks", o.CountFrom, max(o.Ticks, 0)))
	}
	if o.ShortTicks < 0 {
		errs = append(errs, fmt.Errorf("service_optimum.short_ticks: %d must be >= 0", o.ShortTicks))
	}
	return errors.Join(errs...)
}

func (o *Service) checkWanted() error {
	var errs []error
	if n := len(o.Wanted); n != 1 && (n == 0 || n < o.Ticks) {
		errs = append(errs, fmt.Errorf("service_optimum.wanted: %d numbers must be 1 or >= %d, the ticks", n, o.Ticks))
	}
	for t, n := range o.Wanted {
		if n < 0 || n > maxWanted {
			errs = append(errs, fmt.Errorf("service_optimum.wanted[%d]: %d must be from 0 to %d", t, n, maxWanted))
		}
	}
	return errors.Join(errs...)
}

func (o *Service) checkZone(at string, z Zone) error {
	var errs []error
	if n := len(z.Capacity); n < o.Ticks {
		errs = append(errs, fmt.Errorf("%s.capacity: %d ticks must be >= %d", at, n, o.Ticks))
	}
	for t, n := range z.Capacity {
		if n < 0 {
			errs = append(errs, fmt.Errorf("%s.capacity[%d]: %d must be >= 0", at, t, n))
		}
	}
	return errors.Join(append(errs, o.checkPrices(at+".price", z.Price))...)
}

func (o *Service) checkPrices(at string, prices []cloud.Price) error {
	var errs []error
	if n := len(prices); n != 1 && (n == 0 || n < o.Ticks) {
		errs = append(errs, fmt.Errorf("%s: %d prices must be 1 or >= %d, the ticks", at, n, o.Ticks))
	}
	for t, p := range prices {
		if p < 0 {
			errs = append(errs, fmt.Errorf("%s[%d]: %v must be >= 0", at, t, p))
		}
	}
	return errors.Join(errs...)
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

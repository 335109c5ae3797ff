package market

import (
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
)

// Since says from when on an instance is billed.
type Since string

const (
	// SinceReady bills from the instant the instance is ready.
	SinceReady Since = "ready"
	// SinceLaunch bills from the instant the instance is granted.
	SinceLaunch Since = "launch"
)

// Basis says which spot price an instance is billed at.
type Basis string

const (
	// MovingPrice bills every instant at the price of that instant.
	MovingPrice Basis = "moving"
	// LaunchPrice bills the whole life at the price at launch.
	LaunchPrice Basis = "launch"
)

// Billing is a provider's rule for the bill of an instance.
type Billing struct {
	// Granularity rounds the billed time up. Default 1s, at least 1ns.
	Granularity time.Duration `json:"granularity_ns"`
	// Minimum is billed at least, once the bill has begun. Default 1m.
	Minimum time.Duration `json:"minimum_ns"`
	Since   Since         `json:"since"`
	Basis   Basis         `json:"basis"`
	// FirstHourFree waives the bill of a spot instance that the provider takes within an
	// hour of its beginning. Default false.
	FirstHourFree bool `json:"first_hour_free"`
}

// DefaultBilling bills by the second with a minimum of a minute, from ready on, at the
// moving price.
func DefaultBilling() Billing {
	return Billing{
		Granularity: time.Second,
		Minimum:     time.Minute,
		Since:       SinceReady,
		Basis:       MovingPrice,
	}
}

// Check returns everything that is wrong with b.
func (b Billing) Check() (errs []error) {
	if b.Granularity < 1 {
		errs = append(errs, fmt.Errorf("granularity: %v must be at least 1ns", b.Granularity))
	}
	input.NotNegative(&errs, "minimum", b.Minimum)
	if !slices.Contains([]Since{SinceReady, SinceLaunch}, b.Since) {
		errs = append(errs, fmt.Errorf("since: %q must be ready or launch", b.Since))
	}
	if !slices.Contains([]Basis{MovingPrice, LaunchPrice}, b.Basis) {
		errs = append(errs, fmt.Errorf("basis: %q must be moving or launch", b.Basis))
	}
	return errs
}

// Usage is what a bill is made of.
type Usage struct {
	// Lasted is the time from the beginning of the bill to the end of the instance.
	Lasted time.Duration
	// Moving is the exact integral of the price over that time.
	Moving cloud.Charge
	// AtLaunch and AtEnd are the prices at those instants.
	AtLaunch, AtEnd cloud.Price
	// Preempted: a spot instance that the provider took.
	Preempted bool
}

// Bill returns the cost of an instance, rounded once to the nano-dollar. Time that is
// billed beyond the end (granularity, minimum) costs the price at the end.
func (b Billing) Bill(u Usage) cloud.Money {
	if b.FirstHourFree && u.Preempted && u.Lasted < time.Hour {
		return 0
	}
	billed := max(roundUp(u.Lasted, b.Granularity), b.Minimum)
	if b.Basis == LaunchPrice {
		return u.AtLaunch.Over(billed).Round()
	}
	return u.Moving.Plus(u.AtEnd.Over(billed - u.Lasted)).Round()
}

func roundUp(d, granularity time.Duration) time.Duration {
	if rest := d % granularity; rest > 0 {
		return d - rest + granularity
	}
	return d
}

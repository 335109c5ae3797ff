// Package optimum holds the exact solvers: what a job or a service costs at least for somebody
// who knows the future.
//
// The one idea to hold: a solver is a function of what is sold in each tick. It knows neither
// policies nor actors, so that what it says is a bound for both.
package optimum

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// Job asks for the cheapest way in which one job with a deadline can be run by somebody
// who knows the future: the "Omniscient" policy of Wu et al., Can't Be Late:
// Optimizing Spot Instance Savings under Deadlines, NSDI 2024, exactly and in whole ticks.
//
// The rules are those of the paper's simulator. Tick t lasts from t*Tick to (t+1)*Tick. In each the
// job is idle, which is free, or runs in one region on spot, if that is available there in that
// tick, or on demand, and then pays the whole tick at that tick's price. Starting, also after
// idleness, and changing purchase or region begins a new overhead, whatever was left of an old one:
// the instance is paid and no work is done. After it an hour of running is an hour of work, and no
// work is ever lost. The last tick paid is the one in which the work is done, and that instant must
// not be later than the deadline: of a tick that the deadline cuts, the part before it counts.
//
// A move is a launch in another region than the one in which the job last did work. Its
// overhead is Overhead + Transfer, and Egress is paid when it begins. If it ends before
// any work is done, the job has not moved and Egress is lost. A job that has done no work
// has nothing to move: it may start in any region, with the plain Overhead.
type Job struct {
	Tick     time.Duration // the time between decisions and the unit of billing; > 0
	Work     time.Duration // what the job needs; > 0. It need not be a whole number of ticks
	Overhead time.Duration // from a start or change to the first work; >= 0. The longer, the more expensive
	// Deadline is how long after the beginning of tick 0 the work must be done; at least
	// Work + Overhead, so that running on demand from the beginning will do.
	Deadline time.Duration
	Regions  []Region // where the job may run, from 1 to 127
	// Egress[a][b] is the price of a move from region a to b, Transfer[a][b] what it adds to
	// the overhead; >= 0, nil for nothing.
	Egress   [][]cloud.Money
	Transfer [][]time.Duration
}

// Region is what one region offers a Job. Every series reaches at least to the deadline;
// a series of prices may instead be one price, which holds throughout.
type Region struct {
	Available      []bool        // whether there is spot capacity, by tick
	Spot, OnDemand []cloud.Price // the prices of a tick, in $/h; >= 0, also where there is no spot
}

// Plan is one of the cheapest plans of a Job. Of equals, the one that rather goes on than
// stops, rather runs than waits, rather buys spot, and prefers regions in their order.
type Plan struct {
	Cost   cloud.Money // exact, rounded once, in the end
	Finish clock.Time  // the instant at which the work is done
	Steps  []Step      // what to do in each tick, up to the one in which the work is done
}

// Step is what a Plan does in one tick; the zero value is to be idle.
type Step struct {
	Runs     bool
	Region   int
	Purchase cloud.Purchase
}

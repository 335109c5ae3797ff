// Package market is what a provider sells: capacity pools with their prices,
// preemption, notices and bills.
//
// The one idea to hold: a pool is a pure state machine over virtual time. It takes the
// time and a request, and answers; it knows no workload, no policy and no actor. A new
// price model is one file price_<name>.go, a new preemption model one file
// preempt_<name>.go, each registering itself.
package market

import (
	"fmt"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
)

// Pool describes a capacity pool.
type Pool struct {
	Name cloud.Pool `json:"name"`
	// OnDemand is the list price. Positive.
	OnDemand cloud.Price `json:"on_demand_usd_per_hour"`
	Price    PriceSpec   `json:"price"`
	// Capacity is how many spot instances the pool can hold, as changes over time, the
	// first at 0; nil is any number. A drop preempts the excess, the newest first.
	Capacity   []CapacityChange `json:"-"`
	Preemption PreemptionSpec   `json:"preemption"`
	// Provisioning is the time from the grant of an instance until it is ready.
	Provisioning rng.Duration `json:"provisioning"`
	Notice       Notice       `json:"notice"`
	Billing      Billing      `json:"billing"`
}

// Notice is the warning before a preemption.
type Notice struct {
	// Lead is the time from the provider's decision to the end of the instance. The
	// instance ends that much later whether or not the warning arrives. Default 0.
	Lead time.Duration `json:"lead_ns"`
	// Probability is the chance that the warning reaches the policy. Default 1.
	Probability float64 `json:"probability"`
	// Rebalance is how much sooner than the notice the recommendation to replace the
	// instance comes, which reaches the policy like the notice, by the same chance but a
	// draw of its own. The end comes that much later too. Default 0: none is given.
	Rebalance time.Duration `json:"rebalance_ns,omitempty"`
}

// Total returns the time from the provider's decision to the end of the instance.
func (n Notice) Total() time.Duration { return n.Rebalance + n.Lead }

// NewPool returns a pool at the given prices with the defaults: an Ornstein-Uhlenbeck
// price around spot, a hazard tied to it, two minutes of provisioning, two minutes of
// notice, and a bill by the second from running on with a minimum of one minute, at the
// moving price.
func NewPool(name cloud.Pool, onDemand, spot cloud.Price) Pool {
	return Pool{
		Name:         name,
		OnDemand:     onDemand,
		Price:        DefaultPrice(spot, onDemand),
		Preemption:   DefaultPreemption(),
		Provisioning: rng.Duration{Shape: rng.Constant, Mean: 2 * time.Minute},
		Notice:       Notice{Lead: 2 * time.Minute, Probability: 1},
		Billing:      DefaultBilling(),
	}
}

// Check returns everything that is wrong with p, each with its place below the pool.
func (p Pool) Check() (errs []error) {
	if p.OnDemand <= 0 || p.OnDemand > maxPrice {
		errs = append(errs, fmt.Errorf("on_demand: %v must be in (0, %v]", p.OnDemand, maxPrice))
	}
	input.Below(&errs, "price: ", p.Price.Check()...)
	input.Below(&errs, "capacity: ", checkCapacity(p.Capacity)...)
	input.Below(&errs, "preemption: ", p.Preemption.Check()...)
	input.Below(&errs, "provisioning: ", p.Provisioning.Check())
	input.NotNegative(&errs, "notice.lead", p.Notice.Lead)
	input.NotNegative(&errs, "notice.rebalance", p.Notice.Rebalance)
	input.Within(&errs, "notice.probability", p.Notice.Probability, 0, 1)
	input.Below(&errs, "billing: ", p.Billing.Check()...)
	return errs
}

// maxPrice bounds prices from above so that no bill can overflow: 100 times the most
// expensive machine on sale.
const maxPrice = 10_000 * cloud.Price(cloud.Dollar)

package market

import (
	"math"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/rng"
)

func TestPoolCheckTellsEveryProblem(t *testing.T) {
	p := NewPool(cloud.Pool{Region: "r", Zone: "z", InstanceType: "m"}, usd(1), usd(0.3))
	expectErrors(t, p.Check(), nil)

	p.OnDemand = 0
	p.Price.Spread, p.Price.Step = -0.3, 0
	p.Preemption.Rate, p.Preemption.Correlation = math.Inf(1), "none"
	p.Provisioning = rng.Duration{Shape: rng.Lognormal, Mean: time.Minute}
	p.Notice = Notice{Lead: -time.Second, Probability: math.NaN()}
	p.Billing.Granularity, p.Billing.Minimum = -1, -1
	expectErrors(t, p.Check(), []string{
		"on_demand: $0/h must be in (0, $10000/h]",
		"price: step: 0s must be at least 1s",
		"price: spread: -0.3 must be in [0, 10]",
		"preemption: rate: +Inf an hour must be in [0, 3600]",
		`preemption: correlation: "none" must be one of [inverse direct]`,
		"provisioning: cv: 0 must be in (0, 10]",
		"notice.lead: -1s must be >= 0",
		"notice.probability: NaN must be in [0, 1]",
		"billing: granularity: -1ns must be at least 1ns",
		"billing: minimum: -1ns must be >= 0",
	})

	p = NewPool(p.Name, maxPrice+1, usd(0.3))
	p.Price.Ceiling = maxPrice
	p.Notice = Notice{Lead: 0, Probability: 1.5}
	expectErrors(t, p.Check(), []string{
		"on_demand: $10000.000000001/h must be in (0, $10000/h]",
		"notice.probability: 1.5 must be in [0, 1]",
	})
}

func TestPreemptionSpecCheckTellsEveryProblem(t *testing.T) {
	tests := map[string]struct {
		spec PreemptionSpec
		want []string
	}{
		"the default":                 {DefaultPreemption(), nil},
		"no such model":               {PreemptionSpec{Model: "hazzard", Rate: -1}, []string{`model: "hazzard" is not a preemption model`}},
		"nothing is what none uses":   {PreemptionSpec{Model: "none", Rate: -1, Bid: -1, Mean: -1}, nil},
		"a hazard at its bounds":      {PreemptionSpec{Model: "hazard", Rate: 3600, Step: time.Second, Correlation: Direct}, nil},
		"a hazard that never strikes": {PreemptionSpec{Model: "hazard", Step: time.Second, Correlation: Direct}, nil},
		"a bid at its bound":          {PreemptionSpec{Model: "bid", Bid: maxPrice}, nil},
		"a lifetime at its bounds":    {PreemptionSpec{Model: "lifetime", Mean: time.Second, Shape: 0.1}, nil},
		"a bid of nothing":            {PreemptionSpec{Model: "bid"}, []string{"bid: $0/h must be in (0, $10000/h]"}},
		"a bid beyond all prices":     {PreemptionSpec{Model: "bid", Bid: maxPrice + 1}, []string{"bid: $10000.000000001/h must be in (0, $10000/h]"}},
		"a lifetime with all it can get": {PreemptionSpec{Model: "lifetime", Shape: 10.5, Cap: -1}, []string{
			"mean: 0s must be at least 1s",
			"shape: 10.5 must be in [0.1, 10]",
			"cap: -1ns must be >= 0"}},
		"a hazard with all it can get": {PreemptionSpec{Model: "hazard", Rate: math.NaN(), Step: 1, Reference: -1}, []string{
			"rate: NaN an hour must be in [0, 3600]",
			"step: 1ns must be at least 1s",
			`correlation: "" must be one of [inverse direct]`,
			"reference: -$0.000000001/h must be >= 0"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { expectErrors(t, test.spec.Check(), test.want) })
	}
}

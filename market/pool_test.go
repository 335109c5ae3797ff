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
	p.Price = p.Price.With("spread", -0.3).With("step", time.Duration(0))
	p.Preemption = p.Preemption.With("rate", math.Inf(1)).With("correlation", "none")
	p.Provisioning = rng.Duration{Shape: rng.Lognormal, Mean: time.Minute}
	p.Notice = Notice{Lead: -time.Second, Probability: math.NaN()}
	p.Billing.Granularity, p.Billing.Minimum = -1, -1
	expectErrors(t, p.Check(), []string{
		"on_demand: $0/h must be in (0, $10000/h]",
		"price: step: 0s must be >= 1s",
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
	p.Price = p.Price.With("ceiling", maxPrice)
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
		"no such model":               {PreemptionSpec{Model: "hazzard", Params: Params{"rate": -1.}}, []string{`model: "hazzard" is not a preemption model`}},
		"nothing is what none uses":   {PreemptionSpec{Model: "none", Params: Params{"rate": -1., "bid": cloud.Price(-1), "mean": time.Duration(-1)}}, nil},
		"a hazard at its bounds":      {PreemptionSpec{Model: "hazard", Params: Params{"rate": 3600., "step": time.Second, "correlation": Direct}}, nil},
		"a hazard that never strikes": {PreemptionSpec{Model: "hazard", Params: Params{"step": time.Second, "correlation": Direct}}, nil},
		"a bid at its bound":          {PreemptionSpec{Model: "bid", Params: Params{"bid": maxPrice}}, nil},
		"a lifetime at its bounds":    {PreemptionSpec{Model: "lifetime", Params: Params{"mean": time.Second, "shape": 0.1}}, nil},
		"a bid of nothing":            {PreemptionSpec{Model: "bid"}, []string{"bid: $0/h must be in (0, $10000/h]"}},
		"a bid beyond all prices":     {PreemptionSpec{Model: "bid", Params: Params{"bid": maxPrice + 1}}, []string{"bid: $10000.000000001/h must be in (0, $10000/h]"}},
		"a lifetime with all it can get": {PreemptionSpec{Model: "lifetime", Params: Params{"shape": 10.5, "cap": time.Duration(-1)}}, []string{
			"mean: 0s must be >= 1s",
			"shape: 10.5 must be in [0.1, 10]",
			"cap: -1ns must be >= 0"}},
		"a hazard with all it can get": {PreemptionSpec{Model: "hazard", Params: Params{"rate": math.NaN(), "step": time.Duration(1), "reference": cloud.Price(-1)}}, []string{
			"rate: NaN an hour must be in [0, 3600]",
			"step: 1ns must be >= 1s",
			`correlation: "" must be one of [inverse direct]`,
			"reference: -$0.000000001/h must be >= 0"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { expectErrors(t, test.spec.Check(), test.want) })
	}
}

package spec

import (
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/market/traces"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// choices returns the words that the tag choice stands for, and what each means, if there
// is more to it.
func choices(tag string) (words, docs []string) {
	add := func(word, doc string) { words, docs = append(words, word), append(docs, doc) }
	switch tag {
	case "version":
		add(Version, "")
	case "price":
		for _, m := range market.PriceModels() {
			add(m.Name, m.Doc)
		}
	case "preemption":
		for _, m := range market.PreemptionModels() {
			add(m.Name, m.Doc)
		}
	case "polarity":
		for _, p := range []traces.Polarity{traces.Available, traces.AvailableAny, traces.Unavailable} {
			add(p.String(), "")
		}
		for _, p := range traces.Presets() {
			add(p.Name, p.Doc)
		}
	case "shape":
		for _, s := range rng.Shapes {
			add(string(s), "")
		}
	case "arrivals":
		for _, a := range workload.ArrivalModels {
			add(string(a), "")
		}
	case "since":
		add(string(market.SinceReady), "")
		add(string(market.SinceLaunch), "")
	case "basis":
		add(string(market.MovingPrice), "")
		add(string(market.LaunchPrice), "")
	case "guarantee":
		for _, g := range scheduler.Guarantees {
			add(string(g), "")
		}
	case "job billing":
		for _, b := range scenario.JobBillings {
			add(string(b), "")
		}
	case "warning":
		for _, w := range scheduler.Warnings {
			add(string(w), "")
		}
	case "balancer":
		for _, b := range workload.Balancings {
			add(string(b), "")
		}
	case "requests":
		add(noRequests, "")
		for _, f := range workload.RequestForms {
			add(f.Name, f.Doc)
		}
	default:
		panic("spec: no choice " + tag)
	}
	return words, docs
}

package scheduler

import (
	"cmp"
	"slices"
	"time"

	"github.com/bobby-math/tessera/clock"
)

func init() {
	Register(Entry{
		Name:  "spothedge",
		Title: "SpotHedge",
		Doc:   "service: spot over zones that have not failed lately, some in reserve, on-demand until spot is ready",
		Source: "Mao et al., SkyServe, EuroSys 2025, section 3 and algorithm 1; " +
			"its artifact spothedge_ae; skypilot sky/serve (spot_placer, autoscalers)",
		Params: []Param{
			{Name: "variant", Type: Choice, Choices: []string{"paper", "artifact", "skypilot"},
				Doc: "which of the three published versions; see docs/service-policies.md"},
			{Name: "fallback", Type: Choice, Choices: []string{"dynamic", "none"},
				Doc: "dynamic holds on-demand replicas while too few spot ones are ready; none never does, which is cheaper and less available"},
			{Name: "bench", Max: 1_000_000,
				Doc: "seconds after which a zone that failed is tried again, before that only when all have failed; must be longer than a failure takes to show; 0 when nearly all have failed, as published"},
		},
		New: func(a Args) (any, error) {
			return &spotHedge{
				variant: hedgeVariants[a.Choice("variant")], dynamic: a.Choice("fallback") == "dynamic",
				bench: time.Duration(a.Int("bench")) * time.Second,
			}, nil
		},
	})
}

// hedgeVariant is what the published versions of SpotHedge differ in.
type hedgeVariant struct {
	// keep is how many available zones there must be at least, given the number of zones:
	// with fewer, all are taken to be available again.
	keep        func(zones int) int
	cheapest    bool // picks the cheapest of the zones that qualify, else the first in the list
	unusedFirst bool // prefers zones that host no replica
	capped      bool // holds no more on-demand replicas than the target
	// late sees the fleet as it was one control interval ago; lateReady only the number that is ready.
	late, lateReady bool
}

var hedgeVariants = map[string]hedgeVariant{
	"paper":    {keep: func(int) int { return 2 }, cheapest: true, unusedFirst: true, capped: true},
	"artifact": {keep: func(zones int) int { return max(min(1, zones-3)+1, 1) }, unusedFirst: true, capped: true, late: true},
	"skypilot": {keep: func(int) int { return 2 }, cheapest: true, lateReady: true},
}

// spotHedge holds target + extra spot replicas in zones that have not failed lately, and
// on-demand replicas for those that are not ready.
type spotHedge struct {
	variant hedgeVariant
	dynamic bool
	bench   time.Duration

	// available and preempting are the zones by how their last launch went, those that went
	// so longest ago first.
	available, preempting []int
	failed                []clock.Time // by zone, when it failed last
	ready                 int          // a control interval ago
}

// SeesLate is as in ServicePolicy.
func (h *spotHedge) SeesLate() bool { return h.variant.late }

func (h *spotHedge) Plan(f *Fleet, p *Plan) {
	if h.failed == nil {
		h.failed = make([]clock.Time, len(f.Zones))
		h.reset(f)
	}
	h.sort(f)
	p.Resize(f.Target+f.Extra, func() int { return h.next(f, p) })
	p.OnDemand = h.onDemand(f)
	h.ready = f.Ready()
}

func (h *spotHedge) reset(f *Fleet) {
	h.available, h.preempting = h.available[:0], h.preempting[:0]
	for z := range f.Zones {
		h.available = append(h.available, z)
	}
}

// sort moves the zones between the lists by what became of their launches. A zone that
// stays in its list keeps its place.
func (h *spotHedge) sort(f *Fleet) {
	for z := range f.Zones {
		switch {
		case f.Zones[z].Lost():
			h.failed[z] = f.Now
			h.moveTo(&h.preempting, z)
		case slices.Contains(h.preempting, z) && h.recovered(f, z):
			h.moveTo(&h.available, z)
		}
	}
	if len(h.available) < h.keep(f) {
		h.reset(f)
	}
}

// keep returns how many zones are to be available at least. With a bench one will do, as
// the others come back by themselves: to have all back at once would send the next launch
// to the cheapest, which has just failed.
func (h *spotHedge) keep(f *Fleet) int {
	if h.bench > 0 {
		return 1
	}
	return h.variant.keep(len(f.Zones))
}

// recovered tells whether a failed zone may be used again: since a launch stood, for the artifact
// any replica, or since the zone has sat out its time.
func (h *spotHedge) recovered(f *Fleet, z int) bool {
	zone := &f.Zones[z]
	return zone.Granted > 0 || h.variant.late && zone.Launched > 0 || h.bench > 0 && f.Now.Sub(h.failed[z]) >= h.bench
}

// moveTo moves a zone to the end of a list.
func (h *spotHedge) moveTo(list *[]int, zone int) {
	is := func(z int) bool { return z == zone }
	h.available = slices.DeleteFunc(h.available, is)
	h.preempting = slices.DeleteFunc(h.preempting, is)
	*list = append(*list, zone)
}

// next returns the zone for the next spot replica; of equals the first in the list.
func (h *spotHedge) next(f *Fleet, p *Plan) int {
	return slices.MinFunc(h.available, func(a, b int) int {
		byUse, byPrice := 0, 0
		if h.variant.unusedFirst {
			byUse = cmp.Compare(min(p.Spot[a], 1), min(p.Spot[b], 1))
		}
		if h.variant.cheapest {
			byPrice = cmp.Compare(f.Zones[a].Spot, f.Zones[b].Spot)
		}
		return cmp.Or(byUse, byPrice)
	})
}

// onDemand returns how many on-demand replicas stand in for spot replicas not ready.
func (h *spotHedge) onDemand(f *Fleet) int {
	if !h.dynamic {
		return 0
	}
	ready := f.Ready()
	if h.variant.lateReady {
		ready = h.ready
	}
	missing := max(f.Target+f.Extra-ready, 0)
	if h.variant.capped {
		missing = min(missing, f.Target)
	}
	return missing
}

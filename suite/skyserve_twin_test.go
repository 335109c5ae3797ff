package suite

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/sweep"
)

// TestSkyServeEqualsItsTwin runs random windows of random zones, with reserves and cold starts
// that nobody published, beside a loop over ticks that shares no code with us: every integer
// must be equal.
func TestSkyServeEqualsItsTwin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		set := drawZoneSet(r)
		setting := rapid.SampledFrom(grid()).Draw(r, "setting")
		setting.cold = rapid.SampledFrom([]int{0, 1, 2, 4, 9}).Draw(r, "cold ticks")
		if setting.spec.Entry.Name != "ondemand" {
			setting.extra = rapid.IntRange(0, 4).Draw(r, "extra")
		}
		offset := rapid.IntRange(0, 3*set.length()).Draw(r, "offset")
		var cases sweep.Cases
		set.add(&cases, 0, offset, []serviceSetting{setting})
		s := cases.Cases[0].Make()
		s.SetPolicies(cases.Cases[0].Policies)
		if err := s.Check(); err != nil {
			r.Fatal(err)
		}
		numbers, err := s.Simulate(t.Context(), system, setting.spec, s.Tasks(), nil)
		if err != nil {
			r.Fatal(err)
		}
		summary, want := numbers.Summary(), newArtifactTwin(set, offset, setting).run()
		ready := make([]int, max(len(want.ready), len(numbers.Service.ReadyTime)))
		for n, d := range numbers.Service.ReadyTime {
			ready[n] = int(d / skyServeTick)
		}
		if *ticksOf(summary.SpotTime) != want.spot || *ticksOf(summary.OnDemandTime) != want.onDemand || *ticksOf(summary.Available) != want.ready.enough() ||
			summary.TotalPreemptions != want.decreases || !slices.Equal(ready, want.ready) {
			r.Fatalf("%+v, offset %d: spot %v, on-demand %v, ready %v, decreases %d; in the twin %+v",
				setting, offset, *summary.SpotTime, *summary.OnDemandTime, ready, summary.TotalPreemptions, want)
		}
	})
}

// An offset as far as can be is one within the data: 2^63-1 ticks are 10 whole lengths and 7.
func TestSkyServeWindowsBeginAnywhere(t *testing.T) {
	const length = (math.MaxInt - 7) / 10 // of no trace, so one of 10 ticks does
	zone := tickZone{capacity: []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}
	set := &zoneSet{zones: []tickZone{zone}}
	for tick, want := range []int32{7, 8, 9, 0} {
		if got := set.window(zone, 10*length+7)[tick]; got != want {
			t.Errorf("tick %d: %d, want %d", tick, got, want)
		}
	}
	if _, err := (serviceWindow{set: set, offset: math.MaxInt, cold: 4}).optimum(); err != nil {
		t.Error(err)
	}
}

// drawZoneSet draws zones whose capacity comes and goes.
func drawZoneSet(r *rapid.T) *zoneSet {
	set := &zoneSet{name: "random"}
	length := rapid.IntRange(500, 4000).Draw(r, "ticks")
	for n := range rapid.IntRange(1, 6).Draw(r, "zones") {
		zone := tickZone{pool: cloud.Pool{Region: "r", Zone: string(rune('a' + n)), InstanceType: "m"}}
		for len(zone.capacity) < length {
			count := int32(rapid.SampledFrom([]int{0, 0, 1, 2, 3, 9}).Draw(r, "capacity"))
			zone.capacity = append(zone.capacity, slices.Repeat([]int32{count}, rapid.IntRange(1, 400).Draw(r, "span"))...)
		}
		set.zones = append(set.zones, zone)
	}
	return set
}

// artifactTwin is the experiment of the artifact, tick by tick.
type artifactTwin struct {
	set              *zoneSet
	offset           int
	setting          serviceSetting
	policy, fallback string  // of the artifact
	plans            [][]int // launched, by tick and zone
	unclipped        []int   // the last plan before capacity cut it
	onDemands        []int   // launched, by tick
	available, empty []int   // lists of zones of SpotHedge: Z_A and Z_P
	cursor           int     // of round robin
}

// artifactResult is its result, from the end of the first cold start on.
type artifactResult struct {
	spot, onDemand, decreases int
	ready                     readyTicks
}

// readyTicks is how many ticks had each number of replicas ready.
type readyTicks []int

func (r readyTicks) enough() (ticks int) {
	for _, n := range r[skyServeTarget:] {
		ticks += n
	}
	return ticks
}

func newArtifactTwin(set *zoneSet, offset int, setting serviceSetting) *artifactTwin {
	w := &artifactTwin{set: set, offset: offset, setting: setting, unclipped: make([]int, len(set.zones))}
	w.policy, w.fallback = publishedService(setting.spec.String())
	for z := range set.zones {
		w.available = append(w.available, z)
	}
	return w
}

func (w *artifactTwin) run() (result artifactResult) {
	cold := w.setting.cold
	result.ready = make(readyTicks, 2*skyServeTarget+w.setting.extra+1)
	for t := range skyServeTicks {
		before := w.plan(t - 1)
		w.onDemands = append(w.onDemands, w.onDemand(t))
		w.unclipped = w.allocate(before)
		now := slices.Clone(w.unclipped)
		for z := range now {
			capacity := w.set.zones[z].capacity
			now[z] = min(now[z], int(capacity[(t+w.offset)%w.set.length()]))
			result.decreases += max(before[z]-now[z], 0)
		}
		w.plans = append(w.plans, now)
		if t >= cold {
			result.onDemand += w.onDemands[t]
			result.spot += sum(now)
			result.ready[w.spotReady(t)+w.launchedFor(t, func(t int) int { return w.onDemands[t] })]++
		}
	}
	return result
}

func (w *artifactTwin) plan(t int) []int {
	if t < 0 {
		return make([]int, len(w.set.zones))
	}
	return w.plans[t]
}

// launchedFor returns the least number launched over a cold start up to tick t, 0 before one
// has passed.
func (w *artifactTwin) launchedFor(t int, launched func(t int) int) int {
	cold := w.setting.cold
	if t < cold {
		return 0
	}
	least := launched(t)
	for ; cold > 0; cold-- {
		least = min(least, launched(t-cold))
	}
	return least
}

func (w *artifactTwin) spotReady(t int) (ready int) {
	for z := range w.set.zones {
		ready += w.launchedFor(t, func(t int) int { return w.plan(t)[z] })
	}
	return ready
}

func (w *artifactTwin) onDemand(t int) int {
	switch w.fallback {
	case "OnDemand":
		return skyServeTarget
	case "SpotFailoverNoSafety":
		return max(0, min(skyServeTarget, skyServeTarget+w.setting.extra-w.spotReady(t-1)))
	}
	return 0
}

// allocate places the spot replicas wanted, those that are there first if they are no more.
func (w *artifactTwin) allocate(before []int) []int {
	wanted := skyServeTarget + w.setting.extra
	if w.policy == "OnDemand" {
		wanted = 0
	}
	if w.policy == "SpotHedge" {
		w.judge(before)
	}
	plan := make([]int, len(before))
	if wanted >= sum(before) {
		plan = slices.Clone(before)
	}
	for sum(plan) < wanted {
		plan[w.next(plan)]++
	}
	return plan
}

// judge moves the zones between the lists of SpotHedge by what became of their replicas.
func (w *artifactTwin) judge(after []int) {
	for z := range after {
		failing := slices.Contains(w.empty, z)
		switch {
		case after[z] < w.unclipped[z]:
			w.available, w.empty = without(w.available, z), append(without(w.empty, z), z)
		case after[z] > 0 && failing:
			w.available, w.empty = append(w.available, z), without(w.empty, z)
		}
	}
	if zones := len(after); len(w.available) == 0 || len(w.available) <= min(1, zones-3) {
		w.available, w.empty = nil, nil
		for z := range zones {
			w.available = append(w.available, z)
		}
	}
}

// next returns the zone for one more replica.
func (w *artifactTwin) next(plan []int) int {
	switch w.policy {
	case "NaiveSpread":
		return slices.Index(plan, slices.Min(plan))
	case "RoundRobin":
		w.cursor++
		return (w.cursor - 1) % len(plan)
	}
	for _, z := range w.available {
		if plan[z] == 0 {
			return z
		}
	}
	return w.available[0]
}

func without(list []int, z int) []int {
	return slices.DeleteFunc(slices.Clone(list), func(other int) bool { return other == z })
}

func sum(list []int) (total int) {
	for _, n := range list {
		total += n
	}
	return total
}

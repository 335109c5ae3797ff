package suite

import (
	"math"
	"slices"
	"testing"

	"go.uber.org/zap"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scheduler"
)

// TestSkyServeEqualsItsTwin runs random windows of random zones, with reserves and cold starts
// that nobody published, beside a loop over ticks that shares no code with us: every integer
// must be equal.
func TestSkyServeEqualsItsTwin(t *testing.T) {
	system := actors.NewSystem(zap.NewNop())
	rapid.Check(t, func(r *rapid.T) {
		trace := drawSkyServeTrace(r)
		setting := rapid.SampledFrom(SkyServeGrid()).Draw(r, "setting")
		if setting.ColdTicks = rapid.SampledFrom([]int{0, 1, 2, 4, 9}).Draw(r, "cold ticks"); setting.Policy != "OnDemand" {
			setting.Extra = rapid.IntRange(0, 4).Draw(r, "extra")
		}
		spec, err := scheduler.Parse(setting.spec)
		if err != nil {
			r.Fatal(err)
		}
		c := SkyServeCase{trace, rapid.IntRange(0, 3*trace.Length()).Draw(r, "offset"), setting, spec}
		rows, err := RunSkyServe(t.Context(), system, []SkyServeCase{c}, Workers{Count: 1})
		if err != nil {
			r.Fatal(err)
		}
		got, want := rows[0], newArtifactTwin(c).run()
		got.ReadyTicks = slices.Concat(got.ReadyTicks, make([]int, len(want.ready)))[:len(want.ready)]
		if got.SpotTicks != want.spot || got.OnDemandTicks != want.onDemand || got.AvailableTicks != want.ready.enough() ||
			got.Decreases != want.decreases || !slices.Equal(got.ReadyTicks, want.ready) {
			r.Fatalf("%+v, offset %d: spot %d, on-demand %d, ready %v, decreases %d; in the twin %+v",
				setting, c.Offset, got.SpotTicks, got.OnDemandTicks, got.ReadyTicks, got.Decreases, want)
		}
	})
}

// An offset as far as can be is one within the data: 2^63-1 ticks are 10 whole lengths and 7.
func TestSkyServeWindowsBeginAnywhere(t *testing.T) {
	const length = (math.MaxInt - 7) / 10 // of no trace, so one of 10 ticks does
	zone := SkyServeZone{Capacity: []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}
	trace := &SkyServeTrace{Zones: []SkyServeZone{zone}}
	for tick, want := range []int32{7, 8, 9, 0} {
		if got := trace.window(zone, 10*length+7)[tick]; got != want {
			t.Errorf("tick %d: %d, want %d", tick, got, want)
		}
	}
	if _, err := (SkyServeWindow{Trace: trace, Offset: math.MaxInt, ColdTicks: 4}).Optimum(); err != nil {
		t.Error(err)
	}
}

// drawSkyServeTrace draws zones whose capacity comes and goes.
func drawSkyServeTrace(r *rapid.T) *SkyServeTrace {
	trace := &SkyServeTrace{Name: "random"}
	length := rapid.IntRange(500, 4000).Draw(r, "ticks")
	for n := range rapid.IntRange(1, 6).Draw(r, "zones") {
		zone := SkyServeZone{Pool: cloud.Pool{Region: "r", Zone: string(rune('a' + n)), InstanceType: "m"}}
		for len(zone.Capacity) < length {
			count := int32(rapid.SampledFrom([]int{0, 0, 1, 2, 3, 9}).Draw(r, "capacity"))
			zone.Capacity = append(zone.Capacity, slices.Repeat([]int32{count}, rapid.IntRange(1, 400).Draw(r, "span"))...)
		}
		trace.Zones = append(trace.Zones, zone)
	}
	return trace
}

// artifactTwin is the experiment of the artifact, tick by tick.
type artifactTwin struct {
	c                SkyServeCase
	plans            [][]int // launched, by tick and zone
	unclipped        []int   // the last plan before capacity cut it
	onDemands        []int   // launched, by tick
	available, empty []int   // lists of zones of SpotHedge: Z_A and Z_P
	cursor           int     // of round robin
}

// artifactResult is what it came to, from the end of the first cold start on.
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

func newArtifactTwin(c SkyServeCase) *artifactTwin {
	w := &artifactTwin{c: c, unclipped: make([]int, len(c.Trace.Zones))}
	for z := range c.Trace.Zones {
		w.available = append(w.available, z)
	}
	return w
}

func (w *artifactTwin) run() (result artifactResult) {
	cold := w.c.Setting.ColdTicks
	result.ready = make(readyTicks, 2*skyServeTarget+w.c.Setting.Extra+1)
	for t := range skyServeTicks {
		before := w.plan(t - 1)
		w.onDemands = append(w.onDemands, w.fallback(t))
		w.unclipped = w.allocate(before)
		now := slices.Clone(w.unclipped)
		for z := range now {
			capacity := w.c.Trace.Zones[z].Capacity
			now[z] = min(now[z], int(capacity[(t+w.c.Offset)%w.c.Trace.Length()]))
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
		return make([]int, len(w.c.Trace.Zones))
	}
	return w.plans[t]
}

// launchedFor returns the least number launched over a cold start up to tick t, 0 before one
// has passed.
func (w *artifactTwin) launchedFor(t int, launched func(t int) int) int {
	cold := w.c.Setting.ColdTicks
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
	for z := range w.c.Trace.Zones {
		ready += w.launchedFor(t, func(t int) int { return w.plan(t)[z] })
	}
	return ready
}

func (w *artifactTwin) fallback(t int) int {
	switch w.c.Setting.Fallback {
	case "OnDemand":
		return skyServeTarget
	case "SpotFailoverNoSafety":
		return max(0, min(skyServeTarget, skyServeTarget+w.c.Setting.Extra-w.spotReady(t-1)))
	}
	return 0
}

// allocate places the spot replicas wanted, those that are there first if they are no more.
func (w *artifactTwin) allocate(before []int) []int {
	wanted := skyServeTarget + w.c.Setting.Extra
	if w.c.Setting.Policy == "OnDemand" {
		wanted = 0
	}
	if w.c.Setting.Policy == "SpotHedge" {
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
	switch w.c.Setting.Policy {
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

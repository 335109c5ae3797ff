package suite

import (
	"math"
	"reflect"
	"testing"

	"go.uber.org/zap"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/stats"
)

// rerun is what the artifact of SkyServe gives for SpotHedge over ten seeds of ten random
// windows, to two decimals: the mean cost of on-demand only.
var rerun = map[string]float64{"4-node": .50, "16-node": .55, "2-month": .46, "a100": .46}

// TestSkyServeOverRandomWindows runs 100 random windows of each set of zones. Windows of a
// day overlap: data of D days hold no more than D independent ones, so the interval of a
// mean is that of min(100, D) samples, at least 2; the artifact's mean has one as wide, and
// both are rounded to 0.005 at most.
func TestSkyServeOverRandomWindows(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of windows take a minute under the race detector; they run without -short")
	}
	const windows, seed = 100, 1
	evaluation := openSkyServe(t)
	evaluation.RandomWindows(windows, seed)
	settings, err := SkyServeChoice{Extra: []int{1}, ColdTicks: []int{4}}.Settings()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := evaluation.Cases(settings)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := RunSkyServe(t.Context(), actors.NewSystem(zap.NewNop()), cases, Workers{Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	optima, err := SkyServeOptima(t.Context(), cases, Workers{Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range SummariseSkyServe(rows, optima) {
		if s.Setting.Policy == "SpotHedge" && s.Setting.Fallback == "SpotFailoverNoSafety" {
			checkSpotHedge(t, s)
		}
	}
	for _, l := range RankSkyServe(rows) {
		// Of GCP1 there is but one day, so that there is no interval for days that are apart.
		if days := l.Trace.Days(); !l.Holds() || days >= 2 && l.Difference.Value < overlapping(l.Difference, days) {
			t.Errorf("%s: %s over %s: %+v", l.Trace.Name, l.Better.Policy, l.Worse.Policy, l.Difference)
		}
	}
	for _, r := range rows { // a policy that is never short pays at least the optimum
		if best := optima[r.Window()]; r.AvailableTicks == r.CountedTicks() && r.Cost() < best {
			t.Errorf("%s, offset %d, %s: cost %d is below the optimum %d", r.Trace.Name, r.Offset, r.Setting.Policy, r.Cost(), best)
		}
	}
}

func checkSpotHedge(t *testing.T, s SkyServeSummary) {
	t.Helper()
	t.Logf("%s: availability %.4f, cost %.4f of on-demand, optimum %.4f", s.Trace.Name, s.Availability.Value, s.Cost.Value, s.Optimum.Value)
	if a := s.Availability.Value; a < 0.98 || a > 1 {
		t.Errorf("%s: availability %v, published 98 to 100 %%", s.Trace.Name, a)
	}
	tolerance := 0.005 + math.Sqrt2*overlapping(s.Cost, s.Trace.Days())
	if off := math.Abs(s.Cost.Value - rerun[s.Trace.Name]); off > tolerance {
		t.Errorf("%s: cost %v of on-demand, published %v +- %v", s.Trace.Name, s.Cost.Value, rerun[s.Trace.Name], tolerance)
	}
	if s.Optimum.Value > s.Cost.Value {
		t.Errorf("%s: the optimum %v is dearer than the policy, %v", s.Trace.Name, s.Optimum.Value, s.Cost.Value)
	}
}

// overlapping returns half the 95 % interval of the mean of windows of one day out of so
// many days: t s / sqrt(n), where s is that of the samples, and n the days that are apart.
func overlapping(e stats.Estimate, days float64) float64 {
	student := func(n float64) float64 { return distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) }
	n := float64(e.N)
	deviation := (e.High - e.Low) / 2 * math.Sqrt(n) / student(n)
	apart := max(min(n, math.Floor(days)), 2)
	return student(apart) * deviation / math.Sqrt(apart)
}

func TestRandomWindowsLieWithinTheDataAndDependOnSeedAndZonesOnly(t *testing.T) {
	open := func() *SkyServe {
		zone := func(ticks int) []SkyServeZone { return []SkyServeZone{{Capacity: make([]int32, ticks)}} }
		return &SkyServe{Traces: []SkyServeTrace{
			{Name: "long", Zones: zone(skyServeTicks + 9)},
			{Name: "a day", Zones: zone(skyServeTicks)},
			{Name: "shorter", Zones: zone(10)},
		}}
	}
	all, alone, other := open(), open(), open()
	alone.Traces = alone.Traces[:1]
	all.RandomWindows(1000, 1)
	alone.RandomWindows(1000, 1)
	other.RandomWindows(1000, 2)
	if !reflect.DeepEqual(all.Traces[0].Offsets, alone.Traces[0].Offsets) {
		t.Error("other sets of zones change the draws")
	}
	if reflect.DeepEqual(all.Traces[0].Offsets, other.Traces[0].Offsets) {
		t.Error("another seed draws the same")
	}
	// 1000 draws from the ten offsets 0 to 9 miss one of them with a chance of 10 * 0.9^1000.
	counts := map[int]int{}
	for _, offset := range all.Traces[0].Offsets {
		counts[offset]++
	}
	for offset := range 10 {
		if counts[offset] == 0 {
			t.Errorf("offset %d was never drawn", offset)
		}
	}
	if len(counts) != 10 {
		t.Errorf("drawn: %v, want 0 to 9", counts)
	}
	for _, trace := range all.Traces[1:] {
		for _, offset := range trace.Offsets {
			if offset != 0 {
				t.Errorf("%s: offset %d, want 0", trace.Name, offset)
			}
		}
	}
}

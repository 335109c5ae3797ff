package suite

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

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
	s := loaded(t, skyServe, onRealData(t, "windows", "100", "seed", "1", "extra", "1", "cold-ticks", "4"))
	rows, sets := ran(t, s, 2), openZoneSets(t)
	all, _ := groups(runsOf(rows), func(r row) string { return r.axis("trace") + r.Policy })
	optima, err := solve(all, sets)
	if err != nil {
		t.Fatal(err)
	}
	spotHedges, ranks := 0, 0
	for _, better := range all {
		if _, fallback := publishedService(better[0].Policy); fallback == "SpotFailoverNoSafety" {
			spotHedges++
			checkSpotHedge(t, better, optima, sets)
		}
		for _, worse := range all {
			if !ranked(better[0], worse[0]) {
				continue
			}
			ranks++
			// Of GCP1 there is but one day, so that there is no interval for days that are apart.
			d, days := lead(better, worse), float64(windowOf(better[0], sets).set.length())/skyServeTicks
			if d.N != 100 || d.Low <= 0 || days >= 2 && d.Value < overlapping(d, days) {
				t.Errorf("%s: %s over %s: %+v", better[0].axis("trace"), better[0].Policy, worse[0].Policy, d)
			}
		}
	}
	if spotHedges != 4 || ranks != 8 {
		t.Errorf("%d sets of zones, %d comparisons, want 4 and 8", spotHedges, ranks)
	}
	for _, r := range rows { // a policy that is never short pays at least the optimum
		if best := optima[windowOf(r, sets)]; r.ready() == 1 && *serviceCost(&r.Summary) < best {
			t.Errorf("%s, offset %s, %s: cost %d is below the optimum %d", r.axis("trace"), r.axis("offset_ticks"), r.Policy, *serviceCost(&r.Summary), best)
		}
	}
}

func checkSpotHedge(t *testing.T, rows []row, optima map[serviceWindow]int, sets []*zoneSet) {
	t.Helper()
	at := windowOf(rows[0], sets)
	onDemand := float64(skyServeRatio * skyServeTarget * (skyServeTicks - at.cold))
	available := mean(rows, row.ready).Value
	cost := mean(rows, func(r row) float64 { return float64(*serviceCost(&r.Summary)) / onDemand })
	best := mean(rows, func(r row) float64 { return float64(optima[windowOf(r, sets)]) / onDemand }).Value
	t.Logf("%s: availability %.4f, cost %.4f of on-demand, optimum %.4f", at.set.name, available, cost.Value, best)
	if available < 0.98 || available > 1 {
		t.Errorf("%s: availability %v, published 98 to 100 %%", at.set.name, available)
	}
	tolerance := 0.005 + math.Sqrt2*overlapping(cost, float64(at.set.length())/skyServeTicks)
	if off := math.Abs(cost.Value - rerun[at.set.name]); off > tolerance {
		t.Errorf("%s: cost %v of on-demand, published %v +- %v", at.set.name, cost.Value, rerun[at.set.name], tolerance)
	}
	if best > cost.Value {
		t.Errorf("%s: the optimum %v is more expensive than the policy, %v", at.set.name, best, cost.Value)
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
	sets := func(seed uint64) []*zoneSet {
		zone := func(ticks int) []tickZone { return []tickZone{{capacity: make([]int32, ticks)}} }
		all := []*zoneSet{
			{name: "long", zones: zone(skyServeTicks + 9)},
			{name: "a day", zones: zone(skyServeTicks)},
			{name: "shorter", zones: zone(10)},
		}
		for _, s := range all {
			s.randomWindows(1000, seed)
		}
		return all
	}
	all, other := sets(1), sets(2)
	alone := zoneSet{name: "long", zones: all[0].zones}
	alone.randomWindows(1000, 1)
	if !slices.Equal(all[0].offsets, alone.offsets) {
		t.Error("other sets of zones change the draws")
	}
	if slices.Equal(all[0].offsets, other[0].offsets) {
		t.Error("another seed draws the same")
	}
	// 1000 draws from the ten offsets 0 to 9 miss one of them with a chance of 10 * 0.9^1000.
	counts := map[int]int{}
	for _, offset := range all[0].offsets {
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
	for _, s := range all[1:] {
		for _, offset := range s.offsets {
			if offset != 0 {
				t.Errorf("%s: offset %d, want 0", s.name, offset)
			}
		}
	}
}

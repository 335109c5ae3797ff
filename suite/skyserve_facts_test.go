package suite

import (
	"math"
	"slices"
	"testing"
	"time"
)

// What is known of the traces of SkyServe (Mao et al., EuroSys 2025, section 2 and the files
// themselves), worked out anew from what the loader makes of them. Each value of a file is
// repeated for as many ticks of 30 s as its gap has.

func TestSkyServeTracesHaveTheirLengths(t *testing.T) {
	want := map[string]struct {
		gap    time.Duration
		values []int
	}{
		"AWS1": {300 * time.Second, []int{3156, 3156, 3156}},
		"AWS2": {300 * time.Second, []int{3247, 3274, 3274}},
		"AWS3": {300 * time.Second, slices.Repeat([]int{20158}, 9)},
		"GCP1": {150 * time.Second, slices.Repeat([]int{770}, 6)},
	}
	for _, trace := range openZoneSets(t) {
		w := want[trace.folder]
		if len(trace.zones) != len(w.values) {
			t.Errorf("%s: %d zones, want %d", trace.folder, len(trace.zones), len(w.values))
			continue
		}
		for n, z := range trace.zones {
			if ticks := w.values[n] * int(w.gap/skyServeTick); len(z.capacity) != ticks {
				t.Errorf("%s: %v has %d ticks, want %d", trace.folder, z.pool, len(z.capacity), ticks)
			}
		}
	}
}

// After a fall of the capacity of a zone of AWS2, the probability that another instance is
// lost there within 5 minutes, which is one gap: either more than one fell at once, or more
// fall at the next value.
func TestPreemptionsInAZoneComeTogether(t *testing.T) {
	want := map[string]float64{"us-east-2b": 0.87, "us-west-2a": 0.84, "us-west-2c": 0.97}
	for _, z := range skyServeZones(t, "AWS2") {
		values := every(z.capacity, int(300*time.Second/skyServeTick))
		falls, together := 0, 0
		for n := 1; n < len(values); n++ {
			fell := values[n-1] - values[n]
			if fell <= 0 {
				continue
			}
			falls++
			if fell > 1 || n+1 < len(values) && values[n+1] < values[n] {
				together++
			}
		}
		// Published to two places.
		if p := float64(together) / float64(falls); math.Abs(p-want[z.pool.Zone]) > 0.005 {
			t.Errorf("%s: %d of %d falls, %.4f, want %.2f", z.pool.Zone, together, falls, p, want[z.pool.Zone])
		}
	}
}

// Over the 3247 values that all three zones of AWS2 have, both zones of us-west-2 are empty
// 33.35 % of the time, and all three 13.55 %.
func TestZonesOfARegionAreEmptyTogether(t *testing.T) {
	zones := skyServeZones(t, "AWS2")
	shortest := math.MaxInt
	for _, z := range zones {
		shortest = min(shortest, len(z.capacity))
	}
	west, all := 0, 0
	for tick := range shortest {
		if zones[1].capacity[tick] != 0 || zones[2].capacity[tick] != 0 {
			continue
		}
		west++
		if zones[0].capacity[tick] == 0 {
			all++
		}
	}
	for _, c := range []struct {
		what string
		is   int
		want float64
	}{{"both of us-west-2", west, 0.3335}, {"all three", all, 0.1355}} {
		if share := float64(c.is) / float64(shortest); math.Abs(share-c.want) > 0.00005 {
			t.Errorf("%s empty %.5f of the time, want %.4f", c.what, share, c.want)
		}
	}
}

// The share of the time in which each zone of AWS3 has spot capacity, and in which any has.
func TestManyZonesAreNearlyAlwaysAvailable(t *testing.T) {
	zones := skyServeZones(t, "AWS3")
	want := []struct {
		zone  string
		share float64
	}{
		{"us-east-1a", 0.167}, {"us-east-1c", 0.467}, {"us-east-1d", 0.447}, {"us-east-1f", 0.591},
		{"us-east-2a", 0.759}, {"us-east-2b", 0.682}, {"us-west-2a", 0.883}, {"us-west-2b", 0.905}, {"us-west-2c", 0.891},
	}
	union := make([]bool, len(zones[0].capacity))
	for n, z := range zones {
		ticks := 0
		for tick, count := range z.capacity {
			if count > 0 {
				ticks++
				union[tick] = true
			}
		}
		if share := float64(ticks) / float64(len(z.capacity)); z.pool.Zone != want[n].zone || math.Abs(share-want[n].share) > 0.0005 {
			t.Errorf("zone %d: %s is available %.4f of the time, want %v", n, z.pool.Zone, share, want[n])
		}
	}
	ticks := 0
	for _, available := range union {
		if available {
			ticks++
		}
	}
	if share := float64(ticks) / float64(len(union)); math.Abs(share-0.9921) > 0.00005 {
		t.Errorf("one zone or more is available %.5f of the time, want 0.9921", share)
	}
}

// skyServeZones returns the zones of a folder.
func skyServeZones(t *testing.T, folder string) []tickZone {
	t.Helper()
	for _, trace := range openZoneSets(t) {
		if trace.folder == folder {
			return trace.zones
		}
	}
	t.Skipf("the traces of %s are not here", folder)
	return nil
}

// openZoneSets reads the sets of zones.
func openZoneSets(t *testing.T) []*zoneSet {
	t.Helper()
	onRealData(t)
	sets, _, err := readZoneSets(realData)
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

// every returns the first of each step values.
func every(values []int32, step int) (firsts []int32) {
	for n := 0; n < len(values); n += step {
		firsts = append(firsts, values[n])
	}
	return firsts
}

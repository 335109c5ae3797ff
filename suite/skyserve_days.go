package suite

import (
	"fmt"
	"slices"

	"github.com/bobby-math/tessera/rng"
)

// RandomWindows puts n random windows in the place of the published ones of every set of
// zones, in order: each begins at any tick with equal chance so that it ends within the
// data. A set of zones has draws of its own, so leaving one out changes no other. The
// windows overlap where there are more of them than the data has days.
func (s *SkyServe) RandomWindows(n int, seed uint64) {
	for i := range s.Traces {
		t := &s.Traces[i]
		draws := rng.Stream(seed, "skyserve/"+t.Name)
		t.Offsets = make([]int, n)
		for w := range t.Offsets {
			t.Offsets[w] = draws.IntN(max(t.Length()-skyServeTicks, 0) + 1)
		}
		slices.Sort(t.Offsets)
	}
}

// Days returns the length of the data in windows.
func (t *SkyServeTrace) Days() float64 { return float64(t.Length()) / skyServeTicks }

// Data says of every set of zones what was read, in a line each.
func (s *SkyServe) Data() (lines []string) {
	for n := range s.Traces {
		t := &s.Traces[n]
		line := fmt.Sprintf("%s (%s): %.1f days, numbers read as %v;", t.Folder, t.Name, t.Days(), t.Polarity)
		for _, z := range t.Zones {
			line += fmt.Sprintf(" %s %.8s", z.Pool.Zone, z.SHA256)
		}
		lines = append(lines, line)
	}
	return lines
}

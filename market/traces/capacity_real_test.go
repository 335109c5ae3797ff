package traces

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// realFolder is a folder of real availability files beside the repository; their licences
// keep them out of it.
func realFolder(tb testing.TB, folder string) fs.FS {
	tb.Helper()
	path := filepath.Join("../../../shared/traces", folder)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		tb.Skipf("the real availability series are not here: %v", err)
	}
	return os.DirFS(path)
}

func readRealCapacity(tb testing.TB, fsys fs.FS, file string, o CapacityOptions) []*CapacityHistory {
	tb.Helper()
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		tb.Fatal(err)
	}
	histories, err := ReadCapacity(file, bytes.NewReader(data), o)
	if err != nil {
		tb.Fatal(err)
	}
	return histories
}

// upDown writes a series by ticks as + and -.
func upDown(s CapacitySeries) string {
	var out strings.Builder
	for _, p := range s.Points {
		if p.Available > 0 {
			out.WriteByte('+')
		} else {
			out.WriteByte('-')
		}
	}
	return out.String()
}

// The numbers are from Mao et al., SkyServe, EuroSys 2025, and its artifact.
func TestRealSkyServe(t *testing.T) {
	fsys := realFolder(t, "skyserve")
	histories, err := ReadCapacityFS("", fsys, CapacityOptions{Polarity: Available})
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string][]*CapacityHistory{}
	for _, h := range histories {
		set, _, _ := strings.Cut(h.Name, "/")
		sets[set] = append(sets[set], h)
	}
	for set, want := range map[string]struct {
		gap   time.Duration
		ticks []int
	}{
		"AWS1": {300 * time.Second, []int{3156, 3156, 3156}},
		"AWS2": {300 * time.Second, []int{3247, 3274, 3274}},
		"AWS3": {300 * time.Second, slices.Repeat([]int{20158}, 9)}, // as declared
		"GCP1": {150 * time.Second, slices.Repeat([]int{770}, 6)},
	} {
		var got []int
		for _, h := range sets[set] {
			s := h.Series[0]
			got = append(got, len(s.Points))
			if s.Gap != want.gap {
				t.Errorf("%s: gap %v, want %v", h.Name, s.Gap, want.gap)
			}
		}
		if !slices.Equal(got, want.ticks) {
			t.Errorf("%s: ticks %v, want %v", set, got, want.ticks)
		}
		if err := checkAligned(sets[set]); (err != nil) != (set == "AWS2") {
			t.Errorf("%s: %v", set, err)
		}
	}

	availability := []float64{.167, .467, .447, .591, .759, .682, .883, .905, .891}
	union := make([]bool, 20158)
	for i, h := range sets["AWS3"] {
		s := h.Series[0]
		if got := InspectCapacity(s).Availability; math.Abs(got-availability[i]) > .0005 {
			t.Errorf("%s: availability %.4f, want %.3f", h.Name, got, availability[i])
		}
		for k, p := range s.Points {
			union[k] = union[k] || p.Available > 0
		}
		want := "the gap is 5m0s, but these are the values of spot-traces availability/1-node/aws-02-15-2023, whose gap is 3m15s"
		if len(h.Warnings) != 1 || !strings.HasSuffix(h.Warnings[0], want) {
			t.Errorf("%s: warnings %q", h.Name, h.Warnings)
		}
	}
	if got := share(union); math.Abs(got-.9921) > .00005 {
		t.Errorf("AWS3: something is available %.4f of the time, want .9921", got)
	}

	// Over the ticks that all three zones of AWS2 have.
	shortest := len(sets["AWS2"][0].Series[0].Points)
	west, all := make([]bool, shortest), make([]bool, shortest)
	for k := range shortest {
		empty := func(zone int) bool { return sets["AWS2"][zone].Series[0].Points[k].Available == 0 }
		west[k] = empty(1) && empty(2)
		all[k] = west[k] && empty(0)
	}
	if math.Abs(share(west)-.3335) > .00005 || math.Abs(share(all)-.1355) > .00005 {
		t.Errorf("AWS2: us-west-2 is empty %.4f of the time and all zones %.4f, want .3335 and .1355", share(west), share(all))
	}
}

func share(is []bool) float64 {
	n := 0
	for _, b := range is {
		if b {
			n++
		}
	}
	return float64(n) / float64(len(is))
}

func TestRealSpotTraces(t *testing.T) {
	fsys := realFolder(t, "spot-traces")
	histories, err := ReadCapacityFS("", fsys, CapacityOptions{Polarity: Available})
	if err != nil {
		t.Fatal(err)
	}
	WarnOfTwins(histories)
	twins, tooLong, priced := 0, map[string]int{}, 0
	for _, h := range histories {
		s := h.Series[0]
		if s.Zone == "" || s.Region == "" || s.InstanceType == "" {
			t.Errorf("%s: %+v", h.Name, s)
		}
		if s.Prices != nil {
			priced++
		}
		for _, w := range h.Warnings {
			switch {
			case strings.Contains(w, "the same series"):
				twins++
			case strings.Contains(w, "days"):
				tooLong[filepath.Base(filepath.Dir(h.Name))]++
			default:
				t.Errorf("%s: %s", h.Name, w)
			}
		}
	}
	// Two files of GCP repeat a third. The README has 13 days for the eight series of
	// October 2022, which have 27, and for two of August 2023, which have 18.
	if twins != 2 || !maps.Equal(tooLong, map[string]int{"aws-10-26-2022": 8, "aws-08-03-2023": 2}) {
		t.Errorf("%d twins, too long: %v", twins, tooLong)
	}
	if len(histories) != 34 || priced != 6 {
		t.Errorf("%d histories, %d with prices, want 34 and 6", len(histories), priced)
	}
}

func TestRealWindowsOfNineZones(t *testing.T) {
	const file = "multi_real_traces.tar.gz"
	histories := readRealCapacity(t, realFolder(t, "cant-be-late"), file, CapacityOptions{Polarity: Unavailable})
	perZone, windows := map[string]int{}, map[string][]*CapacityHistory{}
	for _, h := range histories {
		s := h.Series[0]
		perZone[s.Zone]++
		window := filepath.Base(h.Name)
		windows[window] = append(windows[window], h)
		if len(s.Points) != 1107 || s.Gap != 195*time.Second || len(s.Prices) != 1107 || s.InstanceType != "v100_1" || s.Start.IsZero() {
			t.Fatalf("%s: %d ticks of %v, %d prices, type %s from %v", h.Name, len(s.Points), s.Gap, len(s.Prices), s.InstanceType, s.Start)
		}
	}
	if len(histories) != 900 || len(perZone) != 9 || len(windows) != 100 {
		t.Errorf("%d windows of %d zones and %d numbers, want 900 of 9 and 100", len(histories), len(perZone), len(windows))
	}
	for number, zones := range windows {
		if err := checkAligned(zones); err != nil || len(zones) != 9 {
			t.Errorf("window %s: %d zones, %v", number, len(zones), err)
		}
	}

	// Read as unavailable, each window is a piece of the series of its zone, in which 1
	// is available.
	fsys := realFolder(t, "spot-traces")
	for zone := range perZone {
		whole := upDown(readRealCapacity(t, fsys, fmt.Sprintf("availability/1-node/aws-02-15-2023/%s_v100_1.json", zone),
			CapacityOptions{Polarity: Available})[0].Series[0])
		for _, h := range histories {
			if s := h.Series[0]; s.Zone == zone && !strings.Contains(whole, upDown(s)) {
				t.Errorf("%s is no piece of the whole series", h.Name)
			}
		}
	}
}

func TestRealSkyNomad(t *testing.T) {
	fsys := realFolder(t, "skynomad")
	const gap = 195 * time.Second
	files, err := fs.Glob(fsys, "availability-*.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	histories := readRealCapacity(t, fsys, "v100_spot_prices.json", CapacityOptions{})
	for _, file := range files {
		histories = append(histories, readRealCapacity(t, fsys, file, CapacityOptions{Gap: gap})...)
	}
	if err := errors.Join(JoinPrices(histories), checkAligned(histories)); err != nil {
		t.Fatal(err)
	}
	spotTraces := realFolder(t, "spot-traces")
	for _, h := range histories[1:] {
		s := h.Series[0]
		if len(s.Points) != 20158 || len(s.Prices) != 20158 || !s.Start.Equal(time.Date(2023, 2, 15, 22, 8, 16, 0, time.UTC)) {
			t.Errorf("%s: %d points, %d prices from %v", h.Name, len(s.Points), len(s.Prices), s.Start)
		}
		same := readRealCapacity(t, spotTraces, fmt.Sprintf("availability/1-node/aws-02-15-2023/%s_v100_1.json", s.Zone),
			CapacityOptions{Polarity: Available})[0].Series[0]
		if fingerprint(s) != fingerprint(same) {
			t.Errorf("%s: other values than spot-traces", h.Name)
		}
	}
	if len(histories) != 10 {
		t.Errorf("%d histories, want the prices and 9 zones", len(histories))
	}

	// By their dates the polls are 194 to 280 s apart.
	byDate := readRealCapacity(t, fsys, files[0], CapacityOptions{})[0].Series[0]
	shortest, longest := time.Hour, time.Duration(0)
	for i, p := range byDate.Points[1:] {
		d := p.At - byDate.Points[i].At
		shortest, longest = min(shortest, d), max(longest, d)
	}
	if byDate.Gap != 0 || len(byDate.Points) != 20158 || shortest != 194*time.Second || longest != 280*time.Second {
		t.Errorf("%d points, %v to %v apart", len(byDate.Points), shortest, longest)
	}

	windows := readRealCapacity(t, fsys, "converted_multi_region_aligned_h100_16_merged.tar.gz", CapacityOptions{Polarity: Unavailable})
	if len(windows) != 13*17 { // 16 windows and the whole of 13 zones
		t.Errorf("%d windows of H100", len(windows))
	}
}

func TestRealEventLogs(t *testing.T) {
	fsys := realFolder(t, "events")
	histories, err := ReadCapacityFS("", fsys, CapacityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	WarnOfTwins(histories)
	for _, want := range []struct {
		file                string
		changes, most, last int
		end                 time.Duration
		warning             string
	}{
		// Counted apart, with a set of nodes, or the largest and last of the counts.
		{"bamboo_a100x1-east1b.txt", 74, 64, 64, 27*time.Hour + 1*time.Minute + 6*time.Second, ""},
		{"bamboo_g4dn-trace.csv", 99, 24, 5, 38_760 * time.Second, ""},
		{"bamboo_p3-trace.csv", 162, 32, 10, 40_920 * time.Second, ""},
		{"bamboo_v100x1-east1c.txt", 134, 80, 80, 24*time.Hour + 10*time.Minute + 13*time.Second, "(15 such lines)"},
		{"parcae_gpt-1.5b_trace_hh_55_65.txt", 16, 32, 29, time.Hour, ""},
		{"parcae_p3.csv", 162, 32, 10, 40_920 * time.Second, "the same series as bamboo_p3-trace.csv"},
	} {
		i := slices.IndexFunc(histories, func(h *CapacityHistory) bool { return h.Name == want.file })
		if i < 0 {
			t.Errorf("%s is not read", want.file)
			continue
		}
		h := histories[i]
		s := h.Series[0]
		most := 0
		for _, p := range s.Points {
			most = max(most, p.Available)
		}
		if n := len(s.Points); n-1 != want.changes || most != want.most || s.Points[n-1].Available != want.last || s.End != want.end {
			t.Errorf("%s: %d changes, at most %d, %d at last, until %v; want %+v", h.Name, n-1, most, s.Points[n-1].Available, s.End, want)
		}
		if warnings := strings.Join(h.Warnings, "\n"); !strings.Contains(warnings, want.warning) || (want.warning == "") != (warnings == "") {
			t.Errorf("%s: warnings %q", h.Name, h.Warnings)
		}
	}
	if len(histories) != 6 {
		t.Errorf("%d logs, want 6", len(histories))
	}
}

func BenchmarkReadCapacity(b *testing.B) {
	read := func(name string, data []byte, o CapacityOptions) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ReadCapacity(name, bytes.NewReader(data), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	unpacked := func(folder, file string) []byte {
		data, err := fs.ReadFile(realFolder(b, folder), file)
		if err != nil {
			b.Fatal(err)
		}
		return (&Error{}).unpack(data)
	}
	const zone = "us-east-1a_v100_1"
	read("json", unpacked("skyserve", "AWS3/"+zone+".json"), CapacityOptions{Polarity: Available})
	read("json-prices", unpacked("spot-traces", "preemption/1-node/aws-04-22-2023/us-west-2b_v100_1.json"), CapacityOptions{Polarity: Available})
	read("tar", unpacked("cant-be-late", "multi_real_traces.tar.gz"), CapacityOptions{Polarity: Unavailable})
	polls := unpacked("skynomad", "availability-2023-02-15_"+zone+".csv.gz")
	read("polls-csv", polls, CapacityOptions{})
	read("event-log", unpacked("events", "bamboo_p3-trace.csv"), CapacityOptions{})
	histories, err := ReadCapacity(zone, bytes.NewReader(polls), CapacityOptions{})
	if err != nil {
		b.Fatal(err)
	}
	var native bytes.Buffer
	if err := WriteCapacity(&native, histories[0].Series); err != nil {
		b.Fatal(err)
	}
	read("native-csv", native.Bytes(), CapacityOptions{})
}

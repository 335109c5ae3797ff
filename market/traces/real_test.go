package traces

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realFiles lie beside the repository; their licences keep them out of it.
const realFiles = "../../../shared/traces/aws-price-history"

func readReal(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(realFiles, name))
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("the real price histories are not here: %v", err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestRealDownloadOfNineZones(t *testing.T) {
	h, err := ReadPrices("p3", bytes.NewReader(readReal(t, "p3.2xlarge_9az_2023-02-15_2023-04-02.describe-spot-price-history.json")))
	if err != nil {
		t.Fatal(err)
	}
	changes := 0
	for _, s := range h.Series {
		stats := Inspect(s)
		changes += stats.Changes
		if s.InstanceType != "p3.2xlarge" || s.Product != "Linux/UNIX" || len(stats.Warnings) > 0 {
			t.Errorf("%v: %v", s, stats.Warnings)
		}
		// Every zone begins with a row of the first instant, and each later row is a change.
		if !stats.First.Equal(point("2023-02-15T22:08:16Z", 0).At) || stats.Changes != stats.Rows-1 {
			t.Errorf("%v: %d changes in %d rows from %v", s, stats.Changes, stats.Rows, stats.First)
		}
	}
	// SOURCES.md: 1,119 changes in 9 zones, counting the price each zone begins with.
	if h.Rows != 1119 || len(h.Series) != 9 || changes != 1119-9 {
		t.Errorf("%d rows, %d series, %d changes; want 1119, 9 and 1110", h.Rows, len(h.Series), changes)
	}
}

func TestRealWeekOfFiveTypes(t *testing.T) {
	h, err := ReadPrices("week", bytes.NewReader(readReal(t, "us-east-1_5types_2015-05-01_week.csv")))
	if err != nil {
		t.Fatal(err)
	}
	var types, zones []string
	var spikes int
	for _, s := range h.Series {
		types, zones = append(types, s.InstanceType), append(zones, s.Zone)
		if stats := Inspect(s); stats.Max > spikeRatio*stats.Min {
			spikes++
		}
	}
	slices.Sort(types)
	slices.Sort(zones)
	types, zones = slices.Compact(types), slices.Compact(zones)
	// 12,804 lines, one of them the header, and no repeats.
	if h.Rows != 12_803 || len(h.Series) != 15 || len(types) != 5 || len(zones) != 3 {
		t.Errorf("%d rows in %d series of the types %v and the zones %v", h.Rows, len(h.Series), types, zones)
	}
	if spikes == 0 {
		t.Error("the bid-era market had spikes")
	}
}

// The user's file names no zone, and shows several prices of a region at one instant: rows
// of several zones are mixed. It is read with the higher price and a warning.
func TestRealMessyFile(t *testing.T) {
	data := readReal(t, "messy_user_csv_us-east-1_2026-02.csv")
	h, err := ReadPrices("messy", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	// Counted apart: 55 prices contradict another of their region and instant.
	want := "no AvailabilityZone, and two prices at one instant (55 times): zones are mixed, and the higher price is taken"
	if len(h.Warnings) != 1 || !strings.HasSuffix(h.Warnings[0], want) {
		t.Errorf("warnings %q, want one ending in %q", h.Warnings, want)
	}
}

func BenchmarkReadPrices(b *testing.B) {
	for _, name := range []string{
		"us-east-1_5types_2015-05-01_week.csv",
		"p3.2xlarge_9az_2023-02-15_2023-04-02.describe-spot-price-history.json",
	} {
		b.Run(filepath.Ext(name)[1:], func(b *testing.B) {
			data := readReal(b, name)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ReadPrices(name, bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package traces

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/cloud"
)

// A history written down in any format, in any order of rows, reads back the same.
func TestRoundTrip(t *testing.T) {
	for name, write := range map[string]func(*rapid.T, []map[string]string) string{
		"aws-json":  writeJSON,
		"price-csv": writeCSV,
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := drawSeries(t)
				rows := rapid.Permutation(rowsOf(want)).Draw(t, "rows")
				h, err := ReadPrices("drawn", strings.NewReader(write(t, rows)))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, h.Series); diff != "" {
					t.Fatal(diff)
				}
				if h.Format != name || h.Rows != len(rows) {
					t.Fatalf("format %s with %d rows, want %s with %d", h.Format, h.Rows, name, len(rows))
				}
			})
		})
	}
}

// drawSeries draws histories of up to four pools, sorted as ReadPrices sorts them.
func drawSeries(t *rapid.T) []PriceSeries {
	var all []PriceSeries
	for _, zone := range []string{"eu-west-1a", "eu-west-1b"} {
		for _, instanceType := range []string{"c9.large", "p9, \"big\""} {
			s := PriceSeries{Zone: zone, Region: "eu-west-1", InstanceType: instanceType, Product: "Linux/UNIX"}
			at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			for range rapid.IntRange(0, 20).Draw(t, "points") {
				at = at.Add(time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "gap")))
				s.Points = append(s.Points, PricePoint{at, cloud.Price(rapid.Int64Range(0, int64(maxPrice)).Draw(t, "price"))})
			}
			if s.Points != nil {
				all = append(all, s)
			}
		}
	}
	if all == nil {
		t.Skip("no rows")
	}
	return all
}

func rowsOf(series []PriceSeries) []map[string]string {
	var rows []map[string]string
	for _, s := range series {
		for _, p := range s.Points {
			rows = append(rows, map[string]string{
				"Timestamp":          p.At.Format(time.RFC3339Nano),
				"SpotPrice":          fmt.Sprintf("%d.%09d", p.Price/1e9, p.Price%1e9),
				"AvailabilityZone":   s.Zone,
				"InstanceType":       s.InstanceType,
				"ProductDescription": s.Product,
			})
		}
	}
	return rows
}

// writeJSON writes the rows as two pages.
func writeJSON(t *rapid.T, rows []map[string]string) string {
	var out strings.Builder
	cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
	for _, page := range [][]map[string]string{rows[:cut], rows[cut:]} {
		if err := json.NewEncoder(&out).Encode(map[string]any{"SpotPriceHistory": page, "NextToken": "x"}); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// writeCSV writes the rows under a header in random order, every cell quoted.
func writeCSV(t *rapid.T, rows []map[string]string) string {
	header := rapid.Permutation([]string{
		"Timestamp", "SpotPrice", "AvailabilityZone", "InstanceType", "ProductDescription",
	}).Draw(t, "header")
	newline := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "newline")
	out := strings.Join(header, ",") + newline
	for _, row := range rows {
		var cells []string
		for _, name := range header {
			cells = append(cells, `"`+strings.ReplaceAll(row[name], `"`, `""`)+`"`)
		}
		out += strings.Join(cells, ",") + newline
	}
	return out
}

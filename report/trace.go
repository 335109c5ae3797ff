package report

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/market/traces"
)

// Inspection describes price histories and availability series.
type Inspection struct{ prices, capacity []traceFile }

// traceFile describes a file of series.
type traceFile struct {
	fields
	warnings []string
	series   []traceSeries
}

// traceSeries describes a series. The name begins its warnings.
type traceSeries struct {
	name string
	fields
	warnings []string
}

// NewInspection describes histories.
func NewInspection(prices []*traces.PriceHistory, capacity []*traces.CapacityHistory) (in Inspection) {
	for _, h := range prices {
		in.prices = append(in.prices, priceFile(h))
	}
	for _, h := range capacity {
		in.capacity = append(in.capacity, capacityFile(h))
	}
	return in
}

func priceFile(h *traces.PriceHistory) traceFile {
	f := traceFile{fields: fields{{"file", h.Name}, {"format", h.Format}, {"sha256", h.SHA256}, {"rows", h.Rows}}, warnings: h.Warnings}
	for _, s := range h.Series {
		stats := traces.Inspect(s)
		f.series = append(f.series, traceSeries{s.String() + ": ", fields{
			{"zone", s.Zone}, {"region", s.Region}, {"instance_type", s.InstanceType}, {"product", s.Product},
			{"rows", stats.Rows}, {"first", stats.First}, {"last", stats.Last}, {"span_s", stats.Span.Seconds()},
			{"median_gap_s", stats.MedianGap.Seconds()}, {"longest_gap_s", stats.LongestGap.Seconds()},
			{"price_min_usd_per_h", stats.Min.Dollars()}, {"price_mean_usd_per_h", stats.Mean.Dollars()}, {"price_max_usd_per_h", stats.Max.Dollars()},
			{"changes", stats.Changes},
		}, stats.Warnings})
	}
	return f
}

func capacityFile(h *traces.CapacityHistory) traceFile {
	f := traceFile{fields: fields{{"file", h.Name}, {"format", h.Format}, {"sha256", h.SHA256}, {"polarity", h.Polarity.String()}}, warnings: h.Warnings}
	for _, s := range h.Series {
		stats, name := traces.InspectCapacity(s), ""
		if s.Zone != "" || s.InstanceType != "" {
			name = s.String() + ": "
		}
		f.series = append(f.series, traceSeries{name, fields{
			{"zone", s.Zone}, {"region", s.Region}, {"instance_type", s.InstanceType},
			{"start", known(s.Start, !s.Start.IsZero())}, {"rows", stats.Rows},
			{"gap_s", known(s.Gap.Seconds(), s.Gap > 0)}, // null where the rows are not equally far apart
			{"span_s", stats.Span.Seconds()}, {"availability", stats.Availability},
			{"mean_available", known(stats.Mean, !math.IsInf(stats.Mean, 0))}, // infinite where the number is only known to be above 0
			{"changes", stats.Changes},
			{"up", runFields(stats.Up)}, {"down", runFields(stats.Down)},
			{"price_min_usd_per_h", known(stats.MinPrice.Dollars(), len(s.Prices) > 0)},
			{"price_max_usd_per_h", known(stats.MaxPrice.Dollars(), len(s.Prices) > 0)},
		}, stats.Warnings})
	}
	return f
}

// runFields are about the unbroken times in which something, or nothing, could be had.
func runFields(r traces.Runs) fields {
	return fields{{"runs", r.Count}, {"mean_s", r.Mean.Seconds()}, {"longest_s", r.Longest.Seconds()}}
}

func known(value any, is bool) any {
	if !is {
		return nil
	}
	return value
}

// Warn writes what is doubtful, a line each.
func (in Inspection) Warn(w io.Writer) {
	for _, f := range slices.Concat(in.prices, in.capacity) {
		for _, text := range f.warnings {
			fmt.Fprintf(w, "%s: %s\n", f.fields[0].value, text)
		}
		for _, s := range f.series {
			for _, text := range s.warnings {
				fmt.Fprintf(w, "%s: %s%s\n", f.fields[0].value, s.name, text)
			}
		}
	}
}

// Write writes the Inspection as table, json or csv.
func (in Inspection) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(append(append([]traceFile{}, in.prices...), in.capacity...))
	case "csv":
		return in.writeCSV(w)
	}
	return in.writeTables(w)
}

// MarshalJSON writes a file with its series.
func (f traceFile) MarshalJSON() ([]byte, error) {
	series := []fields{}
	for _, s := range f.series {
		series = append(series, append(slices.Clip(s.fields), field{"warnings", append([]string{}, s.warnings...)}))
	}
	return append(slices.Clip(f.fields), field{"warnings", append([]string{}, f.warnings...)}, field{"series", series}).MarshalJSON()
}

// ErrTwoTables is that prices and availability do not go into one CSV file.
var ErrTwoTables = errors.New("--format csv: prices and availability do not go into one table; inspect them apart")

// writeCSV writes a header, that of prices if there is nothing, and a line a series.
func (in Inspection) writeCSV(w io.Writer) error {
	if len(in.prices) > 0 && len(in.capacity) > 0 {
		return ErrTwoTables
	}
	files := slices.Concat(in.prices, in.capacity)
	if len(files) == 0 {
		nothing := priceFile(&traces.PriceHistory{Series: make([]traces.PriceSeries, 1)})
		return csv.NewWriter(w).WriteAll([][]string{nothing.lines()[0].keys()})
	}
	rows := [][]string{files[0].lines()[0].keys()}
	for _, f := range files {
		for _, line := range f.lines() {
			rows = append(rows, line.texts())
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// lines are the fields of the series after those of the file, but for its number of rows.
func (f traceFile) lines() (lines []fields) {
	head := slices.DeleteFunc(slices.Clone(f.fields), func(one field) bool { return one.key == "rows" })
	for _, s := range f.series {
		lines = append(lines, slices.Concat(head, s.fields.flat()))
	}
	return lines
}

// titled is a column of a table.
type titled struct{ title, key string }

var priceTable = []titled{
	{"zone", "zone"}, {"type", "instance_type"}, {"product", "product"},
	{"n", "rows"}, {"span", "span_s"}, {"first", "first"}, {"last", "last"},
	{"median gap", "median_gap_s"}, {"longest gap", "longest_gap_s"},
	{"min $/h", "price_min_usd_per_h"}, {"mean $/h", "price_mean_usd_per_h"}, {"max $/h", "price_max_usd_per_h"},
	{"changes", "changes"},
}

var capacityTable = []titled{
	{"file", "file"}, {"zone", "zone"}, {"type", "instance_type"}, {"polarity", "polarity"},
	{"n", "rows"}, {"gap", "gap_s"}, {"span", "span_s"}, {"available", "availability"}, {"mean number", "mean_available"}, {"changes", "changes"},
	{"up runs", "up_runs"}, {"mean", "up_mean_s"}, {"longest", "up_longest_s"},
	{"down runs", "down_runs"}, {"mean", "down_mean_s"}, {"longest", "down_longest_s"},
	{"min $/h", "price_min_usd_per_h"}, {"max $/h", "price_max_usd_per_h"}, {"sha256", "sha256"},
}

// writeTables writes a table a price history, below a line about it, and then one of all
// availability series.
func (in Inspection) writeTables(w io.Writer) error {
	for i, f := range in.prices {
		if i > 0 {
			fmt.Fprintln(w)
		}
		about := f.fields.texts() // file, format, sha256, rows
		fmt.Fprintf(w, "%s: %s, %s rows, sha256 %s\n", about[0], about[1], about[3], about[2])
		if err := writeTraces(w, priceTable, 3, f); err != nil {
			return err
		}
	}
	if len(in.capacity) == 0 {
		return nil
	}
	if len(in.prices) > 0 {
		fmt.Fprintln(w)
	}
	return writeTraces(w, capacityTable, 4, in.capacity...)
}

// writeTraces writes a line a series, the first columns to the left.
func writeTraces(w io.Writer, columns []titled, left int, files ...traceFile) error {
	rows := [][]string{nil}
	for _, c := range columns {
		rows[0] = append(rows[0], c.title)
	}
	for _, f := range files {
		for _, line := range f.lines() {
			var row []string
			for _, c := range columns {
				at := slices.IndexFunc(line, func(one field) bool { return one.key == c.key })
				row = append(row, traceCell(line[at]))
			}
			rows = append(rows, row)
		}
	}
	return Align(w, left, rows)
}

// traceCell writes a value for people: prices with as many decimals as AWS does.
func traceCell(f field) string {
	switch x := f.value.(type) {
	case nil:
		return "-"
	case string:
		return cmp.Or(x, "-")
	case time.Time:
		return x.Format(time.RFC3339)
	case float64:
		switch {
		case f.key == "gap_s":
			return exactText(x) + " s"
		case strings.HasSuffix(f.key, "_s"):
			return readableSeconds(x)
		case strings.HasSuffix(f.key, "_usd_per_h"):
			return fmt.Sprintf("%.6f", x)
		}
		return fmt.Sprintf("%.4f", x)
	}
	return exactText(f.value)
}

func readableSeconds(s float64) string {
	switch {
	case s >= 48*3600:
		return fmt.Sprintf("%.1f d", s/(24*3600))
	case s >= 3600:
		return fmt.Sprintf("%.1f h", s/3600)
	case s >= 60:
		return fmt.Sprintf("%.1f min", s/60)
	}
	return fmt.Sprintf("%.0f s", s)
}

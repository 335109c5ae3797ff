package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/bobby-math/tessera/market/traces"
)

// Inspection is what there is to say of price histories and availability series.
type Inspection struct {
	prices   []priceReport
	capacity []capacityReport
}

// NewInspection looks at histories.
func NewInspection(prices []*traces.PriceHistory, capacity []*traces.CapacityHistory) Inspection {
	var found Inspection
	for _, h := range prices {
		found.prices = append(found.prices, reportPrices(h))
	}
	for _, h := range capacity {
		found.capacity = append(found.capacity, reportCapacity(h))
	}
	return found
}

// Warn writes what is doubtful, a line each.
func (in Inspection) Warn(w io.Writer) {
	for _, r := range in.prices {
		r.warn(w)
	}
	for _, r := range in.capacity {
		r.warn(w)
	}
}

// Write writes the Inspection as table, json or csv.
func (in Inspection) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		return writeTraceJSON(w, in)
	case "csv":
		return writeTraceCSV(w, in)
	}
	return writeTraceTables(w, in)
}

func writeTraceJSON(w io.Writer, found Inspection) error {
	reports := []any{}
	for _, r := range found.prices {
		reports = append(reports, r)
	}
	for _, r := range found.capacity {
		reports = append(reports, r)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(reports)
}

// ErrTwoTables is that prices and availability do not go into one CSV file.
var ErrTwoTables = errors.New("--format csv: prices and availability do not go into one table; inspect them apart")

// writeTraceCSV writes a line a series.
func writeTraceCSV(w io.Writer, found Inspection) error {
	if len(found.prices) > 0 && len(found.capacity) > 0 {
		return ErrTwoTables
	}
	if len(found.capacity) > 0 {
		return csv.NewWriter(w).WriteAll(capacityLines(found.capacity))
	}
	return csv.NewWriter(w).WriteAll(priceLines(found.prices))
}

// writeTraceTables writes a table a price history, and then one of all availability
// series.
func writeTraceTables(w io.Writer, found Inspection) error {
	var out bytes.Buffer
	writePriceTables(&out, found.prices)
	if len(found.prices) > 0 && len(found.capacity) > 0 {
		out.WriteByte('\n')
	}
	writeCapacityTable(&out, found.capacity)
	_, err := out.WriteTo(w)
	return err
}

// WriteAligned writes lines of equally many cells, the first left columns aligned to
// the left and the others, which are numbers, to the right.
func WriteAligned(out *bytes.Buffer, lines [][]string, left int) {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range lines {
		for i, cell := range line {
			if i > 0 {
				out.WriteString("  ")
			}
			switch {
			case i >= left:
				fmt.Fprintf(out, "%*s", widths[i], cell)
			case i == len(line)-1:
				out.WriteString(cell)
			default:
				fmt.Fprintf(out, "%-*s", widths[i], cell)
			}
		}
		out.WriteByte('\n')
	}
}

func orDash(name string) string {
	if name == "" {
		return "-"
	}
	return name
}

// tablePrice writes dollars an hour with as many decimals as AWS does.
func tablePrice(usd float64) string { return strconv.FormatFloat(usd, 'f', 6, 64) }

// readableSeconds writes a time in the unit that suits its length.
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

// exactSeconds writes a time in seconds with all its decimals.
func exactSeconds(s float64) string { return plainNumber(s) + " s" }

func plainNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

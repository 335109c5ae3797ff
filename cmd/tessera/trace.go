package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/bobby-math/tessera/market/traces"
)

func newTraceCommand() *cobra.Command {
	trace := &cobra.Command{
		Use:   "trace",
		Short: "Look into real price histories",
	}
	trace.AddCommand(newTraceInspectCommand())
	return trace
}

func newTraceInspectCommand() *cobra.Command {
	var format string
	inspect := &cobra.Command{
		Use:   "inspect FILE...",
		Short: "Show what price histories hold",
		Long: `Inspect reads spot price histories and shows, for every zone, instance type and
product, how long and how fine the history is and what the prices were. The mean is
weighted by time.

A file is the JSON of "aws ec2 describe-spot-price-history", or a CSV file whose header
names Timestamp and SpotPrice (dollars an hour), and where known AvailabilityZone or
Region, InstanceType and ProductDescription. Times without an offset are UTC.`,
		Example: `  aws ec2 describe-spot-price-history --instance-types g6.xlarge > g6.json
  tessera trace inspect g6.json`,
		Args: func(_ *cobra.Command, files []string) error {
			if len(files) == 0 {
				return usageError{errors.New("trace inspect: name at least one FILE")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			write, ok := traceWriters[format]
			if !ok {
				return usageError{fmt.Errorf("--format: %q must be table, json or csv", format)}
			}
			reports, badFiles := inspectFiles(files)
			for _, r := range reports {
				r.warn(cmd.ErrOrStderr())
			}
			return errors.Join(write(cmd.OutOrStdout(), reports), badFiles)
		},
	}
	inspect.Flags().StringVar(&format, "format", "table", "how to write the result: table, json or csv")
	return inspect
}

// traceReport is what there is to say of one file.
type traceReport struct {
	File     string         `json:"file"`
	Format   string         `json:"format"`
	SHA256   string         `json:"sha256"`
	Rows     int            `json:"rows"`
	Warnings []string       `json:"warnings"`
	Series   []seriesReport `json:"series"`
}

type seriesReport struct {
	Zone         string    `json:"zone"`
	Region       string    `json:"region"`
	InstanceType string    `json:"instance_type"`
	Product      string    `json:"product"`
	Rows         int       `json:"rows"`
	First        time.Time `json:"first"`
	Last         time.Time `json:"last"`
	SpanS        float64   `json:"span_s"`
	MedianGapS   float64   `json:"median_gap_s"`
	LongestGapS  float64   `json:"longest_gap_s"`
	PriceMin     float64   `json:"price_min_usd_per_h"`
	PriceMean    float64   `json:"price_mean_usd_per_h"`
	PriceMax     float64   `json:"price_max_usd_per_h"`
	Changes      int       `json:"changes"`
	Warnings     []string  `json:"warnings"`

	name string
}

// inspectFiles reports on every file that can be read; the error joins what is wrong
// with the others.
func inspectFiles(files []string) ([]traceReport, error) {
	reports := []traceReport{}
	var errs []error
	for _, file := range files {
		report, err := inspectFile(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		reports = append(reports, report)
	}
	return reports, errors.Join(errs...)
}

func inspectFile(file string) (traceReport, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return traceReport{}, inputError{err}
	}
	h, err := traces.ReadPrices(file, bytes.NewReader(data))
	if err != nil {
		return traceReport{}, err
	}
	report := traceReport{
		File:     h.Name,
		Format:   h.Format,
		SHA256:   h.SHA256,
		Rows:     h.Rows,
		Warnings: append([]string{}, h.Warnings...),
	}
	for _, s := range h.Series {
		report.Series = append(report.Series, reportSeries(s))
	}
	return report, nil
}

func reportSeries(s traces.PriceSeries) seriesReport {
	stats := traces.Inspect(s)
	return seriesReport{
		Zone:         s.Zone,
		Region:       s.Region,
		InstanceType: s.InstanceType,
		Product:      s.Product,
		Rows:         stats.Rows,
		First:        stats.First,
		Last:         stats.Last,
		SpanS:        stats.Span.Seconds(),
		MedianGapS:   stats.MedianGap.Seconds(),
		LongestGapS:  stats.LongestGap.Seconds(),
		PriceMin:     stats.Min.Dollars(),
		PriceMean:    stats.Mean.Dollars(),
		PriceMax:     stats.Max.Dollars(),
		Changes:      stats.Changes,
		Warnings:     append([]string{}, stats.Warnings...),
		name:         s.String(),
	}
}

func (r traceReport) warn(w io.Writer) {
	for _, text := range r.Warnings {
		fmt.Fprintf(w, "%s: %s\n", r.File, text)
	}
	for _, s := range r.Series {
		for _, text := range s.Warnings {
			fmt.Fprintf(w, "%s: %s: %s\n", r.File, s.name, text)
		}
	}
}

// traceWriters are the formats of the result.
var traceWriters = map[string]func(io.Writer, []traceReport) error{
	"table": writeTraceTables,
	"json":  writeTraceJSON,
	"csv":   writeTraceCSV,
}

func writeTraceJSON(w io.Writer, reports []traceReport) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(reports)
}

// writeTraceCSV writes a line a series.
func writeTraceCSV(w io.Writer, reports []traceReport) error {
	lines := [][]string{{
		"file", "format", "sha256", "zone", "region", "instance_type", "product", "rows", "first", "last",
		"span_s", "median_gap_s", "longest_gap_s",
		"price_min_usd_per_h", "price_mean_usd_per_h", "price_max_usd_per_h", "changes",
	}}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	for _, r := range reports {
		for _, s := range r.Series {
			lines = append(lines, []string{
				r.File, r.Format, r.SHA256, s.Zone, s.Region, s.InstanceType, s.Product, strconv.Itoa(s.Rows),
				s.First.Format(time.RFC3339Nano), s.Last.Format(time.RFC3339Nano),
				number(s.SpanS), number(s.MedianGapS), number(s.LongestGapS),
				number(s.PriceMin), number(s.PriceMean), number(s.PriceMax), strconv.Itoa(s.Changes),
			})
		}
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// writeTraceTables writes a table a file, below a line about the file.
func writeTraceTables(w io.Writer, reports []traceReport) error {
	var out bytes.Buffer
	for i, r := range reports {
		if i > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "%s: %s, %d rows, sha256 %s\n", r.File, r.Format, r.Rows, r.SHA256)
		lines := [][]string{{
			"zone", "type", "product", "n", "span", "first", "last", "median gap", "longest gap",
			"min $/h", "mean $/h", "max $/h", "changes",
		}}
		for _, s := range r.Series {
			lines = append(lines, []string{
				orDash(s.Zone), orDash(s.InstanceType), orDash(s.Product),
				strconv.Itoa(s.Rows), readableSeconds(s.SpanS),
				s.First.Format(time.RFC3339), s.Last.Format(time.RFC3339),
				readableSeconds(s.MedianGapS), readableSeconds(s.LongestGapS),
				tablePrice(s.PriceMin), tablePrice(s.PriceMean), tablePrice(s.PriceMax), strconv.Itoa(s.Changes),
			})
		}
		const names = 3 // columns of text, aligned left
		writeAligned(&out, lines, names)
	}
	_, err := out.WriteTo(w)
	return err
}

// writeAligned writes lines of equally many cells, the first left columns aligned to
// the left and the others, which are numbers, to the right.
func writeAligned(out *bytes.Buffer, lines [][]string, left int) {
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
			width := widths[i]
			if i < left {
				width = -width
			}
			fmt.Fprintf(out, "%*s", width, cell)
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

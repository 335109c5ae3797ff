package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/bobby-math/tessera/market/traces"
)

// priceReport is what there is to say of one price history.
type priceReport struct {
	File     string              `json:"file"`
	Format   string              `json:"format"`
	SHA256   string              `json:"sha256"`
	Rows     int                 `json:"rows"`
	Warnings []string            `json:"warnings"`
	Series   []priceSeriesReport `json:"series"`
}

type priceSeriesReport struct {
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

func reportPrices(h *traces.PriceHistory) priceReport {
	report := priceReport{
		File:     h.Name,
		Format:   h.Format,
		SHA256:   h.SHA256,
		Rows:     h.Rows,
		Warnings: append([]string{}, h.Warnings...),
	}
	for _, s := range h.Series {
		report.Series = append(report.Series, reportPriceSeries(s))
	}
	return report
}

func reportPriceSeries(s traces.PriceSeries) priceSeriesReport {
	stats := traces.Inspect(s)
	return priceSeriesReport{
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

func (r priceReport) warn(w io.Writer) {
	for _, text := range r.Warnings {
		fmt.Fprintf(w, "%s: %s\n", r.File, text)
	}
	for _, s := range r.Series {
		for _, text := range s.Warnings {
			fmt.Fprintf(w, "%s: %s: %s\n", r.File, s.name, text)
		}
	}
}

// priceLines returns a header, and a line a series.
func priceLines(reports []priceReport) [][]string {
	lines := [][]string{{
		"file", "format", "sha256", "zone", "region", "instance_type", "product", "rows", "first", "last",
		"span_s", "median_gap_s", "longest_gap_s",
		"price_min_usd_per_h", "price_mean_usd_per_h", "price_max_usd_per_h", "changes",
	}}
	for _, r := range reports {
		for _, s := range r.Series {
			lines = append(lines, []string{
				r.File, r.Format, r.SHA256, s.Zone, s.Region, s.InstanceType, s.Product, strconv.Itoa(s.Rows),
				s.First.Format(time.RFC3339Nano), s.Last.Format(time.RFC3339Nano),
				plainNumber(s.SpanS), plainNumber(s.MedianGapS), plainNumber(s.LongestGapS),
				plainNumber(s.PriceMin), plainNumber(s.PriceMean), plainNumber(s.PriceMax), strconv.Itoa(s.Changes),
			})
		}
	}
	return lines
}

// writePriceTables writes a table a file, below a line about the file.
func writePriceTables(out *bytes.Buffer, reports []priceReport) {
	for i, r := range reports {
		if i > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(out, "%s: %s, %d rows, sha256 %s\n", r.File, r.Format, r.Rows, r.SHA256)
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
		WriteAligned(out, lines, names)
	}
}

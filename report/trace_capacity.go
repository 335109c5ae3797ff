package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/bobby-math/tessera/market/traces"
)

// capacityReport is what there is to say of one file of availability series.
type capacityReport struct {
	File     string                 `json:"file"`
	Format   string                 `json:"format"`
	SHA256   string                 `json:"sha256"`
	Polarity string                 `json:"polarity"`
	Warnings []string               `json:"warnings"`
	Series   []capacitySeriesReport `json:"series"`
}

type capacitySeriesReport struct {
	Zone         string `json:"zone"`
	Region       string `json:"region"`
	InstanceType string `json:"instance_type"`
	// Start is null where the file has no dates.
	Start *time.Time `json:"start"`
	Rows  int        `json:"rows"`
	// GapS is null where the rows are not equally far apart.
	GapS         *float64 `json:"gap_s"`
	SpanS        float64  `json:"span_s"`
	Availability float64  `json:"availability"`
	// MeanAvailable is null where the number is not known but for being above 0.
	MeanAvailable *float64   `json:"mean_available"`
	Changes       int        `json:"changes"`
	Up            runsReport `json:"up"`
	Down          runsReport `json:"down"`
	// PriceMin and PriceMax are null where there are no prices.
	PriceMin *float64 `json:"price_min_usd_per_h"`
	PriceMax *float64 `json:"price_max_usd_per_h"`
	Warnings []string `json:"warnings"`

	name string // before what is said of the series; empty if it has none
}

// runsReport is about the unbroken times in which something, or nothing, could be had.
type runsReport struct {
	Runs     int     `json:"runs"`
	MeanS    float64 `json:"mean_s"`
	LongestS float64 `json:"longest_s"`
}

func reportCapacity(h *traces.CapacityHistory) capacityReport {
	report := capacityReport{
		File:     h.Name,
		Format:   h.Format,
		SHA256:   h.SHA256,
		Polarity: h.Polarity.String(),
		Warnings: append([]string{}, h.Warnings...),
		Series:   []capacitySeriesReport{},
	}
	for _, s := range h.Series {
		report.Series = append(report.Series, reportCapacitySeries(s))
	}
	return report
}

func reportCapacitySeries(s traces.CapacitySeries) capacitySeriesReport {
	stats := traces.InspectCapacity(s)
	report := capacitySeriesReport{
		Zone:         s.Zone,
		Region:       s.Region,
		InstanceType: s.InstanceType,
		Rows:         stats.Rows,
		SpanS:        stats.Span.Seconds(),
		Availability: stats.Availability,
		Changes:      stats.Changes,
		Up:           reportRuns(stats.Up),
		Down:         reportRuns(stats.Down),
		Warnings:     append([]string{}, stats.Warnings...),
	}
	if s.Zone != "" || s.InstanceType != "" {
		report.name = s.String() + ": "
	}
	if !s.Start.IsZero() {
		report.Start = &s.Start
	}
	if gap := s.Gap.Seconds(); gap > 0 {
		report.GapS = &gap
	}
	if !math.IsInf(stats.Mean, 0) {
		report.MeanAvailable = &stats.Mean
	}
	if len(s.Prices) > 0 {
		low, high := stats.MinPrice.Dollars(), stats.MaxPrice.Dollars()
		report.PriceMin, report.PriceMax = &low, &high
	}
	return report
}

func reportRuns(r traces.Runs) runsReport {
	return runsReport{r.Count, r.Mean.Seconds(), r.Longest.Seconds()}
}

func (r capacityReport) warn(w io.Writer) {
	for _, text := range r.Warnings {
		fmt.Fprintf(w, "%s: %s\n", r.File, text)
	}
	for _, s := range r.Series {
		for _, text := range s.Warnings {
			fmt.Fprintf(w, "%s: %s%s\n", r.File, s.name, text)
		}
	}
}

// capacityLines returns a header, and a line a series.
func capacityLines(reports []capacityReport) [][]string {
	lines := [][]string{{
		"file", "format", "sha256", "polarity", "zone", "region", "instance_type", "start", "rows", "gap_s", "span_s",
		"availability", "mean_available", "changes",
		"up_runs", "up_mean_s", "up_longest_s", "down_runs", "down_mean_s", "down_longest_s",
		"price_min_usd_per_h", "price_max_usd_per_h",
	}}
	for _, r := range reports {
		for _, s := range r.Series {
			start := ""
			if s.Start != nil {
				start = s.Start.Format(time.RFC3339Nano)
			}
			lines = append(lines, []string{
				r.File, r.Format, r.SHA256, r.Polarity, s.Zone, s.Region, s.InstanceType, start,
				strconv.Itoa(s.Rows), known(s.GapS, "", plainNumber), plainNumber(s.SpanS),
				plainNumber(s.Availability), known(s.MeanAvailable, "", plainNumber), strconv.Itoa(s.Changes),
				strconv.Itoa(s.Up.Runs), plainNumber(s.Up.MeanS), plainNumber(s.Up.LongestS),
				strconv.Itoa(s.Down.Runs), plainNumber(s.Down.MeanS), plainNumber(s.Down.LongestS),
				known(s.PriceMin, "", plainNumber), known(s.PriceMax, "", plainNumber),
			})
		}
	}
	return lines
}

// known writes a number that need not be known.
func known(x *float64, unknown string, format func(float64) string) string {
	if x == nil {
		return unknown
	}
	return format(*x)
}

// writeCapacityTable writes one table of all series, a line each.
func writeCapacityTable(out *bytes.Buffer, reports []capacityReport) {
	lines := [][]string{{
		"file", "zone", "type", "polarity", "n", "gap", "span", "available", "mean number", "changes",
		"up runs", "mean", "longest", "down runs", "mean", "longest", "min $/h", "max $/h", "sha256",
	}}
	share := func(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }
	for _, r := range reports {
		for _, s := range r.Series {
			lines = append(lines, []string{
				r.File, orDash(s.Zone), orDash(s.InstanceType), r.Polarity,
				strconv.Itoa(s.Rows), known(s.GapS, "-", exactSeconds), readableSeconds(s.SpanS),
				share(s.Availability), known(s.MeanAvailable, "-", share), strconv.Itoa(s.Changes),
				strconv.Itoa(s.Up.Runs), readableSeconds(s.Up.MeanS), readableSeconds(s.Up.LongestS),
				strconv.Itoa(s.Down.Runs), readableSeconds(s.Down.MeanS), readableSeconds(s.Down.LongestS),
				known(s.PriceMin, "-", tablePrice), known(s.PriceMax, "-", tablePrice), r.SHA256,
			})
		}
	}
	if len(lines) > 1 {
		const names = 4 // columns of text, aligned left
		WriteAligned(out, lines, names)
	}
}

package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/stats"
)

// Comparison writes the comparison of a sweep: tables for people; for programs a row for
// each point, policy and metric, with all digits, or the document of summary.json.
func Comparison(w io.Writer, format string, s *results.Summary) error {
	switch format {
	case "json":
		return s.WriteJSON(w)
	case "csv", "jsonl":
		return PrintTable(w, format, comparisonRows(s))
	}
	notes := &footnotes{}
	for _, p := range s.Points {
		for i := range s.Metrics {
			if err := PrintTable(w, format, pointTable(s, p, i, notes)); err != nil {
				return err
			}
			fmt.Fprintln(w)
		}
	}
	return notes.print(w)
}

// pointTable is the comparison of one metric at a point.
func pointTable(s *results.Summary, p results.Point, i int, notes *footnotes) [][]string {
	title, share := s.Metrics[i].Column, s.Metrics[i].Unit == "share"
	for _, a := range p.Axes {
		title += " " + a.Key + "=" + a.Value
	}
	if share {
		title += " (%)"
	}
	rows := [][]string{{title, "n", "Mean", "95 % interval", "Median", "P90", "vs " + s.Baseline, "95 % interval", "Relative", "Wins", "p", "Notes"}}
	for _, policy := range p.Policies {
		d := policy.Metrics[i]
		if share {
			d = inPercent(d)
		}
		row := []string{policyLabel(policy), fmt.Sprint(d.N), shown(d.Mean), between(d.Low, d.High), shown(d.Median), shown(d.P90)}
		row = append(row, differenceCells(d.Difference)...)
		rows = append(rows, append(row, notes.marks(tableWarnings(d))))
	}
	return rows
}

// inPercent returns a distribution of shares as one of percentages.
func inPercent(d results.Distribution) results.Distribution {
	d.Mean, d.Low, d.High, d.Median, d.P90 = 100*d.Mean, 100*d.Low, 100*d.High, 100*d.Median, 100*d.P90
	if d.Difference != nil {
		e := *d.Difference
		e.Mean, e.Low, e.High = 100*e.Mean, 100*e.Low, 100*e.High
		d.Difference = &e
	}
	return d
}

// tableWarnings are the warnings about the numbers in the table; those about the difference
// say so, unless the value itself has the same.
func tableWarnings(d results.Distribution) []string {
	warnings := slices.DeleteFunc(slices.Clone(d.Warnings), func(text string) bool { return text == string(stats.FewForTail) })
	if d.Difference == nil {
		return warnings
	}
	for _, text := range d.Difference.Warnings {
		if !slices.Contains(d.Warnings, text) {
			warnings = append(warnings, "difference: "+text)
		}
	}
	return warnings
}

func policyLabel(p results.PolicyPoint) string {
	if p.Clairvoyant {
		return p.Policy + " (clairvoyant)"
	}
	return p.Policy
}

func differenceCells(d *results.Difference) []string {
	if d == nil {
		return []string{"", "", "", "", ""}
	}
	return []string{
		signed(d.Mean), between(d.Low, d.High), percent(d.Relative, "%+.1f%%"), percent(d.WinRate, "%.0f%%"), chance(d.PHolm),
	}
}

func shown(x results.Number) string { return exactly(float64(x)) }

func signed(x results.Number) string {
	if !x.Finite() {
		return "-"
	}
	return fmt.Sprintf("%+.2f", float64(x))
}

func between(low, high results.Number) string {
	if !low.Finite() || !high.Finite() {
		return "-"
	}
	return fmt.Sprintf("[%s, %s]", shown(low), shown(high))
}

func percent(x results.Number, form string) string {
	if !x.Finite() {
		return "-"
	}
	return fmt.Sprintf(form, 100*float64(x))
}

func chance(p results.Number) string {
	switch {
	case !p.Finite():
		return "-"
	case p < 0.001:
		return "<0.001"
	}
	return fmt.Sprintf("%.3f", float64(p))
}

// footnotes collects warnings, each once.
type footnotes struct{ texts []string }

// marks returns the numbers of the warnings.
func (f *footnotes) marks(warnings []string) string {
	var numbers []string
	for _, text := range warnings {
		at := slices.Index(f.texts, text)
		if at < 0 {
			at = len(f.texts)
			f.texts = append(f.texts, text)
		}
		numbers = append(numbers, strconv.Itoa(at+1))
	}
	return strings.Join(numbers, ",")
}

func (f *footnotes) print(w io.Writer) error {
	text := "p: two-sided, sign flips of the paired differences, corrected for the number of policies (Holm).\nWins: share of seeds with a better value than the baseline, a tie half a win.\n"
	for i, t := range f.texts {
		text += fmt.Sprintf("%d: %s\n", i+1, t)
	}
	_, err := io.WriteString(w, text)
	return err
}

// comparisonRows is a summary as one table: a row for each point, policy and metric.
func comparisonRows(s *results.Summary) [][]string {
	rows := [][]string{nil}
	if len(s.Points) > 0 {
		for _, a := range s.Points[0].Axes {
			rows[0] = append(rows[0], a.Key)
		}
	}
	rows[0] = append(rows[0], "policy", "clairvoyant", "metric", "runs", "failed", "n", "mean", "ci95_low", "ci95_high", "ci95_method",
		"sd", "min", "median", "p90", "p99", "max", "warnings", "baseline", "diff_n", "diff_mean", "diff_ci95_low", "diff_ci95_high", "diff_ci95_method",
		"diff_relative", "diff_relative_ci95_low", "diff_relative_ci95_high", "win_rate", "p", "p_holm", "diff_warnings")
	for _, p := range s.Points {
		for _, policy := range p.Policies {
			for _, d := range policy.Metrics {
				rows = append(rows, comparisonRow(s, p, policy, d))
			}
		}
	}
	return rows
}

func comparisonRow(s *results.Summary, p results.Point, policy results.PolicyPoint, d results.Distribution) []string {
	var row []string
	for _, a := range p.Axes {
		row = append(row, a.Value)
	}
	row = append(row, policy.Policy, strconv.FormatBool(policy.Clairvoyant), d.Column, strconv.Itoa(policy.Runs), strconv.Itoa(policy.Failed), strconv.Itoa(d.N))
	row = append(row, exact(d.Mean, d.Low, d.High)...)
	row = append(row, d.Method)
	row = append(row, exact(d.SD, d.Min, d.Median, d.P90, d.P99, d.Max)...)
	row = append(row, strings.Join(d.Warnings, "; "), s.Baseline)
	if d.Difference == nil {
		return append(row, make([]string, 12)...)
	}
	e := d.Difference
	row = append(row, strconv.Itoa(e.N))
	row = append(row, exact(e.Mean, e.Low, e.High)...)
	row = append(row, e.Method)
	row = append(row, exact(e.Relative, e.RelativeLow, e.RelativeHigh, e.WinRate, e.P, e.PHolm)...)
	return append(row, strings.Join(e.Warnings, "; "))
}

// exact writes numbers with all their digits, and what is none as nothing.
func exact(numbers ...results.Number) []string {
	texts := make([]string, len(numbers))
	for i, x := range numbers {
		if x.Finite() {
			texts[i] = strconv.FormatFloat(float64(x), 'g', -1, 64)
		}
	}
	return texts
}

// Drift writes the differences between two sweeps.
func Drift(w io.Writer, format string, d *results.Drift, now, earlier string) error {
	rows := [][]string{{"Point", "Policy", "Seed", "Column", "Now", "Earlier"}}
	if format == "csv" || format == "jsonl" {
		rows = [][]string{{"point", "policy", "seed", "column", "now", "earlier"}}
	}
	for _, c := range d.First {
		rows = append(rows, []string{c.Point(), c.Policy, strconv.FormatUint(c.Seed, 10), c.Column, c.Now, c.Earlier})
	}
	switch format {
	case "json":
		out := json.NewEncoder(w)
		out.SetIndent("", " ")
		return out.Encode(d)
	case "csv", "jsonl":
		return PrintTable(w, format, rows)
	}
	if d.Differences == 0 {
		_, err := fmt.Fprintf(w, "%s and %s: the same %d runs.\n", now, earlier, d.Runs)
		return err
	}
	if err := PrintTable(w, format, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d differences; %d runs drifted, %d are in both.\n", len(d.First), d.Differences, d.Drifted, d.Runs)
	return err
}

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
	if len(s.Replicates) > 0 {
		fmt.Fprintf(w, "Pooled over %s: one of n is a run at one combination of their values.\n", strings.Join(s.Replicates, ", "))
	}
	return notes.print(w)
}

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
		row := []string{policyLabel(policy), fmt.Sprint(d.N), shown("%.2f", d.Mean), between(d.Low, d.High), shown("%.2f", d.Median), shown("%.2f", d.P90)}
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
		shown("%+.2f", d.Mean), between(d.Low, d.High), shown("%+.1f%%", 100*d.Relative), shown("%.0f%%", 100*d.WinRate), chance(d.PHolm),
	}
}

// shown writes a number, or - if there is none.
func shown(form string, x results.Number) string {
	if !x.Finite() {
		return "-"
	}
	return fmt.Sprintf(form, float64(x))
}

func between(low, high results.Number) string {
	if !low.Finite() || !high.Finite() {
		return "-"
	}
	return fmt.Sprintf("[%.2f, %.2f]", float64(low), float64(high))
}

func chance(p results.Number) string {
	if p < 0.001 {
		return "<0.001"
	}
	return shown("%.3f", p)
}

// footnotes collects warnings, each once.
type footnotes struct{ texts []string }

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
	rows := [][]string{comparisonFields(s, results.PolicyPoint{}, results.Distribution{}).keys()}
	if len(s.Points) > 0 {
		rows[0] = append(axisFields(s.Points[0].Axes).keys(), rows[0]...)
	}
	for _, p := range s.Points {
		for _, policy := range p.Policies {
			for _, d := range policy.Metrics {
				rows = append(rows, append(axisFields(p.Axes).texts(), comparisonFields(s, policy, d).texts()...))
			}
		}
	}
	return rows
}

func axisFields(axes []results.Axis) (list fields) {
	for _, a := range axes {
		list = append(list, field{a.Key, a.Value})
	}
	return list
}

func comparisonFields(s *results.Summary, policy results.PolicyPoint, d results.Distribution) fields {
	list := fields{
		{"policy", policy.Policy}, {"clairvoyant", policy.Clairvoyant}, {"metric", d.Column}, {"runs", policy.Runs}, {"failed", policy.Failed},
		{"n", d.N}, {"mean", d.Mean}, {"ci95_low", d.Low}, {"ci95_high", d.High}, {"ci95_method", d.Method},
		{"sd", d.SD}, {"min", d.Min}, {"median", d.Median}, {"p90", d.P90}, {"p99", d.P99}, {"max", d.Max},
		{"warnings", strings.Join(d.Warnings, "; ")}, {"baseline", s.Baseline},
	}
	e := d.Difference
	if e == nil {
		e = &results.Difference{}
	}
	difference := fields{
		{"diff_n", e.N}, {"diff_mean", e.Mean}, {"diff_ci95_low", e.Low}, {"diff_ci95_high", e.High}, {"diff_ci95_method", e.Method},
		{"diff_relative", e.Relative}, {"diff_relative_ci95_low", e.RelativeLow}, {"diff_relative_ci95_high", e.RelativeHigh},
		{"win_rate", e.WinRate}, {"p", e.P}, {"p_holm", e.PHolm}, {"diff_warnings", strings.Join(e.Warnings, "; ")},
	}
	for i := range difference {
		difference[i].value = known(difference[i].value, d.Difference != nil)
	}
	return append(list, difference...)
}

// Drift writes the differences between two sweeps.
func Drift(w io.Writer, format string, d *results.Drift, now, earlier string) error {
	rows := [][]string{{"point", "policy", "seed", "column", "now", "earlier"}}
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
	rows[0] = []string{"Point", "Policy", "Seed", "Column", "Now", "Earlier"}
	if err := PrintTable(w, format, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d of %d differences; %d runs drifted, %d are in both.\n", len(d.First), d.Differences, d.Drifted, d.Runs)
	return err
}

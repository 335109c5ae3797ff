package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table writes the comparison of the results, one row a policy. The share of on-demand is
// the cost over that of the policy named yardstick, where that is among the results.
func Table(w io.Writer, results []Result, yardstick string) error {
	base := 0.0
	for _, r := range results {
		if r.Policy == yardstick {
			base = r.TotalCost
		}
	}
	rows := [][]string{{
		"Policy", "Cost", "% of on-demand", "Mean h", "P50 h", "P99 h", "Completed", "Preemptions", "Spot", "On-demand",
	}}
	for _, r := range results {
		share := "-"
		if base > 0 {
			share = fmt.Sprintf("%.1f%%", 100*r.TotalCost/base)
		}
		rows = append(rows, []string{
			r.label(), fmt.Sprintf("$%.2f", r.TotalCost), share,
			hours(r.AvgCompletion), hours(r.P50Completion), hours(r.P99Completion),
			fmt.Sprintf("%d/%d", r.CompletedTasks, r.TotalTasks), fmt.Sprint(r.TotalPreemptions),
			fmt.Sprint(r.SpotLaunched), fmt.Sprint(r.OnDemandLaunched),
		})
	}
	return Align(w, rows)
}

// label is the name of the policy, marked if it knows the future.
func (r Result) label() string {
	if r.Clairvoyant {
		return r.PolicyName + " (clairvoyant)"
	}
	return r.PolicyName
}

func hours(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f", *x)
}

// Align writes rows in columns two spaces apart: the first to the left, the others to the
// right.
func Align(w io.Writer, rows [][]string) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				text.WriteString(cell + pad)
			} else {
				text.WriteString("  " + pad + cell)
			}
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(w, text.String())
	return err
}

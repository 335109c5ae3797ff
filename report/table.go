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
	tasks, service, requests := false, false, false
	for _, r := range results {
		tasks = tasks || r.TotalTasks > 0
		service, requests = service || r.Availability != nil, requests || r.Requests != nil
	}
	rows := make([][]string, len(results)+1)
	add := func(head []string, cells func(Result) []string) {
		rows[0] = append(rows[0], head...)
		for i, r := range results {
			rows[i+1] = append(rows[i+1], cells(r)...)
		}
	}
	add([]string{"Policy", "Cost", "% of on-demand"}, func(r Result) []string {
		share := "-"
		if base > 0 {
			share = fmt.Sprintf("%.1f%%", 100*r.TotalCost/base)
		}
		return []string{r.label(), fmt.Sprintf("$%.2f", r.TotalCost), share}
	})
	if service {
		add([]string{"Available", "Mean ready"}, func(r Result) []string {
			return []string{Percent(*r.Availability), decimals(r.MeanReady)}
		})
	}
	if requests {
		add([]string{"Requests", "Failed", "Mean s", "P50 s", "P99 s"}, func(r Result) []string {
			failed := "-"
			if r.FailureRate != nil {
				failed = Percent(*r.FailureRate)
			}
			return []string{fmt.Sprint(*r.Requests), failed, decimals(r.AvgLatency), decimals(r.P50Latency), decimals(r.P99Latency)}
		})
	}
	if tasks || !service {
		add([]string{"Mean h", "P50 h", "P99 h", "Completed"}, func(r Result) []string {
			return []string{
				decimals(r.AvgCompletion), decimals(r.P50Completion), decimals(r.P99Completion),
				fmt.Sprintf("%d/%d", r.CompletedTasks, r.TotalTasks),
			}
		})
	}
	add([]string{"Preemptions", "Spot", "On-demand"}, func(r Result) []string {
		return []string{fmt.Sprint(r.TotalPreemptions), fmt.Sprint(r.SpotLaunched), fmt.Sprint(r.OnDemandLaunched)}
	})
	return Align(w, rows)
}

// Percent writes a share for people. What is not all is never written as 100 %.
func Percent(share float64) string {
	if share < 1 {
		share = min(share, 0.9999)
	}
	return fmt.Sprintf("%.2f%%", 100*share)
}

// label is the name of the policy, marked if it knows the future.
func (r Result) label() string {
	if r.Clairvoyant {
		return r.PolicyName + " (clairvoyant)"
	}
	return r.PolicyName
}

// decimals writes a number that there may not be.
func decimals(x *float64) string {
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

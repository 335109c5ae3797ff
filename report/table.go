package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Yardstick is what the results of a table are compared with.
type Yardstick struct {
	// OnDemand is the cost in dollars on on-demand alone; 0 if it is not known.
	OnDemand float64
	// Deadline and Tick are those of a job.
	Deadline, Tick time.Duration
}

// Table writes the comparison of the results, one row a policy, with the columns that the
// work of the scenario has.
func Table(w io.Writer, results []Result, y Yardstick) error {
	has := func(of func(Result) bool) bool { return slices.ContainsFunc(results, of) }
	job := has(func(r Result) bool { return r.SpotTicks != nil })
	service := has(func(r Result) bool { return r.Availability != nil })
	rows := make([][]string, len(results)+1)
	add := func(head []string, cells func(Result) []string) {
		rows[0] = append(rows[0], head...)
		for i, r := range results {
			rows[i+1] = append(rows[i+1], cells(r)...)
		}
	}
	add([]string{"Policy", "Cost", "% of on-demand"}, func(r Result) []string {
		share := "-"
		if y.OnDemand > 0 {
			share = fmt.Sprintf("%.1f%%", 100*r.TotalCost/y.OnDemand)
		}
		return []string{r.Label(), dollars(&r.TotalCost), share}
	})
	if service && has(func(r Result) bool { return r.Bound != nil }) {
		add([]string{"Lower bound"}, func(r Result) []string { return []string{dollars(r.Bound)} })
	}
	if service {
		add([]string{"Available", "Mean ready"}, func(r Result) []string {
			return []string{Percent(*r.Availability), decimals(r.MeanReady)}
		})
	}
	if has(func(r Result) bool { return r.Requests != nil }) {
		add([]string{"Requests", "Failed", "Mean s", "P50 s", "P99 s"}, func(r Result) []string {
			failed := "-"
			if r.FailureRate != nil {
				failed = Percent(*r.FailureRate)
			}
			return []string{fmt.Sprint(*r.Requests), failed, decimals(r.AvgLatency), decimals(r.P50Latency), decimals(r.P99Latency)}
		})
	}
	if job {
		if has(func(r Result) bool { return r.Regret != nil }) {
			add([]string{"Above optimum"}, func(r Result) []string { return []string{dollars(r.Regret)} })
		}
		add([]string{"Finish h", "Slack h", "Deadline"}, y.finish)
	} else if !service || has(func(r Result) bool { return r.TotalTasks > 0 }) {
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
	if job {
		add([]string{"Spot h", "On-demand h", "Idle h"}, func(r Result) []string {
			return []string{y.hours(r.SpotTicks), y.hours(r.OnDemandTicks), y.hours(r.IdleTicks)}
		})
	}
	if has(func(r Result) bool { return r.Egress != nil && *r.Egress > 0 }) {
		add([]string{"Egress"}, func(r Result) []string { return []string{dollars(r.Egress)} })
	}
	return Align(w, 1, rows)
}

// finish says when a job was done, how long before its deadline, and whether it met it.
func (y Yardstick) finish(r Result) []string {
	if r.Finish == nil {
		return []string{"-", "-", "MISSED"}
	}
	verdict, slack := "met", y.Deadline.Hours()-*r.Finish
	if r.MissedDeadlines > 0 {
		verdict = "MISSED"
	}
	return []string{decimals(r.Finish), decimals(&slack), verdict}
}

func (y Yardstick) hours(ticks *int) string {
	if ticks == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f", (time.Duration(*ticks) * y.Tick).Hours())
}

// dollars writes an amount that there may not be.
func dollars(x *float64) string { return strings.Replace(optional("$%.2f", x), "-0.00", "0.00", 1) }

// Percent writes a share for people. What is not all is never written as 100 %.
func Percent(share float64) string {
	if share < 1 {
		share = min(share, 0.9999)
	}
	return fmt.Sprintf("%.2f%%", 100*share)
}

// decimals writes a number that there may not be.
func decimals(x *float64) string { return optional("%.2f", x) }

func optional(form string, x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf(form, *x)
}

// Align writes rows in columns two spaces apart: the first left columns to the left, the
// others, which are numbers, to the right.
func Align(w io.Writer, left int, rows [][]string) error {
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
			switch {
			case i >= left:
				cell = pad + cell
			case i < len(row)-1:
				cell += pad
			}
			if i > 0 {
				text.WriteString("  ")
			}
			text.WriteString(cell)
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(w, text.String())
	return err
}

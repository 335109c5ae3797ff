package suite

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/stats"
)

// groups gathers rows that have a key in common, in the order in which keys first come. Runs
// that failed have no numbers: they are left out, and counted.
func groups(runs []*results.Run, key func(row) string) (all [][]row, failed int) {
	at := map[string]int{}
	for _, run := range runs {
		r := row{run}
		if r.Status != results.OK {
			failed++
			continue
		}
		n, known := at[key(r)]
		if !known {
			n = len(all)
			at[key(r)], all = n, append(all, nil)
		}
		all[n] = append(all[n], r)
	}
	return all, failed
}

func policyOf(r row) string { return r.Policy }

func mean(rows []row, value func(row) float64) stats.Estimate {
	samples := make([]float64, len(rows))
	for i, r := range rows {
		samples[i] = value(r)
	}
	return stats.Mean(samples)
}

// writeTable writes a table, and how many runs are not in it because they failed.
func writeTable(w io.Writer, table [][]string, failed int) error {
	if err := report.Align(w, 1, table); err != nil || failed == 0 {
		return err
	}
	_, err := fmt.Fprintf(w, "%d runs failed and are left out\n", failed)
	return err
}

// title is the name of a policy in prose, marked if it knows the future.
func title(r row) string {
	text := r.Policy
	if spec, err := scheduler.Parse(r.Policy); err == nil { // a file it was made from may be gone
		text = report.Title(spec)
	}
	if r.Clairvoyant {
		text += " (clairvoyant)"
	}
	return text
}

// cell writes a number with two decimals, or - if there is none.
func cell(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// half writes half the width of the interval of a mean, scaled.
func half(e stats.Estimate, scale float64) string {
	if e.N < 2 {
		return "-"
	}
	return cell((scale*e.High - scale*e.Low) / 2)
}

func share(e stats.Estimate) string {
	if e.N == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f%% [%.0f, %.0f]", 100*e.Value, 100*e.Low, 100*e.High)
}

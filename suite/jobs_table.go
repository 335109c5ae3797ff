package suite

import (
	"fmt"
	"io"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/stats"
	"github.com/bobby-math/tessera/sweep"
)

// printed returns the cases, whose runs are printed below a title: what the policies cost, beside
// the optimum and Uniform Progress on the same jobs; under both guarantees, one beside the other.
func (g *jobGrid) printed(title string) *sweep.Cases {
	g.Print = func(w io.Writer, runs []*results.Run) error {
		if _, err := fmt.Fprintf(w, "%s\n\n", title); err != nil {
			return err
		}
		if len(g.guarantees) == 2 {
			return guaranteeTable(w, runs)
		}
		return g.jobTable(w, runs)
	}
	return g.Cases
}

// job is what was run in a row, of whichever value of the axis that is left out.
func (r row) job(leftOut string) (key string) {
	for _, a := range r.Axes {
		if a.Key != leftOut {
			key += a.Value + "\x00"
		}
	}
	return key
}

func met(s *metrics.Summary) bool { return s.CompletedTasks == 1 && s.MissedDeadlines == 0 }

func cost(r row) float64 { return r.Summary.TotalCost }

func missed(rows []row) string {
	n := 0
	for _, r := range rows {
		if !met(&r.Summary) {
			n++
		}
	}
	return fmt.Sprintf("%d/%d", n, len(rows))
}

// pairs sets a value of rows beside that of other rows of the same jobs, as far as there are some.
func pairs(rows, others []row, leftOut string, value func(row) float64) (all stats.Pairs) {
	baselines := map[string]float64{}
	for _, r := range others {
		baselines[r.job(leftOut)] = value(r)
	}
	for _, r := range rows {
		if baseline, there := baselines[r.job(leftOut)]; there {
			all = append(all, stats.Pair{Value: value(r), Baseline: baseline})
		}
	}
	return all
}

func (g *jobGrid) jobTable(w io.Writer, runs []*results.Run) error {
	all, failed := groups(runs, policyOf)
	byPolicy := map[string][]row{}
	for _, rows := range all {
		byPolicy[rows[0].Policy] = rows
	}
	table := [][]string{{"Policy", "Cost $", "+-", "Above optimum $", "+-", "Missed", "Cheaper than UP", "Spot h", "On-demand h", "Idle h"}}
	for _, rows := range all {
		hours := func(of func(*metrics.Summary) *int) string {
			sum := 0.0
			for _, r := range rows {
				sum += float64(float64(*of(&r.Summary))*g.job.Tick.Hours()) / float64(len(rows))
			}
			return cell(sum)
		}
		total, above := mean(rows, cost), pairs(rows, byPolicy["optimal"], "", cost).Difference()
		rivals := pairs(rows, byPolicy["uniform-progress"], "", cost)
		table = append(table, []string{
			title(rows[0]), cell(total.Value), half(total, 1), cell(above.Value), half(above, 1),
			missed(rows), share(stats.Share(rivals.Wins().Won, len(rivals))), hours(spotTicks), hours(onDemandTicks), hours(idleTicks),
		})
	}
	return writeTable(w, table, failed)
}

// guaranteeTable compares the guarantees: by policy the costs, what was missed, and what the
// strict one costs more, job by job.
func guaranteeTable(w io.Writer, runs []*results.Run) error {
	all, failed := groups(runs, policyOf)
	table := [][]string{{"Policy", "Peer $", "Missed", "Strict $", "Missed", "Strict costs more $", "+-", "Jobs that differ"}}
	for _, rows := range all {
		var peer, strict []row
		for _, r := range rows {
			if r.axis("guarantee") == string(scheduler.Peer) {
				peer = append(peer, r)
			} else {
				strict = append(strict, r)
			}
		}
		both := pairs(strict, peer, "guarantee", cost)
		more := both.Difference()
		table = append(table, []string{
			title(rows[0]), cell(mean(peer, cost).Value), missed(peer), cell(mean(strict, cost).Value), missed(strict),
			fmt.Sprintf("%.4f", more.Value), fmt.Sprintf("%.4f", (more.High-more.Low)/2), fmt.Sprint(len(both) - both.Wins().Tied),
		})
	}
	return writeTable(w, table, failed)
}

package suite

import (
	"fmt"
	"io"

	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/results"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/stats"
)

// print writes what the policies cost, beside the optimum and Uniform Progress on the same
// jobs; under both guarantees, one beside the other.
func (g *jobGrid) print(w io.Writer, title string, runs []*results.Run) error {
	if _, err := fmt.Fprintf(w, "%s\n\n", title); err != nil {
		return err
	}
	if len(g.guarantees) == 2 {
		return guaranteeTable(w, runs)
	}
	return g.jobTable(w, runs)
}

// job is the job of a row, of whichever value of the axis that is left out.
func (r row) job(leftOut string) (key string) {
	for _, a := range r.Axes {
		if a.Key != leftOut {
			key += a.Value + "\x00"
		}
	}
	return key
}

// met tells whether a job met its deadline.
func met(s *metrics.Summary) bool { return s.CompletedTasks == 1 && s.MissedDeadlines == 0 }

func cost(r row) float64 { return r.Summary.TotalCost }

// missed counts the jobs that missed their deadline.
func missed(rows []row) string {
	n := 0
	for _, r := range rows {
		if !met(&r.Summary) {
			n++
		}
	}
	return fmt.Sprintf("%d/%d", n, len(rows))
}

// pairs sets the costs of rows beside those of other rows of the same jobs, as far as there
// are some.
func pairs(rows, others []row, leftOut string) (all stats.Pairs) {
	costs := map[string]float64{}
	for _, r := range others {
		costs[r.job(leftOut)] = cost(r)
	}
	for _, r := range rows {
		if other, there := costs[r.job(leftOut)]; there {
			all = append(all, stats.Pair{Value: cost(r), Baseline: other})
		}
	}
	return all
}

// jobTable writes what the policies cost.
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
		total, above := mean(rows, cost), pairs(rows, byPolicy["optimal"], "").Difference()
		rivals := pairs(rows, byPolicy["uniform-progress"], "")
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
		both := pairs(strict, peer, "guarantee")
		more := both.Difference()
		table = append(table, []string{
			title(rows[0]), cell(mean(peer, cost).Value), missed(peer), cell(mean(strict, cost).Value), missed(strict),
			fmt.Sprintf("%.4f", more.Value), fmt.Sprintf("%.4f", (more.High-more.Low)/2), fmt.Sprint(len(both) - both.Wins().Tied),
		})
	}
	return writeTable(w, table, failed)
}

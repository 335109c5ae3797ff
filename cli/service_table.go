package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/report"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/suite"
	"github.com/bobby-math/tessera/workload"
)

func (s *serviceRun) print(w io.Writer, service *scenario.Service, results []serviceResult, best bound) error {
	switch s.format.value {
	case "csv":
		return suite.WriteCSV(w, serviceColumns, s.rows(service, results, best))
	case "json":
		return writeRowsJSON(w, serviceColumns, s.rows(service, results, best))
	}
	s.title(w, service)
	if err := report.Align(w, serviceTable(results, best)); err != nil {
		return err
	}
	if best.err != nil {
		fmt.Fprintf(w, "Omniscient: %v.\n", best.err)
	}
	if service.Service.Requests != nil {
		fmt.Fprintln(w)
		if err := report.Align(w, requestTable(service, results, s.load.open)); err != nil {
			return err
		}
	}
	if service.Batch != nil {
		fmt.Fprintln(w)
		return report.Align(w, batchTable(service, results))
	}
	return nil
}

// title says what the tables are about, and what they leave out.
func (s *serviceRun) title(w io.Writer, service *scenario.Service) {
	target := fmt.Sprintf("%d replicas wanted", s.replicas)
	if a := service.Service.Autoscaler; a != nil {
		target = fmt.Sprintf("%d replicas wanted at first, then as %v asks", s.replicas, a)
	}
	if s.gang > 1 {
		target += fmt.Sprintf(" of %d instances each", s.gang)
	}
	fmt.Fprintf(w, "Seed %d: %s and %d extra over %v, cold start %v (%v to provision), policies look every %v\n",
		s.seed, target, s.extra, service.Window, s.cold, s.provisioning, s.every)
	s.market.title(w, service)
	fmt.Fprintf(w, "Warnings: %s, answered with %s\n", noticeText(service.Pools[0].Notice), s.onWarning.value)
	if r := service.Service.Requests; r != nil {
		fmt.Fprintf(w, "Requests: %s from %v on, service time %v, %d at once a replica, timeout %v, retries %s after %v\n",
			s.load.source(r), r.Opens, r.Service, service.Service.Concurrency, service.Service.Timeout, retriesText(service.Service.Retries), service.Service.RetryDelay)
		looks := fmt.Sprintf("looks every %v", service.Service.Sync)
		if service.Service.KnowsAtOnce() {
			looks = "knows at once which replicas are ready"
		}
		fmt.Fprintf(w, "Balancer: %s, %s\n", service.Service.Balancer, looks)
	}
	fmt.Fprintf(w, "Not modelled: refused on-demand launches, cost of traffic and balancer, requests at work that slow each other\n")
	units := "OD is on-demand; Bound is what nobody pays less than who is as available; Spot and OD count launches"
	if s.gang > 1 {
		units += " of instances, Preempted instances, Refused replicas"
	}
	fmt.Fprintf(w, "%s.\n\n", units)
}

// source says which requests come in, with what pins those of a file.
func (l *serviceLoad) source(r *workload.Requests) string {
	text := r.String()
	if l.digest != "" {
		text += fmt.Sprintf(" (sha256 %.12s, %d requests", l.digest, r.Total())
		if r.Process == "counts" {
			text += fmt.Sprintf(" in bins of %v", r.Bin)
		}
		text += ")"
	}
	return text
}

func retriesText(n int) string {
	if n == workload.Unlimited {
		return "unlimited"
	}
	return fmt.Sprint(n)
}

// title says where the zones come from.
func (m *serviceMarket) title(w io.Writer, service *scenario.Service) {
	for _, h := range m.histories {
		for _, z := range h.Series {
			fmt.Fprintf(w, "Zone %v: %s (sha256 %.12s, read as %v), from %v on\n", z, h.Name, h.SHA256, h.Polarity, time.Duration(m.start))
		}
	}
	first := service.Pools[0]
	preemption := first.Preemption.Model
	if bid := first.Preemption.MaxPrice(); bid > 0 {
		preemption += fmt.Sprintf(" of %v", bid)
	}
	if m.histories == nil {
		fmt.Fprintf(w, "Zones: %d, capacity without limit, preemption %s\n", len(service.Pools), preemption)
	} else {
		fmt.Fprintf(w, "Preemption: for want of capacity; beside that %s\n", preemption)
	}
	fmt.Fprintf(w, "Prices: spot %s, on-demand %v; billed by the second from running on, at least %v\n", m.spotText(first.Price), first.OnDemand, first.Billing.Minimum)
}

// spotText says where spot prices come from, with what pins those of files.
func (m *serviceMarket) spotText(p market.PriceSpec) string {
	switch {
	case m.prices == nil && p.Model == "trace":
		return "of the zones' files"
	case m.prices == nil:
		return fmt.Sprintf("%v (%s)", p.Mean, p.Model)
	}
	var files []string
	for _, h := range m.priceFiles {
		files = append(files, fmt.Sprintf("%s (sha256 %.12s)", h.Name, h.SHA256))
	}
	text := "of " + strings.Join(files, " and ")
	for _, chosen := range []string{m.recorded.InstanceType, m.recorded.Product} {
		if chosen != "" {
			text += ", " + chosen
		}
	}
	return text + " from " + m.recorded.Start.Format(time.RFC3339) + " on"
}

func noticeText(n market.Notice) string {
	text := fmt.Sprintf("%v before the end", n.Lead)
	if n.Lead == 0 {
		text = "none"
	}
	if n.Rebalance > 0 {
		text += fmt.Sprintf(", and a recommendation %v before that", n.Rebalance)
	}
	if n.Probability < 1 {
		text += fmt.Sprintf(", each arriving with chance %v", n.Probability)
	}
	return text
}

func serviceTable(results []serviceResult, best bound) [][]string {
	yardstick := onDemandCost(results)
	of := func(m cloud.Money) string { return cell(100*m.Dollars()/yardstick) + "%" }
	table := [][]string{{
		"Policy", "Available", "Mean ready", "Cost", "% of OD", "Bound", "Spot $", "OD $", "Preempted", "Refused", "Spot", "OD",
	}}
	for _, r := range results {
		table = append(table, []string{
			clairvoyantTitle(r.policy), report.Percent(r.Availability()), cell(r.MeanReady()), r.Cost().String(), of(r.Cost()),
			r.least.text(cloud.Money.String, "-"),
			r.SpotCost.String(), r.OnDemandCost.String(), fmt.Sprint(r.Preemptions), fmt.Sprint(r.Refused),
			fmt.Sprint(r.SpotLaunches), fmt.Sprint(r.OnDemandLaunches),
		})
	}
	if best.err == nil {
		table = append(table, []string{"Omniscient (bound)", "100.00%", "-", best.cost.String(), of(best.cost), best.cost.String(), "-", "-", "-", "-", "-", "-"})
	}
	return table
}

func requestTable(service *scenario.Service, results []serviceResult, open time.Duration) [][]string {
	table := [][]string{{
		"Policy", "Requests", "Answered", "Failed", "Timed out", "Lost", "Retries", "Mean s", "P50 s", "P90 s", "P99 s", "Answered/s",
	}}
	for _, p := range results {
		r := p.Requests
		row := []string{
			clairvoyantTitle(p.policy), fmt.Sprint(r.Came), fmt.Sprint(r.Answered), cell(100*r.FailureRate()) + "%",
			fmt.Sprint(r.TimedOut), fmt.Sprint(r.Lost), fmt.Sprint(r.Retries),
		}
		if r.Answered == 0 {
			row = append(row, "-", "-", "-", "-")
		} else {
			row = append(row, cell(r.MeanLatency()))
			for _, q := range latencyQuantiles {
				row = append(row, cell(r.Latency.Quantile(q)))
			}
		}
		table = append(table, append(row, cell(throughput(service, r, open))))
	}
	return table
}

func batchTable(service *scenario.Service, results []serviceResult) [][]string {
	table := [][]string{{"Tasks beside the service of", "Completed", "Mean h", "Missed", "Cost", "Share of all cost", "Preempted"}}
	for _, r := range results {
		share, mean := "-", "-"
		if r.batch.AvgCompletion != nil {
			mean = cell(*r.batch.AvgCompletion)
		}
		if all := (r.Cost() + r.batchCost).Dollars(); all > 0 {
			share = cell(100*r.batchCost.Dollars()/all) + "%"
		}
		table = append(table, []string{
			clairvoyantTitle(r.policy), fmt.Sprintf("%d/%d", r.batch.CompletedTasks, len(service.Tasks)), mean,
			fmt.Sprintf("%d/%d", r.batch.MissedDeadlines, r.batch.DeadlineTasks), r.batchCost.String(), share, fmt.Sprint(r.batch.TotalPreemptions),
		})
	}
	return table
}

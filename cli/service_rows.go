package cli

import (
	"errors"
	"strconv"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scenario"
)

// serviceColumns are the columns of a serviceRow, in order. More may follow later.
var serviceColumns = []string{
	"policy", "clairvoyant", "seed", "window_s", "replicas", "extra", "cold_start_s",
	"measured_s", "available_s", "availability", "mean_ready",
	"cost_usd", "share_of_ondemand_cost", "spot_cost_usd", "ondemand_cost_usd", "spot_instance_s", "ondemand_instance_s",
	"preemptions", "refused_launches", "spot_launches", "ondemand_launches",
	"requests", "answered", "timed_out", "lost", "in_flight", "retries", "failure_rate",
	"latency_mean_s", "latency_p50_s", "latency_p90_s", "latency_p99_s", "answered_per_s",
	"batch_tasks", "batch_completed", "batch_cost_usd", "batch_mean_completion_h", "batch_deadlines", "batch_missed_deadlines",
	"bound_cost_usd",
}

// serviceRow is a row of values.
type serviceRow []string

// Values implements suite.Valued.
func (r serviceRow) Values() []string { return r }

// serviceRows returns a row for each policy, and one for the optimum if there is one.
// What does not apply is empty.
func (s *serviceRun) rows(service *scenario.Service, results []serviceResult, best bound) (rows []serviceRow) {
	yardstick := onDemandCost(results)
	for _, r := range results {
		row := append(s.rowHead(service, r.policy.String(), r.policy.Entry.Clairvoyant),
			seconds(r.Measured), seconds(r.Available), plainNumber(r.Availability()), plainNumber(r.MeanReady()),
			plainNumber(r.Cost().Dollars()), plainNumber(r.Cost().Dollars()/yardstick), plainNumber(r.SpotCost.Dollars()), plainNumber(r.OnDemandCost.Dollars()),
			plainNumber(r.SpotTime.Seconds()), plainNumber(r.OnDemandTime.Seconds()),
			strconv.Itoa(r.Preemptions), strconv.Itoa(r.Refused), strconv.Itoa(r.SpotLaunches), strconv.Itoa(r.OnDemandLaunches))
		row = append(row, requestValues(service, r.Requests, s.load.open)...)
		row = append(row, batchValues(service, r)...)
		row = append(row, r.least.text(func(m cloud.Money) string { return plainNumber(m.Dollars()) }, ""))
		rows = append(rows, row)
	}
	if best.err == nil {
		row := s.rowHead(service, "omniscient", true)
		counted := service.Window - service.ColdStart()
		row = append(row, seconds(counted), seconds(counted), "1", "",
			plainNumber(best.cost.Dollars()), plainNumber(best.cost.Dollars()/yardstick))
		row = append(row, make([]string, len(serviceColumns)-len(row)-1)...)
		rows = append(rows, append(row, plainNumber(best.cost.Dollars())))
	}
	return rows
}

func (s *serviceRun) rowHead(service *scenario.Service, policy string, clairvoyant bool) serviceRow {
	known := "0"
	if clairvoyant {
		known = "1"
	}
	return serviceRow{
		policy, known, strconv.FormatUint(s.seed, 10), seconds(service.Window),
		strconv.Itoa(service.Service.Replicas), strconv.Itoa(service.Rules.Extra), seconds(service.ColdStart()),
	}
}

func seconds(d time.Duration) string { return plainNumber(d.Seconds()) }

// onDemandCost returns what on-demand only costs, in dollars.
func onDemandCost(results []serviceResult) float64 {
	for _, r := range results {
		if isOnDemandOnly(r.policy) {
			return r.Cost().Dollars()
		}
	}
	panic("on-demand only was not run")
}

// requestValues are empty without requests, and the latencies where none was answered.
func requestValues(service *scenario.Service, r metrics.RequestSummary, open time.Duration) []string {
	if service.Service.Requests == nil {
		return make([]string, 12)
	}
	values := []string{
		strconv.Itoa(r.Came), strconv.Itoa(r.Answered), strconv.Itoa(r.TimedOut), strconv.Itoa(r.Lost),
		strconv.Itoa(r.InFlight()), strconv.Itoa(r.Retries), plainNumber(r.FailureRate()),
	}
	if r.Answered == 0 {
		return append(values, "", "", "", "", "0")
	}
	values = append(values, plainNumber(r.MeanLatency()))
	for _, q := range latencyQuantiles {
		values = append(values, plainNumber(r.Latency.Quantile(q)))
	}
	return append(values, plainNumber(throughput(service, r, open)))
}

var latencyQuantiles = []float64{0.50, 0.90, 0.99}

// throughput is in requests answered a second, from the opening on.
func throughput(service *scenario.Service, r metrics.RequestSummary, open time.Duration) float64 {
	return float64(r.Answered) / (service.Window - open).Seconds()
}

func batchValues(service *scenario.Service, r serviceResult) []string {
	if service.Batch == nil {
		return make([]string, 6)
	}
	mean := ""
	if r.batch.AvgCompletion != nil {
		mean = plainNumber(*r.batch.AvgCompletion)
	}
	return []string{
		strconv.Itoa(len(service.Tasks)), strconv.Itoa(r.batch.CompletedTasks), plainNumber(r.batchCost.Dollars()),
		mean, strconv.Itoa(r.batch.DeadlineTasks), strconv.Itoa(r.batch.MissedDeadlines),
	}
}

// bound is what no policy can cost less than, or why that is not known.
type bound struct {
	cost cloud.Money
	err  *scenario.NoBoundError
}

// text writes the bound, or what stands for none.
func (b bound) text(write func(cloud.Money) string, none string) string {
	if b.err != nil {
		return none
	}
	return write(b.cost)
}

// boundOf returns the bound for all that are short for so long.
func boundOf(service *scenario.Service, missing time.Duration) (b bound, err error) {
	b.cost, err = service.Optimum(missing)
	if errors.As(err, &b.err) {
		err = nil
	}
	return b, err
}

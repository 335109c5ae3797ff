package results

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bobby-math/tessera/spelling"
)

// Schema names the form of the files of runs; it changes when a column changes its meaning
// or goes.
const Schema = "tessera/runs/v1"

// Column is one value of a run.
type Column struct {
	// Name is what the column is called in every file: snake_case, with the unit.
	Name string
	// Metric is what users may type instead; empty if it is no outcome of the run.
	Metric string
	// Title is the name in prose, of metrics that are shown on the page.
	Title string
	// Unit is empty for counts and texts; a share is of 1.
	Unit    string
	Meaning string
	use     use
	// field returns a pointer to the value: *string, *Status, *bool, *uint64, *int,
	// *float64, or **int or **float64 for one that may be missing.
	field func(*Run) any
}

// use says where a metric is shown and how it is read.
type use uint8

const (
	// summarized metrics are in summary.json and on the page; headline ones are those to read
	// first as well.
	summarized use = 1 << iota
	headlineOnly
	// higherIsBetter: of other metrics lower is better, or it does not matter.
	higherIsBetter
	// ofTasks metrics are left out where a service runs alone.
	ofTasks

	headline = summarized | headlineOnly
)

// id is the first column; those of the axes follow it, and then Columns.
var id = Column{"run_id", "", "", "", "address of the run: SHA-256 over resolved scenario, inputs and engine version", 0, func(r *Run) any { return &r.ID }}

// Columns are the columns after run_id and those of the axes, in their order. A metric is a
// field of metrics.Summary and its line here.
var Columns = []Column{
	{"seed", "", "", "", "seed of every random stream; runs with the same seed draw the same random numbers", 0, func(r *Run) any { return &r.Seed }},
	{"policy", "", "", "", "policy with all its parameters, as users type it", 0, func(r *Run) any { return &r.Policy }},
	{"clairvoyant", "", "", "", "whether the policy knows the future", 0, func(r *Run) any { return &r.Clairvoyant }},
	{"status", "", "", "", "ok or failed; a failed run has no numbers", 0, func(r *Run) any { return &r.Status }},
	{"error", "", "", "", "why the run failed", 0, func(r *Run) any { return &r.Error }},
	{"cost_usd", "cost", "Cost", "$", "sum of the bills of all instances, and of egress, exact to the nano-dollar", headline, func(r *Run) any { return &r.Summary.TotalCost }},
	{"spot_cost_usd", "spot-cost", "", "$", "bills of spot instances", 0, func(r *Run) any { return &r.Summary.SpotCost }},
	{"ondemand_cost_usd", "ondemand-cost", "", "$", "bills of on-demand instances", 0, func(r *Run) any { return &r.Summary.OnDemandCost }},
	{"completion_mean_h", "completion", "Mean completion", "h", "mean of completion less arrival over the completed tasks", headline | ofTasks, func(r *Run) any { return &r.Summary.AvgCompletion }},
	{"completion_p50_h", "completion-p50", "", "h", "median of the same, by nearest rank", 0, func(r *Run) any { return &r.Summary.P50Completion }},
	{"completion_p90_h", "completion-p90", "", "h", "90th percentile of the same", 0, func(r *Run) any { return &r.Summary.P90Completion }},
	{"completion_p99_h", "completion-p99", "Completion, 99th percentile", "h", "99th percentile of the same", summarized | ofTasks, func(r *Run) any { return &r.Summary.P99Completion }},
	{"makespan_h", "makespan", "Makespan", "h", "when the last task completed", summarized | ofTasks, func(r *Run) any { return &r.Summary.Makespan }},
	{"waiting_mean_h", "waiting", "Waiting", "h", "mean time a completed task spent without a ready instance", summarized | ofTasks, func(r *Run) any { return &r.Summary.AvgWaiting }},
	{"arrived_tasks", "arrived", "", "", "tasks that arrived", 0, func(r *Run) any { return &r.Summary.TotalTasks }},
	{"completed_tasks", "completed", "", "", "tasks that were done at the end", higherIsBetter, func(r *Run) any { return &r.Summary.CompletedTasks }},
	{"unfinished_tasks", "unfinished", "Unfinished tasks", "", "tasks that arrived and were not done at the end", summarized | ofTasks, func(r *Run) any { return &r.Summary.UnfinishedTasks }},
	{"deadline_tasks", "deadline-tasks", "", "", "tasks with a deadline", 0, func(r *Run) any { return &r.Summary.DeadlineTasks }},
	{"missed_deadlines", "missed", "Missed deadlines", "", "tasks that were not done by their deadline", headline | ofTasks, func(r *Run) any { return &r.Summary.MissedDeadlines }},
	{"preemptions", "preemptions", "Preemptions", "", "spot instances the provider took", summarized, func(r *Run) any { return &r.Summary.TotalPreemptions }},
	{"preemption_notices", "notices", "", "", "warnings of preemptions that reached the policy", 0, func(r *Run) any { return &r.Summary.PreemptionNotices }},
	{"spot_launches", "spot-launches", "", "", "spot launches granted", 0, func(r *Run) any { return &r.Summary.SpotLaunched }},
	{"ondemand_launches", "ondemand-launches", "", "", "on-demand launches granted", 0, func(r *Run) any { return &r.Summary.OnDemandLaunched }},
	{"refused_launches", "refused", "", "", "launches the provider refused", 0, func(r *Run) any { return &r.Summary.RefusedLaunches }},
	{"spot_instance_h", "spot-hours", "", "h", "running time of spot instances, from ready to end", 0, func(r *Run) any { return &r.Summary.SpotHours }},
	{"ondemand_instance_h", "ondemand-hours", "", "h", "running time of on-demand instances, from ready to end", 0, func(r *Run) any { return &r.Summary.OnDemandHours }},
	{"work_h", "work", "", "h", "progress that stood", higherIsBetter, func(r *Run) any { return &r.Summary.WorkDone }},
	{"lost_work_h", "lost-work", "Lost work", "h", "progress that interruptions undid", summarized | ofTasks, func(r *Run) any { return &r.Summary.WorkLost }},
	{"restart_overhead_h", "restart-overhead", "", "h", "running time without progress after interruptions", 0, func(r *Run) any { return &r.Summary.RestartOverhead }},
	{"end_h", "end", "", "h", "when the run ended", 0, func(r *Run) any { return &r.Summary.EndTime }},
	{"stalled_h", "stalled", "", "h", "when nothing could happen any more while tasks waited; missing if that never was", 0, func(r *Run) any { return &r.Summary.StalledAt }},
	{"availability", "availability", "Availability", "share", "of a service: share of the time with no fewer replicas ready than wanted, from the end of the first cold start on", headline | higherIsBetter, func(r *Run) any { return &r.Summary.Availability }},
	{"mean_ready", "mean-ready", "", "", "mean number of replicas ready in that time", higherIsBetter, func(r *Run) any { return &r.Summary.MeanReady }},
	{"requests", "requests", "", "", "requests that arrived", 0, func(r *Run) any { return &r.Summary.Requests }},
	{"answered_requests", "answered", "", "", "requests that were answered in time", higherIsBetter, func(r *Run) any { return &r.Summary.Answered }},
	{"timed_out_requests", "timed-out", "", "", "requests that were not answered in time", 0, func(r *Run) any { return &r.Summary.TimedOut }},
	{"lost_requests", "lost", "", "", "requests that lost their replica and were not sent again", 0, func(r *Run) any { return &r.Summary.Lost }},
	{"retries", "retries", "", "", "how often a request was sent again after its replica was lost", 0, func(r *Run) any { return &r.Summary.Retries }},
	{"failure_rate", "failures", "Failed requests", "share", "share of the requests that were over by the end that timed out or were lost", headline, func(r *Run) any { return &r.Summary.FailureRate }},
	{"latency_mean_s", "latency", "Mean latency", "s", "mean time from a request's arrival to its answer, of those answered", headline, func(r *Run) any { return &r.Summary.AvgLatency }},
	{"latency_p50_s", "latency-p50", "", "s", "median of the same, within 1 %", 0, func(r *Run) any { return &r.Summary.P50Latency }},
	{"latency_p90_s", "latency-p90", "", "s", "90th percentile of the same", 0, func(r *Run) any { return &r.Summary.P90Latency }},
	{"latency_p99_s", "latency-p99", "Latency, 99th percentile", "s", "99th percentile of the same", summarized, func(r *Run) any { return &r.Summary.P99Latency }},
	{"finish_h", "finish", "Finish", "h", "of a job: when it was done; missing if it was not", headline, func(r *Run) any { return &r.Summary.Finish }},
	{"finish_tick", "finish-tick", "", "", "the same in whole ticks", 0, func(r *Run) any { return &r.Summary.FinishTick }},
	{"spot_ticks", "spot-ticks", "", "", "ticks billed on spot", 0, func(r *Run) any { return &r.Summary.SpotTicks }},
	{"ondemand_ticks", "ondemand-ticks", "", "", "ticks billed on on-demand", 0, func(r *Run) any { return &r.Summary.OnDemandTicks }},
	{"idle_ticks", "idle-ticks", "", "", "ticks until the finish on neither", 0, func(r *Run) any { return &r.Summary.IdleTicks }},
	{"region_switches", "switches", "", "", "moves of the job from one region to another, running or not", 0, func(r *Run) any { return &r.Summary.Switches }},
	{"final_region", "final-region", "", "", "pool of the region in which the job is at the end, from 0", 0, func(r *Run) any { return &r.Summary.FinalRegion }},
	{"egress_usd", "egress", "", "$", "what moving the state of the job between regions cost, in cost_usd", 0, func(r *Run) any { return &r.Summary.Egress }},
	{"lower_bound_usd", "lower-bound", "", "$", "lowest possible cost: of a job the exact optimum, of a service at the same availability; missing if it is not known", 0, func(r *Run) any { return &r.Summary.Bound }},
	{"regret_usd", "regret", "Cost above the lower bound", "$", "cost above the lower bound, without that of tasks beside a service", summarized, func(r *Run) any { return &r.Summary.Regret }},
	{"measured_s", "measured", "", "s", "of a service: time over which availability and mean_ready are taken", 0, func(r *Run) any { return &r.Summary.Measured }},
	{"available_s", "available", "", "s", "part of it with no fewer replicas ready than wanted", higherIsBetter, func(r *Run) any { return &r.Summary.Available }},
	{"spot_instance_s", "spot-instance-time", "", "s", "instance-seconds of replicas on spot in that time, from launch to end", 0, func(r *Run) any { return &r.Summary.SpotTime }},
	{"ondemand_instance_s", "ondemand-instance-time", "", "s", "instance-seconds of replicas on on-demand in that time, from launch to end", 0, func(r *Run) any { return &r.Summary.OnDemandTime }},
	{"tasks_cost_usd", "tasks-cost", "", "$", "cost of the tasks beside the service, in cost_usd", 0, func(r *Run) any { return &r.Summary.TasksCost }},
}

// HigherIsBetter reports whether a higher value of the metric is the better one.
func (c Column) HigherIsBetter() bool { return c.use&higherIsBetter != 0 }

// Metrics returns the columns that are outcomes: numbers that a failed run does not have.
func Metrics() []Column { return metricColumns }

var metricColumns = slices.DeleteFunc(slices.Clone(Columns), func(c Column) bool { return c.Metric == "" })

func used(u use) []Column {
	return slices.DeleteFunc(slices.Clone(metricColumns), func(c Column) bool { return c.use&u != u })
}

// Summarized are the metrics of summary.json, in the order of Columns but for missed
// deadlines, which have always stood before unfinished tasks there.
var Summarized = func() []Column {
	list := used(summarized)
	at := func(metric string) int {
		return slices.IndexFunc(list, func(c Column) bool { return c.Metric == metric })
	}
	missed, unfinished := at("missed"), at("unfinished")
	list[missed], list[unfinished] = list[unfinished], list[missed]
	return list
}()

// Headline are the metrics to read first; Summarizer.DropEmpty drops those that no run has.
var Headline = used(headline)

// ParseMetrics finds metrics by their names or those of their columns. All unknown names are
// reported, each with what may have been meant.
func ParseMetrics(names []string) ([]Column, error) {
	var found []Column
	var unknown []string
	for _, name := range names {
		i := slices.IndexFunc(metricColumns, func(c Column) bool { return name == c.Metric || name == c.Name })
		if i < 0 {
			unknown = append(unknown, fmt.Sprintf("there is no metric %q%s", name, spelling.DidYouMean(name, metricNames())))
			continue
		}
		found = append(found, metricColumns[i])
	}
	if unknown != nil {
		return nil, fmt.Errorf("%s (there are: %s)", strings.Join(unknown, "; "), strings.Join(metricNames(), ", "))
	}
	return found, nil
}

func metricNames() []string {
	names := make([]string, len(metricColumns))
	for i, c := range metricColumns {
		names[i] = c.Metric
	}
	return names
}

// Type returns what the values are: string, bool, uint64, int64 or float64.
func (c Column) Type() string {
	switch c.field(new(Run)).(type) {
	case *bool:
		return "bool"
	case *uint64:
		return "uint64"
	case *int, **int:
		return "int64"
	case *float64, **float64:
		return "float64"
	}
	return "string"
}

// Number returns the value of a metric in r, if r has one.
func (c Column) Number(r *Run) (x float64, ok bool) {
	if r.Status == Failed {
		return 0, false
	}
	switch p := c.field(r).(type) {
	case *int:
		return float64(*p), true
	case *float64:
		return *p, true
	case **int:
		if *p != nil {
			return float64(**p), true
		}
	case **float64:
		if *p != nil {
			return **p, true
		}
	}
	return 0, false
}

func (c Column) missing(r *Run) bool {
	if c.Metric != "" {
		_, ok := c.Number(r)
		return !ok
	}
	return c.Name == "error" && r.Error == ""
}

// optional reports whether even a run that did not fail may lack the value.
func (c Column) optional(r *Run) bool {
	switch c.field(r).(type) {
	case **int, **float64:
		return true
	}
	return c.Name == "error"
}

// axisColumn returns the column of an axis, the i-th of the run.
func axisColumn(i int, key string) Column {
	return Column{key, "", "", "", "what the sweep set this key of the scenario to", 0, func(r *Run) any {
		if i >= len(r.Axes) {
			return new(string) // a run of no sweep, asked for its types
		}
		return &r.Axes[i].Value
	}}
}

func columnsOf(axes []string) []Column {
	columns := []Column{id}
	for i, key := range axes {
		columns = append(columns, axisColumn(i, key))
	}
	return append(columns, Columns...)
}

// columnsIn returns the columns of runs with the given axes that a file with these names has.
// A metric that a run may lack was not known to an earlier version, and may be missing.
func columnsIn(names, axes []string) (present []Column) {
	for _, c := range columnsOf(axes) {
		at := len(present)
		if c.Metric == "" || !c.optional(new(Run)) || at < len(names) && names[at] == c.Name {
			present = append(present, c)
		}
	}
	return present
}

// checkAxes returns what keeps keys from being names of columns.
func checkAxes(axes []string) error {
	for i, key := range axes {
		if key == "" {
			return fmt.Errorf("axis %d has no key", i+1)
		}
		if err := oneLine("axis", key); err != nil {
			return err
		}
		if slices.Contains(axes[:i], key) {
			return fmt.Errorf("axis %q is there twice", key)
		}
		if key == id.Name || slices.ContainsFunc(Columns, func(c Column) bool { return c.Name == key }) {
			return fmt.Errorf("axis %q has the name of another column", key)
		}
	}
	return nil
}

func newRun(axes []string) *Run {
	r := &Run{Axes: make([]Axis, len(axes))}
	for i, key := range axes {
		r.Axes[i].Key = key
	}
	return r
}

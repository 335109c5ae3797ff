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
	// Metric is what users may type in its place; empty if it is no outcome of the run.
	Metric string
	// Unit is empty for counts and texts; a share is of 1.
	Unit    string
	Meaning string
	// field returns a pointer to the value: *string, *Status, *bool, *uint64, *int,
	// *float64, or **int or **float64 for one that may be missing.
	field func(*Run) any
}

// id is the first column; those of the axes follow it, and then Columns.
var id = Column{"run_id", "", "", "address of the run: SHA-256 over resolved scenario, inputs and engine version", func(r *Run) any { return &r.ID }}

// Columns are the columns after run_id and those of the axes, in their order.
var Columns = []Column{
	{"seed", "", "", "seed of every random stream; runs with the same seed meet the same luck", func(r *Run) any { return &r.Seed }},
	{"policy", "", "", "policy with all its parameters, as users type it", func(r *Run) any { return &r.Policy }},
	{"clairvoyant", "", "", "whether the policy knows the future", func(r *Run) any { return &r.Clairvoyant }},
	{"status", "", "", "ok or failed; a failed run has no numbers", func(r *Run) any { return &r.Status }},
	{"error", "", "", "why the run failed", func(r *Run) any { return &r.Error }},

	{"cost_usd", "cost", "$", "sum of the bills of all instances, exact to the nano-dollar", func(r *Run) any { return &r.Summary.TotalCost }},
	{"spot_cost_usd", "spot-cost", "$", "bills of spot instances", func(r *Run) any { return &r.Summary.SpotCost }},
	{"ondemand_cost_usd", "ondemand-cost", "$", "bills of on-demand instances", func(r *Run) any { return &r.Summary.OnDemandCost }},

	{"completion_mean_h", "completion", "h", "mean of completion less arrival over the completed tasks", func(r *Run) any { return &r.Summary.AvgCompletion }},
	{"completion_p50_h", "completion-p50", "h", "median of the same, by nearest rank", func(r *Run) any { return &r.Summary.P50Completion }},
	{"completion_p90_h", "completion-p90", "h", "90th percentile of the same", func(r *Run) any { return &r.Summary.P90Completion }},
	{"completion_p99_h", "completion-p99", "h", "99th percentile of the same", func(r *Run) any { return &r.Summary.P99Completion }},
	{"makespan_h", "makespan", "h", "when the last task completed", func(r *Run) any { return &r.Summary.Makespan }},
	{"waiting_mean_h", "waiting", "h", "mean time a completed task spent without a ready instance", func(r *Run) any { return &r.Summary.AvgWaiting }},

	{"arrived_tasks", "arrived", "", "tasks that arrived", func(r *Run) any { return &r.Summary.TotalTasks }},
	{"completed_tasks", "completed", "", "tasks that were done at the end", func(r *Run) any { return &r.Summary.CompletedTasks }},
	{"unfinished_tasks", "unfinished", "", "tasks that arrived and were not done at the end", func(r *Run) any { return &r.Summary.UnfinishedTasks }},
	{"deadline_tasks", "deadline-tasks", "", "tasks with a deadline", func(r *Run) any { return &r.Summary.DeadlineTasks }},
	{"missed_deadlines", "missed", "", "tasks that were not done by their deadline", func(r *Run) any { return &r.Summary.MissedDeadlines }},

	{"preemptions", "preemptions", "", "spot instances the provider took", func(r *Run) any { return &r.Summary.TotalPreemptions }},
	{"preemption_notices", "notices", "", "warnings of preemptions that reached the policy", func(r *Run) any { return &r.Summary.PreemptionNotices }},
	{"spot_launches", "spot-launches", "", "spot launches granted", func(r *Run) any { return &r.Summary.SpotLaunched }},
	{"ondemand_launches", "ondemand-launches", "", "on-demand launches granted", func(r *Run) any { return &r.Summary.OnDemandLaunched }},
	{"refused_launches", "refused", "", "launches the provider refused", func(r *Run) any { return &r.Summary.RefusedLaunches }},

	{"spot_instance_h", "spot-hours", "h", "running time of spot instances, from ready to end", func(r *Run) any { return &r.Summary.SpotHours }},
	{"ondemand_instance_h", "ondemand-hours", "h", "running time of on-demand instances, from ready to end", func(r *Run) any { return &r.Summary.OnDemandHours }},
	{"work_h", "work", "h", "progress that stood", func(r *Run) any { return &r.Summary.WorkDone }},
	{"lost_work_h", "lost-work", "h", "progress that interruptions undid", func(r *Run) any { return &r.Summary.WorkLost }},
	{"restart_overhead_h", "restart-overhead", "h", "running time without progress after interruptions", func(r *Run) any { return &r.Summary.RestartOverhead }},
	{"end_h", "end", "h", "when the run ended, from its begin", func(r *Run) any { return &r.Summary.EndTime }},
	{"stalled_h", "stalled", "h", "when nothing could happen any more while tasks waited; missing if that never was", func(r *Run) any { return &r.Summary.StalledAt }},

	{"availability", "availability", "share", "of a service: share of the time with no fewer replicas ready than wanted, from the end of the first cold start on", func(r *Run) any { return &r.Summary.Availability }},
	{"mean_ready", "mean-ready", "", "mean number of replicas ready in that time", func(r *Run) any { return &r.Summary.MeanReady }},
	{"requests", "requests", "", "requests that came in", func(r *Run) any { return &r.Summary.Requests }},
	{"answered_requests", "answered", "", "requests that were answered in time", func(r *Run) any { return &r.Summary.Answered }},
	{"timed_out_requests", "timed-out", "", "requests that were not", func(r *Run) any { return &r.Summary.TimedOut }},
	{"lost_requests", "lost", "", "requests that lost their replica and were not sent again", func(r *Run) any { return &r.Summary.Lost }},
	{"retries", "retries", "", "how often a request was sent again after its replica was lost", func(r *Run) any { return &r.Summary.Retries }},
	{"failure_rate", "failures", "share", "share of the requests that were over by the end that timed out or were lost", func(r *Run) any { return &r.Summary.FailureRate }},
	{"latency_mean_s", "latency", "s", "mean time from a request's arrival to its answer, of those answered", func(r *Run) any { return &r.Summary.AvgLatency }},
	{"latency_p50_s", "latency-p50", "s", "median of the same, within 1 %", func(r *Run) any { return &r.Summary.P50Latency }},
	{"latency_p90_s", "latency-p90", "s", "90th percentile of the same", func(r *Run) any { return &r.Summary.P90Latency }},
	{"latency_p99_s", "latency-p99", "s", "99th percentile of the same", func(r *Run) any { return &r.Summary.P99Latency }},
}

// MoreIsBetter tells of a metric which way is up; of most less is better, or it is no matter.
func (c Column) MoreIsBetter() bool {
	switch c.Metric {
	case "completed", "work", "availability", "mean-ready", "answered":
		return true
	}
	return false
}

// Metrics returns the columns that are outcomes: numbers that a failed run does not have.
func Metrics() []Column { return metricColumns }

var metricColumns = slices.DeleteFunc(slices.Clone(Columns), func(c Column) bool { return c.Metric == "" })

// ofTasks tells of a metric of Summarized that it is about tasks.
func (c Column) ofTasks() bool {
	return slices.Contains([]string{"completion", "completion-p99", "makespan", "waiting", "missed", "unfinished", "lost-work"}, c.Metric)
}

// Summarized are the metrics of summary.json.
var Summarized = mustMetrics(
	"cost", "completion", "completion-p99", "makespan", "waiting", "missed", "unfinished", "preemptions", "lost-work",
	"availability", "failures", "latency", "latency-p99",
)

// Headline are the metrics to look at first, of tasks and of services; Summarizer.DropEmpty
// drops those that do not apply.
var Headline = mustMetrics("cost", "completion", "missed", "availability", "failures", "latency")

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

func mustMetrics(names ...string) []Column {
	found, err := ParseMetrics(names)
	if err != nil {
		panic(err)
	}
	return found
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

// missing tells whether r has no value for c.
func (c Column) missing(r *Run) bool {
	if c.Metric != "" {
		_, ok := c.Number(r)
		return !ok
	}
	return c.Name == "error" && r.Error == ""
}

// optional tells whether even a run that did not fail may lack the value.
func (c Column) optional(r *Run) bool {
	switch c.field(r).(type) {
	case **int, **float64:
		return true
	}
	return c.Name == "error"
}

// axisColumn returns the column of an axis, the i-th of the run.
func axisColumn(i int, key string) Column {
	return Column{key, "", "", "what the sweep set this key of the scenario to", func(r *Run) any {
		if i >= len(r.Axes) {
			return new(string) // a run of no sweep, asked for its types
		}
		return &r.Axes[i].Value
	}}
}

// columnsOf returns all columns of runs with the given axes.
func columnsOf(axes []string) []Column {
	columns := []Column{id}
	for i, key := range axes {
		columns = append(columns, axisColumn(i, key))
	}
	return append(columns, Columns...)
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

// newRun returns a run with room for the values of axes.
func newRun(axes []string) *Run {
	r := &Run{Axes: make([]Axis, len(axes))}
	for i, key := range axes {
		r.Axes[i].Key = key
	}
	return r
}

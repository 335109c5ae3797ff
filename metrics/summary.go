// Package metrics turns a journal into numbers.
//
// The one idea to hold: a Collector sees the journal and nothing else, entry by entry, so
// a run need not be kept to be measured, and a journal read back from a file gives the
// same numbers as the run.
package metrics

// Summary is the result of a run, in numbers. Times are in hours, money in dollars. A mean or quantile
// of nothing is nil.
type Summary struct {
	// TotalCost is the sum of the bills of all instances, and of egress, to the nano-dollar.
	TotalCost    float64 `json:"total_cost"`
	SpotCost     float64 `json:"spot_cost"`
	OnDemandCost float64 `json:"ondemand_cost"`

	// Completion time is completion less arrival, over the completed tasks.
	AvgCompletion *float64 `json:"avg_completion_time"`
	P50Completion *float64 `json:"p50_completion_time"`
	P90Completion *float64 `json:"p90_completion_time"`
	P99Completion *float64 `json:"p99_completion_time"`
	// Makespan is when the last task completed.
	Makespan *float64 `json:"makespan"`
	// AvgWaiting is the mean time a completed task spent without a ready instance.
	AvgWaiting *float64 `json:"avg_waiting_time"`

	TotalTasks     int `json:"total_tasks"`
	CompletedTasks int `json:"completed_tasks"`
	// DeadlineTasks have a deadline; MissedDeadlines of them completed after it, or not at
	// all though it passed.
	DeadlineTasks   int `json:"deadline_tasks"`
	MissedDeadlines int `json:"missed_deadlines"`

	// TotalPreemptions counts spot instances the provider took.
	TotalPreemptions  int `json:"total_preemptions"`
	SpotLaunched      int `json:"spot_instances_launched"`
	OnDemandLaunched  int `json:"ondemand_instances_launched"`
	RefusedLaunches   int `json:"refused_launches"`
	PreemptionNotices int `json:"preemption_notices"`

	// Hours that instances ran, from ready to end.
	SpotHours     float64 `json:"spot_instance_hours"`
	OnDemandHours float64 `json:"ondemand_instance_hours"`
	// WorkDone is progress that stood; WorkLost is progress that preemptions and
	// terminations undid; RestartOverhead is running time spent on starting again.
	WorkDone        float64 `json:"work_hours"`
	WorkLost        float64 `json:"lost_work_hours"`
	RestartOverhead float64 `json:"restart_overhead_hours"`

	// EndTime is when the run ended.
	EndTime float64 `json:"end_time"`
	// StalledAt is when nothing could happen any more though tasks waited.
	StalledAt *float64 `json:"stalled_at"`
	// UnfinishedTasks arrived and were not done at the end.
	UnfinishedTasks int `json:"unfinished_tasks"`

	// What follows is of a job with a deadline, nil without one. Finish is when it was done;
	// the ticks are those until then that were billed on spot and on-demand, and those on
	// neither. Switches counts its moves from one region to another, running or not; it began
	// in region 0 and is in FinalRegion at the end. Egress is what moving its state cost.
	Finish        *float64 `json:"finish_h,omitempty"`
	FinishTick    *int     `json:"finish_tick,omitempty"`
	SpotTicks     *int     `json:"spot_ticks,omitempty"`
	OnDemandTicks *int     `json:"ondemand_ticks,omitempty"`
	IdleTicks     *int     `json:"idle_ticks,omitempty"`
	Switches      *int     `json:"region_switches,omitempty"`
	FinalRegion   *int     `json:"final_region,omitempty"`
	Egress        *float64 `json:"egress_usd,omitempty"`

	// Bound is the lower bound on the cost of a run that achieves as much: of a job the exact
	// optimum, of a service the least at the same availability. Regret is the cost above it,
	// without that of tasks beside the service.
	// Both are nil where no bound is known or was asked for.
	Bound  *float64 `json:"lower_bound_usd,omitempty"`
	Regret *float64 `json:"regret_usd,omitempty"`

	// What follows is of a service, nil without one, and from Requests on nil without
	// requests too. Availability is the share of the time with no fewer replicas ready than
	// wanted, MeanReady how many were; both from the end of the first cold start on.
	Availability *float64 `json:"availability,omitempty"`
	MeanReady    *float64 `json:"mean_ready,omitempty"`
	// Measured is the time over which both are taken and Available the part of it in which
	// enough replicas were ready, in seconds; SpotTime and OnDemandTime are the instance-seconds
	// of replicas in it, from launch to end. TasksCost is the cost of tasks beside the service.
	Measured     *float64 `json:"measured_s,omitempty"`
	Available    *float64 `json:"available_s,omitempty"`
	SpotTime     *float64 `json:"spot_instance_s,omitempty"`
	OnDemandTime *float64 `json:"ondemand_instance_s,omitempty"`
	TasksCost    *float64 `json:"tasks_cost_usd,omitempty"`
	// Requests arrived. Those that are neither answered, timed out nor lost were in flight
	// at the end. FailureRate is timed out and lost as a share of all that were over.
	Requests    *int     `json:"requests,omitempty"`
	Answered    *int     `json:"answered,omitempty"`
	TimedOut    *int     `json:"timed_out,omitempty"`
	Lost        *int     `json:"lost,omitempty"`
	Retries     *int     `json:"retries,omitempty"`
	FailureRate *float64 `json:"failure_rate,omitempty"`
	// Latencies are in seconds, of the requests answered, the quantiles within 1 %.
	AvgLatency *float64 `json:"avg_latency_s,omitempty"`
	P50Latency *float64 `json:"p50_latency_s,omitempty"`
	P90Latency *float64 `json:"p90_latency_s,omitempty"`
	P99Latency *float64 `json:"p99_latency_s,omitempty"`
}

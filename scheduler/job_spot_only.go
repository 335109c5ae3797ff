package scheduler

func init() {
	Register(Entry{
		Name:   "spot-only",
		Title:  "Spot only",
		Doc:    "job: spot whenever there is some; only the guarantee keeps the deadline",
		Source: "baseline in Wu et al., Can't Be Late, NSDI 2024",
		NewJob: func(Args) JobPolicy {
			return jobFunc(func(j *Job) Mode { return j.ifHas(Idle) })
		},
	})
}

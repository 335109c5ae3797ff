package scheduler

func init() {
	Register(Entry{
		Name:   "uniform-progress-home",
		Title:  "Uniform Progress at home",
		Doc:    "job in several regions: uniform-progress-multi that never leaves the first region",
		Source: "FrontierCS/Frontier-CS, problem cant_be_late_multi: Uniform Progress in one of the regions",
		NewMultiJob: func(Args) MultiJobPolicy {
			return multiJobFunc(func(j *MultiJob) (Mode, int) { return urgent(&j.Job, steady(&j.Job)), j.Region })
		},
	})
}

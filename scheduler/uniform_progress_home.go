package scheduler

func init() {
	Register(Entry{
		Name:    "uniform-progress-home",
		Title:   "Uniform Progress at home",
		Doc:     "job in several regions: uniform-progress that never leaves the first region",
		Source:  "FrontierCS/Frontier-CS, problem cant_be_late_multi: Uniform Progress in one of the regions",
		Aliases: []string{"up_home_region0"},
		Regions: true,
		New: func(Args) (any, error) {
			return InOneRegion(func(j *Job) Mode { return urgent(j, steady(j)) }), nil
		},
	})
}

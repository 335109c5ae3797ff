package scheduler

func init() {
	Register(Entry{
		Name:    "spot-only",
		Title:   "Spot only",
		Doc:     "job: spot whenever there is some; only the guarantee keeps the deadline",
		Source:  "baseline in Wu et al., Can't Be Late, NSDI 2024",
		Aliases: []string{"only_spot"},
		New: func(Args) (any, error) {
			return InOneRegion(func(j *Job) Mode { return j.IfHas(Idle) }), nil
		},
	})
}

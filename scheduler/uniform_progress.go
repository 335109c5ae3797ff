package scheduler

func init() {
	const source = "Wu et al., Can't Be Late, NSDI 2024, section 4: Uniform Progress"
	Register(Entry{
		Name:   "uniform-progress",
		Title:  "Uniform Progress",
		Doc:    "job: spot if there is some, on-demand while behind uniform progress; leaves on-demand with a lead of two starts only",
		Source: source,
		NewJob: func(Args) JobPolicy { return jobFunc(uniformProgress) },
	})
	Register(Entry{
		Name:   "uniform-progress-plain",
		Title:  "Uniform Progress, plain",
		Doc:    "job: spot if there is some, on-demand while behind uniform progress",
		Source: source + ", without hysteresis and without staying on on-demand",
		NewJob: func(Args) JobPolicy {
			return jobFunc(func(j *Job) Mode { return j.safely(uniform(j)) })
		},
	})
	Register(Entry{
		Name:   "uniform-progress-no-hysteresis",
		Title:  "Uniform Progress without hysteresis",
		Doc:    "job: as uniform-progress, but leaves on-demand as soon as there is spot",
		Source: source + ", without hysteresis",
		NewJob: func(Args) JobPolicy {
			return jobFunc(func(j *Job) Mode {
				if j.Now == OnDemand && !j.Has {
					return j.safely(OnDemand)
				}
				return j.safely(uniform(j))
			})
		},
	})
}

// uniform is spot if there is some; else on-demand if behind, and nothing if not.
func uniform(j *Job) Mode {
	if j.behind() {
		return j.ifHas(OnDemand)
	}
	return j.ifHas(Idle)
}

func uniformProgress(j *Job) Mode { return j.safely(steady(j)) }

// steady is uniform with hysteresis: it leaves on-demand with a lead of two starts only.
func steady(j *Job) Mode {
	if j.Now == OnDemand && (!j.Has || j.couldFallBehind()) {
		return OnDemand
	}
	return uniform(j)
}

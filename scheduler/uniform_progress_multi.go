package scheduler

func init() {
	Register(Entry{
		Name:   "uniform-progress-multi",
		Title:  "Uniform Progress, multi-region",
		Doc:    "job in several regions: uniform-progress on the spot of any region; moves to the first that has some once its own has none",
		Source: "FrontierCS/Frontier-CS, problem cant_be_late_multi, after ADRS: Uniform Progress over regions",
		NewMultiJob: func(Args) MultiJobPolicy {
			return multiJobFunc(func(j *MultiJob) (Mode, int) {
				region, has := j.nearestSpot()
				anywhere := j.Job
				anywhere.Has = has
				mode := urgent(&anywhere, steady(&anywhere))
				if mode != OnSpot {
					region = j.Region
				}
				return mode, region
			})
		},
	})
}

// urgent returns mode unless one more start would leave no slack: then on-demand, or spot
// if the last tick made progress on it, even if that was preempted just now.
func urgent(j *Job, mode Mode) Mode {
	switch {
	case j.TicksNeeded(1) < j.TicksLeft():
		return mode
	case j.Last == OnSpot && j.Starting == 0:
		return OnSpot
	default:
		return OnDemand
	}
}

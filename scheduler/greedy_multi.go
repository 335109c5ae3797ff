package scheduler

func init() {
	Register(Entry{
		Name:        "greedy-multi",
		Title:       "Greedy, multi-region",
		Doc:         "job in several regions: spot where there is some, else turns to the next region; on-demand when the slack is used up",
		Source:      "FrontierCS/Frontier-CS, problem cant_be_late_multi: greedy over regions",
		NewMultiJob: func(Args) MultiJobPolicy { return multiJobFunc(greedyMulti) },
	})
}

func greedyMulti(j *MultiJob) (Mode, int) {
	left := j.TicksLeft()
	switch {
	case j.TicksNeeded(1) >= left:
		return OnDemand, j.Region
	case j.TicksNeeded(2) >= left && j.Last == OnSpot:
		return j.ifHas(OnDemand), j.Region
	case j.TicksNeeded(2) >= left:
		return OnDemand, j.Region
	case j.Has:
		return OnSpot, j.Region
	default:
		return Idle, (j.Region + 1) % len(j.Regions)
	}
}

package scheduler

func init() {
	const source = "Wu et al., Can't Be Late, NSDI 2024, section 4: Uniform Progress"
	Register(Entry{
		Name:    "uniform-progress",
		Title:   "Uniform Progress",
		Doc:     "job: spot if there is some, on-demand while behind uniform progress; leaves on-demand with a lead of two starts only; of several regions moves to the first that has spot once its own has none",
		Source:  source + "; over regions FrontierCS/Frontier-CS, problem cant_be_late_multi, after ADRS",
		Aliases: []string{"up", "uniform-progress-multi", "adrs_up_multi"},
		Regions: true,
		New:     func(Args) (any, error) { return uniformProgress{}, nil },
	})
	Register(Entry{
		Name:    "uniform-progress-plain",
		Title:   "Uniform Progress, plain",
		Doc:     "job: spot if there is some, on-demand while behind uniform progress",
		Source:  source + ", without hysteresis and without staying on on-demand",
		Aliases: []string{"rc_threshold"},
		New:     func(Args) (any, error) { return InOneRegion(func(j *Job) Mode { return j.Safely(uniform(j)) }), nil },
	})
	Register(Entry{
		Name:    "uniform-progress-no-hysteresis",
		Title:   "Uniform Progress without hysteresis",
		Doc:     "job: as uniform-progress, but leaves on-demand as soon as there is spot",
		Source:  source + ", without hysteresis",
		Aliases: []string{"up_no_hysteresis"},
		New: func(Args) (any, error) {
			return InOneRegion(func(j *Job) Mode {
				if j.Now == OnDemand && !j.Has {
					return j.Safely(OnDemand)
				}
				return j.Safely(uniform(j))
			}), nil
		},
	})
	Register(Entry{
		Name:    "uniform-progress-home",
		Title:   "Uniform Progress at home",
		Doc:     "job in several regions: uniform-progress that never leaves the first region",
		Source:  "FrontierCS/Frontier-CS, problem cant_be_late_multi: Uniform Progress in one of the regions",
		Aliases: []string{"up_home_region0"},
		Regions: true,
		New: func(Args) (any, error) {
			return InOneRegion(func(j *Job) Mode { return Peer.apply(j, steady(j)) }), nil
		},
	})
}

// uniform is spot if there is some; else on-demand if behind, and nothing if not.
func uniform(j *Job) Mode {
	if j.Behind() {
		return j.IfHas(OnDemand)
	}
	return j.IfHas(Idle)
}

// steady is uniform with hysteresis: it leaves on-demand with a lead of two starts only.
func steady(j *Job) Mode {
	if j.Now == OnDemand && (!j.Has || j.CouldFallBehind()) {
		return OnDemand
	}
	return uniform(j)
}

// uniformProgress is steady; over several regions spot is where any of them has some, and
// the deadline is kept by the rule published for them, Peer.
type uniformProgress struct{}

func (uniformProgress) Choose(j *Job) (Mode, int) {
	if len(j.Regions) <= 1 {
		return j.Safely(steady(j)), j.Region
	}
	region, has := j.NearestSpot()
	anywhere := *j
	anywhere.Has = has
	if mode := Peer.apply(&anywhere, steady(&anywhere)); mode != OnSpot {
		return mode, j.Region
	}
	return OnSpot, region
}

package scheduler

// The rules that the policies of Can't Be Late are put together from. (Wu et al., Can't Be
// Late: Optimizing Spot Instance Savings under Deadlines, NSDI 2024, section 4.)

// IfHas returns spot where there is some, else the other mode.
func (j *Job) IfHas(other Mode) Mode {
	if j.Has {
		return OnSpot
	}
	return other
}

// Behind tells whether the progress is below the uniform one, work x elapsed / deadline.
// It is computed in seconds and in this order, as the published simulator does.
func (j *Job) Behind() bool {
	return j.Done.Seconds()-j.Elapsed.Seconds()*j.Work.Seconds()/j.Deadline.Seconds() < 0
}

// CouldFallBehind tells whether the uniform progress two starts from now is not below the
// progress: too little lead to leave on-demand.
func (j *Job) CouldFallBehind() bool {
	ahead := j.Elapsed.Seconds() + 2*j.Overhead.Seconds()
	return ahead*j.Work.Seconds()/j.Deadline.Seconds()-j.Done.Seconds() >= 0
}

// Safely returns mode unless that could make the job late: on-demand once two more starts
// would leave no slack, and no spot that is not settled once one would.
func (j *Job) Safely(mode Mode) Mode {
	left := j.TicksLeft()
	if j.TicksNeeded(2) >= left && j.Now != OnSpot {
		mode = OnDemand
	}
	if j.TicksNeeded(1) >= left {
		mode = j.SettledOr(OnDemand)
	}
	return mode
}

// SettledOr returns spot if the job makes progress on it, else the other mode.
func (j *Job) SettledOr(other Mode) Mode {
	if j.Settled() {
		return OnSpot
	}
	return other
}

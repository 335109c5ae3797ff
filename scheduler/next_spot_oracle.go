package scheduler

func init() {
	Register(Entry{
		Name:        "next-spot-oracle",
		Title:       "Uniform Progress with a spot oracle",
		Doc:         "job: as uniform-progress, but knows how long the present spot will last and takes it only if that pays",
		Source:      "Wu et al., Can't Be Late, NSDI 2024, section 4: knowledge of the next spot lifetime",
		Clairvoyant: true,
		NewJob:      func(Args) JobPolicy { return jobFunc(nextSpotOracle) },
	})
}

func nextSpotOracle(j *Job) Mode {
	// A start on spot pays if it lasts longer than k d / (k - 1), with k the ratio of the
	// prices; leaving on-demand for it costs two starts.
	k := float64(j.OnDemandPrice) / float64(j.SpotPrice)
	pays := k * j.Overhead.Seconds() / (k - 1)
	lasts := j.spotLasts()
	fallback := Idle
	if j.behind() {
		fallback = OnDemand
	}
	switch {
	case j.Now == OnDemand && j.Has && lasts > 2*pays, j.Now == Idle && j.Has && lasts > pays:
		return j.safely(OnSpot)
	case j.Now == OnDemand:
		return j.safely(OnDemand)
	case j.Now == Idle:
		return j.safely(fallback)
	default:
		return j.safely(j.ifHas(fallback))
	}
}

// spotLasts returns the seconds from now to the end of the present spot interval.
func (j *Job) spotLasts() float64 {
	ticks := 0
	for ticks < len(j.Future) && j.Future[ticks] {
		ticks++
	}
	return float64(ticks) * j.Gap.Seconds()
}

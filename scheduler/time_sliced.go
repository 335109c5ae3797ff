package scheduler

import "time"

func init() {
	Register(Entry{
		Name:    "time-sliced",
		Title:   "Time Sliced",
		Doc:     "job: greedy within each of n slices of the time, each with its share of the work",
		Source:  "Wu et al., Can't Be Late, NSDI 2024, section 4: Time Sliced",
		Aliases: []string{"time_sliced_n4:n=4", "time_sliced_n8:n=8"},
		Params:  []Param{{Name: "n", Doc: "slices of the time to the deadline; more is closer to uniform progress", Default: 4, Min: 1, Max: 1000}},
		New: func(a Args) (any, error) {
			p := &timeSliced{slices: a.Int("n")}
			return InOneRegion(p.choose), nil
		},
	})
}

// timeSliced divides the time to the deadline into slices and the work in proportion, and
// keeps every slice's quota as greedy keeps the deadline. Work done beyond the quotas of
// past slices is a gain that later ones may use up.
type timeSliced struct {
	slices int
	slice  int
	began  time.Duration // progress when the present slice began
	gain   time.Duration
}

func (p *timeSliced) choose(j *Job) Mode {
	for p.slice < p.slices-1 && j.Elapsed >= p.end(j, p.slice) {
		p.gain += j.Done - p.began - p.quota(j)
		p.began = j.Done
		p.slice++
	}
	quota := p.quota(j) - (j.Done - p.began)
	available := (p.end(j, p.slice) - j.Elapsed + p.gain).Truncate(j.Gap)
	late := func(starts int) bool {
		return roundUp(quota+time.Duration(starts)*j.Overhead, j.Gap) >= available || j.TicksNeeded(starts) >= j.TicksLeft()
	}
	mode := j.IfHas(Idle)
	if quota-p.gain <= 0 && j.TicksNeeded(2) < j.TicksLeft() {
		return mode
	}
	if j.Now != OnSpot && late(2) {
		mode = OnDemand
	}
	if late(1) {
		mode = j.SettledOr(OnDemand)
	}
	return mode
}

// end returns when a slice ends, or -1 before the first: floored to whole ticks, the last at the deadline.
func (p *timeSliced) end(j *Job, slice int) time.Duration {
	if slice == p.slices-1 {
		return j.Deadline
	}
	return (j.Deadline * time.Duration(slice+1) / time.Duration(p.slices)).Truncate(j.Gap)
}

// quota returns the work of the present slice: its share of the time.
func (p *timeSliced) quota(j *Job) time.Duration {
	share := func(at time.Duration) time.Duration {
		return time.Duration(float64(j.Work) * (float64(at) / float64(j.Deadline)))
	}
	return share(p.end(j, p.slice)) - share(p.end(j, p.slice-1))
}

func roundUp(d, unit time.Duration) time.Duration { return (d + unit - 1).Truncate(unit) }

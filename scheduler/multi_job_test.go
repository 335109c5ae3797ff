package scheduler

import (
	"testing"
	"time"
)

// away is a job of 3 h by 5 h, an hour in, with starts of half an hour, ticks of an hour
// and spot in regions 1 and 2 only. It did half an hour in region 0 and is idle there: it
// needs 3 h, so 3 ticks, of the 4 left.
func away() *Job {
	return &Job{
		Gap: time.Hour, Work: 3 * time.Hour, Deadline: 5 * time.Hour, Overhead: 30 * time.Minute,
		Elapsed: time.Hour, Done: 30 * time.Minute,
		Regions: []Region{{}, {Has: true}, {Has: true}},
	}
}

func TestJobPoliciesOverRegions(t *testing.T) {
	tests := []struct {
		policy string
		name   string
		change func(*Job)
		mode   Mode
		region int
	}{
		// Behind, as 0.5 h < 1 h x 3/5.
		{"uniform-progress-multi", "takes the first region that has spot", func(*Job) {}, OnSpot, 1},
		{"uniform-progress-multi", "stays where it has spot", func(j *Job) { j.Region, j.Has = 2, true }, OnSpot, 2},
		{"uniform-progress-multi", "takes on-demand where it is if no region has spot", func(j *Job) { j.Regions = make([]Region, 2) }, OnDemand, 0},
		{"uniform-progress-multi", "waits if no region has spot and it is not behind", func(j *Job) {
			j.Regions, j.Done = make([]Region, 2), 36*time.Minute
		}, Idle, 0},
		{"uniform-progress-multi", "keeps on-demand while two starts would lose the lead", func(j *Job) {
			j.Now, j.Last = OnDemand, OnDemand
		}, OnDemand, 0},
		// An hour later 3 of 3 ticks are needed.
		{"uniform-progress-multi", "takes on-demand when one start leaves no slack", func(j *Job) { j.Elapsed += time.Hour }, OnDemand, 0},
		{"uniform-progress-multi", "goes on elsewhere if it was preempted just then", func(j *Job) {
			j.Elapsed += time.Hour
			j.Last = OnSpot
		}, OnSpot, 1},
		{"uniform-progress-home", "does not look at other regions", func(*Job) {}, OnDemand, 0},
		{"uniform-progress-home", "takes its own spot", func(j *Job) { j.Has = true }, OnSpot, 0},
		// Two starts more are 3.5 h, 4 of 4 ticks: the slack is used up.
		{"greedy-multi", "takes on-demand when two starts leave no slack", func(*Job) {}, OnDemand, 0},
		{"greedy-multi", "keeps to spot it is on even then", func(j *Job) { j.Has, j.Now, j.Last = true, OnSpot, OnSpot }, OnSpot, 0},
		{"greedy-multi", "turns to the next region", func(j *Job) { j.Deadline += time.Hour }, Idle, 1},
		{"greedy-multi", "and from the last to the first", func(j *Job) { j.Deadline, j.Region = j.Deadline+time.Hour, 2 }, Idle, 0},
		{"greedy-multi", "takes spot", func(j *Job) { j.Deadline, j.Has = j.Deadline+time.Hour, true }, OnSpot, 0},
		{"ondemand", "stays where it is", func(j *Job) { j.Region = 2 }, OnDemand, 2},
	}
	for _, test := range tests {
		spec, err := Parse(test.policy)
		if err != nil {
			t.Fatal(err)
		}
		j := away()
		test.change(j)
		if mode, region := forOne[JobPolicy](t, spec).Choose(j); mode != test.mode || region != test.region {
			t.Errorf("%s %s: got %v in %d", test.policy, test.name, mode, region)
		}
	}
}

// A policy asks for spot in region 2 when 3 of 3 ticks are needed.
func TestGuaranteePlacesLateJobs(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Job)
		strict Mode
		where  int
		peer   Mode
		there  int
	}{
		{"with a tick to lose", func(j *Job) { j.Elapsed -= time.Hour }, OnSpot, 2, OnSpot, 2},
		{"idle away from its state", func(j *Job) { j.Region = 1 }, OnDemand, 0, OnDemand, 2},
		{"idle without a state", func(j *Job) { j.Region, j.Home = 1, -1 }, OnDemand, 1, OnDemand, 2},
		{"on spot that makes progress", func(j *Job) { j.Region, j.Now, j.Last = 1, OnSpot, OnSpot }, OnSpot, 1, OnSpot, 2},
		{"just preempted", func(j *Job) { j.Last = OnSpot }, OnDemand, 0, OnSpot, 2},
		{"on on-demand", func(j *Job) { j.Region, j.Now, j.Last = 1, OnDemand, OnDemand }, OnDemand, 1, OnDemand, 2},
		{"on on-demand under a long transfer", func(j *Job) {
			j.Region, j.Now, j.Last, j.Starting = 1, OnDemand, OnDemand, time.Hour
		}, OnDemand, 0, OnDemand, 2},
	}
	for _, test := range tests {
		j := away()
		j.Elapsed += time.Hour
		test.change(j)
		if mode, region := Strict.place(j, OnSpot, 2); mode != test.strict || region != test.where {
			t.Errorf("strict, %s: %v in %d", test.name, mode, region)
		}
		if mode, region := Peer.place(j, OnSpot, 2); mode != test.peer || region != test.there {
			t.Errorf("peer, %s: %v in %d", test.name, mode, region)
		}
	}
}

package html

import (
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
)

// Timeline shows one run of each of some policies, under the same seed at the same point,
// and so in the same market.
type Timeline struct {
	Seed  uint64         `json:"seed"`
	Point string         `json:"point"`
	Pools []TimelinePool `json:"pools"`
	Runs  []TimelineRun  `json:"runs"`
	// Omitted counts the policies that ran there and are not shown.
	Omitted int `json:"omitted"`
}

// TimelinePool is the price and the capacity of a pool until the end of the longest run.
type TimelinePool struct {
	Name     string  `json:"name"`
	OnDemand float64 `json:"on_demand"`
	Price    Steps   `json:"price"`
	// Capacity is nil where it has no bound.
	Capacity Steps `json:"capacity"`
}

// TimelineRun is one run.
type TimelineRun struct {
	Policy      string  `json:"policy"`
	Clairvoyant bool    `json:"clairvoyant"`
	ID          string  `json:"run_id"`
	End         float64 `json:"end_h"`
	// Spot and OnDemand are how many instances run, Waiting how many tasks wait.
	Spot     Steps `json:"spot"`
	OnDemand Steps `json:"on_demand"`
	Waiting  Steps `json:"waiting"`
	// Launched counts the instances, Preempted those of them that the provider took.
	Launched  int `json:"launched"`
	Preempted int `json:"preempted"`
	// Instances, and Preemptions with their instants, are nil if they are too many to show.
	Instances   []Instance `json:"instances"`
	Preemptions Moments    `json:"preemptions"`
}

// MaxRuns is the most policies that a Timeline shows.
const MaxRuns = 6

// Bounds of all runs together, of which each run has an equal share. All pools together have
// maxSteps too.
const (
	maxInstances   = 24_000
	maxPreemptions = 30_000
	maxSteps       = 20_000
)

// Recorder gathers a run for a Timeline from its journal. It is a journal.Writer.
type Recorder struct {
	run       TimelineRun
	pools     []TimelinePool
	living    map[cloud.InstanceID]int // index in instances
	instances []Instance
}

// NewRecorder returns one for a run with the given pools.
func NewRecorder(pools []market.Pool, policy string, clairvoyant bool, id string) *Recorder {
	r := &Recorder{living: map[cloud.InstanceID]int{}}
	r.run.Policy, r.run.Clairvoyant, r.run.ID = policy, clairvoyant, id
	for _, p := range pools {
		r.pools = append(r.pools, TimelinePool{Name: p.Name.String(), OnDemand: p.OnDemand.Dollars()})
	}
	return r
}

// Record takes the next entry.
func (r *Recorder) Record(e journal.Entry) {
	hour := e.At.Hours()
	switch e.Kind {
	case journal.Price:
		r.pools[e.Pool].Price.set(hour, e.Price.Dollars())
	case journal.Capacity:
		r.pools[e.Pool].Capacity.set(hour, float64(e.Count))
	case journal.Arrive, journal.Interrupt:
		r.run.Waiting.add(hour, 1)
	case journal.Start:
		r.run.Waiting.add(hour, -1)
	case journal.Launch:
		r.run.Launched++
		r.living[e.Instance] = len(r.instances)
		r.instances = append(r.instances, Instance{Pool: int(e.Pool), Purchase: e.Purchase, Launch: hour, Ready: -1})
	case journal.Ready:
		r.instances[r.living[e.Instance]].Ready = hour
		r.running(e.Purchase).add(hour, 1)
	case journal.Preempt, journal.Terminate, journal.Close:
		r.end(e)
	case journal.End:
		r.run.End = hour
	}
}

func (r *Recorder) end(e journal.Entry) {
	i := &r.instances[r.living[e.Instance]]
	delete(r.living, e.Instance)
	i.End, i.Preempted = e.At.Hours(), e.Kind == journal.Preempt
	if i.Ready >= 0 {
		r.running(i.Purchase).add(i.End, -1)
	}
	if i.Preempted {
		r.run.Preempted++
	}
}

func (r *Recorder) running(p cloud.Purchase) *Steps {
	if p == cloud.Spot {
		return &r.run.Spot
	}
	return &r.run.OnDemand
}

// NewTimeline puts runs of the same market beside each other.
func NewTimeline(seed uint64, point string, runs []*Recorder) *Timeline {
	t := &Timeline{Seed: seed, Point: point}
	longest := runs[0]
	for _, r := range runs {
		if r.run.End > longest.run.End {
			longest = r
		}
		shown := r.run
		if len(r.instances) <= maxInstances/len(runs) {
			shown.Instances = append([]Instance{}, r.instances...)
		}
		if r.run.Preempted <= maxPreemptions/len(runs) {
			shown.Preemptions = preemptions(r.instances)
		}
		for _, s := range []*Steps{&shown.Spot, &shown.OnDemand, &shown.Waiting} {
			*s = s.thinned(maxSteps/(4*len(runs)), shown.End)
		}
		t.Runs = append(t.Runs, shown)
	}
	for _, p := range longest.pools {
		p.Price = p.Price.thinned(maxSteps/(2*len(longest.pools)), longest.run.End)
		p.Capacity = p.Capacity.thinned(maxSteps/(2*len(longest.pools)), longest.run.End)
		t.Pools = append(t.Pools, p)
	}
	return t
}

func preemptions(instances []Instance) Moments {
	taken := Moments{}
	for _, i := range instances {
		if i.Preempted {
			taken = append(taken, i.End)
		}
	}
	return taken
}

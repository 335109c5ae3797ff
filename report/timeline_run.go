package report

import (
	"cmp"
	"fmt"
	"time"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
)

// TimelineRun is the part of a Timeline that shows one run. It is a journal.Writer.
type TimelineRun struct {
	timeline  *Timeline
	names     Names
	decisions place
	tasks     place
	pools     []timelinePool
	living    map[cloud.InstanceID]*lane
	gangs     map[cloud.ReplicaID][]cloud.InstanceID // of replicas that do not serve yet

	work     *gauge // tasks waiting, running
	replicas *gauge // ready, wanted
	requests *gauge // in flight

	entry journal.Entry // the present one
	list  []detail      // what details returns, used again
}

type timelinePool struct {
	lanes                    *lanes
	refusals                 place
	price, capacity, running *gauge
}

// sampling is how often at most the requests in flight are written.
const sampling = time.Second

// The series of the gauges with two.
const (
	tasksWaiting = iota
	tasksRunning
	replicasReady  = 0
	replicasWanted = 1
)

// Run begins a run, under the name of its policy. All entries of its journal are to be
// recorded before the next run begins.
func (t *Timeline) Run(policy string, names Names) *TimelineRun {
	own := t.newProcess(policy)
	r := &TimelineRun{
		timeline: t, names: names,
		decisions: t.newTrack(own, "decisions"), tasks: t.newTrack(own, "interruptions"),
		living: map[cloud.InstanceID]*lane{}, gangs: map[cloud.ReplicaID][]cloud.InstanceID{},
		work:     t.newGauge(own, "tasks", 1, "waiting", "running"),
		replicas: t.newGauge(own, "replicas", 1, "ready", "wanted"),
		requests: t.newGauge(own, "requests in flight", sampling, "requests"),
	}
	for _, p := range names.Pools {
		process := t.newProcess(policy + ": " + p.Name.String())
		r.pools = append(r.pools, timelinePool{
			lanes: t.newLanes(process), refusals: t.newTrack(process, "refusals"),
			price:    t.newGauge(process, "spot price", 1, "usd_per_h"),
			capacity: t.newGauge(process, "spot capacity", 1, "instances"),
			running:  t.newGauge(process, "running", 1, cloud.OnDemand.String(), cloud.Spot.String()),
		})
	}
	return r
}

// Record shows an entry.
func (r *TimelineRun) Record(e journal.Entry) {
	r.entry = e
	switch e.Kind {
	case journal.Price:
		r.pools[e.Pool].price.set(e.At, 0, e.Price.Dollars())
	case journal.Capacity:
		r.pools[e.Pool].capacity.set(e.At, 0, float64(e.Count))
	case journal.Decide:
		r.decide(e)
	case journal.Turn:
		r.mark(r.decisions, "turn to "+r.names.Pools[e.Pool].Name.String())
	case journal.Stall:
		r.mark(r.decisions, "nothing can happen any more")
	case journal.Refuse:
		r.mark(r.pools[e.Pool].refusals, fmt.Sprintf("%v refused: %v", e.Purchase, e.Reason))
	case journal.Interrupt:
		r.mark(r.tasks, "task "+r.names.Task(e.Task))
	case journal.Arrive:
		r.work.add(e.At, tasksWaiting, 1)
	case journal.Start:
		r.start(e)
	case journal.Complete:
		r.work.add(e.At, tasksRunning, -1)
		r.living[e.Instance].stopWork(e.At, r.details(text("ended", "complete"))...)
	case journal.Launch:
		r.launch(e)
	case journal.Ready:
		r.ready(e)
	case journal.Notice:
		r.living[e.Instance].mark("preemption notice", e.At, r.details(number("lead_s", e.Span.Seconds()))...)
	case journal.Rebalance:
		r.living[e.Instance].mark("rebalance recommendation", e.At, r.details()...)
	case journal.Preempt, journal.Terminate, journal.Close:
		r.end(e)
	case journal.Target:
		r.replicas.set(e.At, replicasWanted, float64(e.Count))
	case journal.Serve:
		r.serve(e)
	case journal.Down:
		r.replicas.add(e.At, replicasReady, -1)
	case journal.Request:
		r.requests.add(e.At, 0, 1)
	case journal.Respond, journal.Fail:
		r.requests.add(e.At, 0, -1)
	case journal.End:
		r.flush()
	}
}

// mark shows the present entry as an instant that is on no track of an instance.
func (r *TimelineRun) mark(where place, name string, more ...detail) {
	r.timeline.event(instant, name, where, r.entry.At, append(r.details(), more...)...)
}

func (r *TimelineRun) decide(e journal.Entry) {
	if e.Pool == cloud.None {
		r.mark(r.decisions, because(e))
		return
	}
	r.mark(r.decisions, because(e), text("launches_first", fmt.Sprintf("%v in %v at %v", e.Purchase, r.names.Pools[e.Pool].Name, e.Price)))
}

func because(e journal.Entry) string { return cmp.Or(e.Because.String(), "no news") }

func (r *TimelineRun) start(e journal.Entry) {
	r.work.add(e.At, tasksWaiting, -1)
	r.work.add(e.At, tasksRunning, 1)
	l := r.living[e.Instance]
	l.begin("task "+r.names.Task(e.Task), e.At, r.details()...)
	l.working = true
	if e.Span > 0 {
		l.begin("overhead", e.At)
		l.overhead = e.At.Add(e.Span)
	}
}

func (r *TimelineRun) ready(e journal.Entry) {
	l := r.living[e.Instance]
	l.end(e.At)
	l.begin("running", e.At, r.details()...)
	l.running = true
	r.pools[e.Pool].running.add(e.At, int(e.Purchase), 1)
}

func (r *TimelineRun) serve(e journal.Entry) {
	r.replicas.add(e.At, replicasReady, 1)
	for _, id := range r.gangs[e.Replica] {
		r.living[id].begin("serving", e.At, r.details()...)
	}
	delete(r.gangs, e.Replica)
}

func (r *TimelineRun) launch(e journal.Entry) {
	l := r.pools[e.Pool].lanes.take(e.Replica)
	r.living[e.Instance] = l
	name := fmt.Sprintf("%v %d", e.Purchase, e.Instance)
	if e.Replica != cloud.NoReplica {
		name += fmt.Sprintf(", replica %d", e.Replica)
		r.gangs[e.Replica] = append(r.gangs[e.Replica], e.Instance)
	}
	l.begin(name, e.At, r.details()...)
	l.begin("provisioning", e.At)
}

func (r *TimelineRun) end(e journal.Entry) {
	l := r.living[e.Instance]
	delete(r.living, e.Instance)
	delete(r.gangs, l.replica)
	l.settle(e.At)
	if e.Kind == journal.Preempt {
		l.mark("preempted", e.At)
	}
	if l.working {
		if e.Kind != journal.Close {
			r.work.add(e.At, tasksRunning, -1)
			r.work.add(e.At, tasksWaiting, 1)
		}
		l.stopWork(e.At, text("ended", e.Kind.String()))
	}
	if l.running {
		r.pools[e.Pool].running.add(e.At, int(e.Purchase), -1)
	}
	l.leave(e.At, r.details(text("ended", e.Kind.String()))...)
}

// flush writes the last change of each gauge.
func (r *TimelineRun) flush() {
	for _, g := range []*gauge{r.work, r.replicas, r.requests} {
		g.write()
	}
	for _, p := range r.pools {
		for _, g := range []*gauge{p.price, p.capacity, p.running} {
			g.write()
		}
	}
}

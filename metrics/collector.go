package metrics

import (
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/quantile"
)

// Collector gathers the numbers of one run from its journal, whatever the work: what is
// common to all, and a part for each kind of work that has numbers of its own. The zero
// value is ready for tasks. It keeps 48 bytes a task and nothing an instance.
type Collector struct {
	// Job is the part about a job with a deadline; nil without one.
	Job *Job
	// Service is the part about a service; nil without one.
	Service *Service
	// Bound is the lowest possible cost of a run that achieves as much as this one;
	// nil if it is not known.
	Bound *cloud.Money

	sum         Summary
	cost        [2]cloud.Money // by purchase
	egress      cloud.Money
	ran         [2]hours
	tasks       []task
	completions []float64 // hours
	waits       hours
	overhead    hours
	done, lost  hours
	waiting     []Waiting
	refusal     journal.Entry
	spot        []cloud.Price // now, by pool
}

// hours sums durations as a number of hours: nanoseconds in 64 bits end at 292 years,
// which a million tasks reach.
type hours float64

func (h *hours) add(d time.Duration) { *h += hours(d.Hours()) }

// task is what is known of a task.
type task struct {
	arrival, deadline clock.Time
	since             clock.Time // since when it waits or runs
	overhead          time.Duration
	waited            time.Duration
	running, done     bool
}

// Waiting is a task that was not done when the run ended.
type Waiting struct {
	Task    cloud.TaskID
	Arrival clock.Time
	Left    time.Duration
	Running bool
}

// maxWaiting bounds how many unfinished tasks are kept by name.
const maxWaiting = 10

// Record takes the next entry.
func (c *Collector) Record(e journal.Entry) {
	if c.Job != nil {
		c.Job.record(&e)
	}
	if c.Service != nil {
		c.Service.record(&e)
	}
	switch e.Kind {
	case journal.Price:
		for int(e.Pool) >= len(c.spot) {
			c.spot = append(c.spot, 0)
		}
		c.spot[e.Pool] = e.Price
	case journal.Arrive:
		c.arrive(e)
	case journal.Launch:
		if e.Purchase == cloud.Spot {
			c.sum.SpotLaunched++
		} else {
			c.sum.OnDemandLaunched++
		}
	case journal.Refuse:
		c.sum.RefusedLaunches++
		c.refusal = e
	case journal.Notice:
		c.sum.PreemptionNotices++
	case journal.Start:
		t := &c.tasks[e.Task]
		t.waited += e.At.Sub(t.since)
		t.since, t.overhead, t.running = e.At, e.Span, true
		c.egress += e.Cost
	case journal.Complete:
		c.complete(e)
	case journal.Interrupt:
		c.stop(&c.tasks[e.Task], e.At, e.Span)
	case journal.Preempt:
		if c.Job == nil || !c.Job.done { // what the job no longer needs it does not lose
			c.sum.TotalPreemptions++
		}
		c.bill(e)
	case journal.Terminate, journal.Close:
		c.bill(e)
	case journal.Unfinished:
		c.unfinished(e)
	case journal.Stall:
		c.sum.StalledAt = pointer(e.At.Hours())
	case journal.End:
		c.sum.EndTime = e.At.Hours()
	}
}

func (c *Collector) arrive(e journal.Entry) {
	for int(e.Task) >= len(c.tasks) {
		c.tasks = append(c.tasks, task{})
	}
	c.tasks[e.Task] = task{arrival: e.At, since: e.At, deadline: e.Deadline}
	c.sum.TotalTasks++
	if e.Deadline != clock.Never {
		c.sum.DeadlineTasks++
	}
}

func (c *Collector) complete(e journal.Entry) {
	t := &c.tasks[e.Task]
	c.stop(t, e.At, 0)
	t.done = true
	c.sum.CompletedTasks++
	c.completions = append(c.completions, e.At.Sub(t.arrival).Hours())
	c.waits.add(t.waited)
	c.sum.Makespan = pointer(e.At.Hours())
	if e.At > t.deadline {
		c.sum.MissedDeadlines++
	}
}

// stop ends a task's stint on an instance, if it has one, which undid lost of its
// progress.
func (c *Collector) stop(t *task, at clock.Time, lost time.Duration) {
	if t.running {
		overhead := min(t.overhead, at.Sub(t.since))
		c.overhead.add(overhead)
		c.done.add(at.Sub(t.since) - overhead - lost)
		c.lost.add(lost)
		t.since = at
	}
	t.running = false
}

func (c *Collector) bill(e journal.Entry) {
	c.cost[e.Purchase] += e.Cost
	c.ran[e.Purchase].add(e.Span)
}

func (c *Collector) unfinished(e journal.Entry) {
	t := &c.tasks[e.Task]
	c.sum.UnfinishedTasks++
	if e.At > t.deadline {
		c.sum.MissedDeadlines++
	}
	if len(c.waiting) < maxWaiting {
		c.waiting = append(c.waiting, Waiting{e.Task, t.arrival, e.Span, t.running})
	}
	c.stop(t, e.At, 0)
}

// Summary returns the numbers of the entries so far.
func (c *Collector) Summary() Summary {
	s := c.sum
	cost, total := c.costs()
	s.SpotCost, s.OnDemandCost, s.TotalCost = cost[cloud.Spot].Dollars(), cost[cloud.OnDemand].Dollars(), total.Dollars()
	s.SpotHours, s.OnDemandHours = float64(c.ran[cloud.Spot]), float64(c.ran[cloud.OnDemand])
	s.WorkDone, s.WorkLost, s.RestartOverhead = float64(c.done), float64(c.lost), float64(c.overhead)
	if n := len(c.completions); n > 0 {
		sorted := slices.Sorted(slices.Values(c.completions))
		s.AvgCompletion = pointer(stat.Mean(c.completions, nil))
		s.P50Completion = pointer(quantile.Exact(0.50, sorted))
		s.P90Completion = pointer(quantile.Exact(0.90, sorted))
		s.P99Completion = pointer(quantile.Exact(0.99, sorted))
		s.AvgWaiting = pointer(float64(c.waits) / float64(n))
	}
	if c.Job != nil {
		s.Egress = pointer(c.egress.Dollars())
		c.Job.summarize(&s)
	}
	if c.Service != nil {
		c.Service.summarize(&s)
	}
	if c.Service != nil && s.TotalTasks > 0 {
		tasks := c.Service.tasksCost + c.egress
		s.TasksCost = pointer(tasks.Dollars())
		total -= tasks
	}
	if c.Bound != nil {
		regret := total - *c.Bound
		if regret < 0 && regret >= -100 { // the bills are rounded to the nano-dollar each, the bound once
			regret = 0
		}
		s.Bound, s.Regret = pointer(c.Bound.Dollars()), pointer(regret.Dollars())
	}
	return s
}

// costs returns the bills so far, by purchase, and their exact sum with what moves cost.
func (c *Collector) costs() (byPurchase [2]cloud.Money, total cloud.Money) {
	if c.Job != nil && c.Job.PeerBilling {
		byPurchase = c.Job.peerCost()
		return byPurchase, byPurchase[cloud.Spot] + byPurchase[cloud.OnDemand]
	}
	return c.cost, c.cost[cloud.Spot] + c.cost[cloud.OnDemand] + c.egress
}

// TotalCost returns the exact sum of all bills so far, of instances and for egress.
func (c *Collector) TotalCost() cloud.Money {
	_, total := c.costs()
	return total
}

// Waiting returns up to ten tasks that were not done when the run ended, in order of
// arrival.
func (c *Collector) Waiting() []Waiting { return c.waiting }

// SpotPrice returns the price of a pool at the last entry.
func (c *Collector) SpotPrice(pool cloud.PoolID) cloud.Price { return c.spot[pool] }

// LastRefusal returns the last refused launch; ok is false if there was none.
func (c *Collector) LastRefusal() (e journal.Entry, ok bool) {
	return c.refusal, c.refusal.Kind == journal.Refuse
}

func pointer[T any](x T) *T { return &x }

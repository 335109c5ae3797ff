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

// Collector gathers the numbers of one run from its journal. The zero value is ready. It
// keeps 48 bytes a task and nothing an instance.
type Collector struct {
	// Service gathers those of the service that ran; nil without one. It hears of all instances,
	// the tasks' too, so that only its replicas and requests count here.
	Service *ServiceCollector

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
	if c.Service != nil {
		c.Service.Record(e)
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
		c.sum.TotalPreemptions++
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
	s.SpotCost = c.cost[cloud.Spot].Dollars()
	s.OnDemandCost = c.cost[cloud.OnDemand].Dollars()
	s.TotalCost = c.TotalCost().Dollars()
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
	if c.Service != nil {
		service := c.Service.Summary()
		s.serve(&service, c.Service.Requests)
	}
	return s
}

// serve fills in what is of a service, with requests or without.
func (s *Summary) serve(v *ServiceSummary, requests bool) {
	s.Availability, s.MeanReady = pointer(v.Availability()), pointer(v.MeanReady())
	if !requests {
		return
	}
	q := &v.Requests
	s.Requests, s.Answered, s.TimedOut, s.Lost, s.Retries = &q.Came, &q.Answered, &q.TimedOut, &q.Lost, &q.Retries
	if q.Answered+q.TimedOut+q.Lost > 0 {
		s.FailureRate = pointer(q.FailureRate())
	}
	if q.Answered > 0 {
		s.AvgLatency = pointer(q.MeanLatency())
		s.P50Latency = pointer(q.Latency.Quantile(0.50))
		s.P90Latency = pointer(q.Latency.Quantile(0.90))
		s.P99Latency = pointer(q.Latency.Quantile(0.99))
	}
}

// TotalCost returns the exact sum of all bills so far, of instances and for egress.
func (c *Collector) TotalCost() cloud.Money {
	return c.cost[cloud.Spot] + c.cost[cloud.OnDemand] + c.egress
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

package metrics

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/quantile"
)

// ServiceSummary is what the run of a service came to. Times are counted from
// ServiceCollector.From on; money and requests over the whole run.
type ServiceSummary struct {
	// Measured is the time counted, Available the part of it with no fewer replicas ready
	// than wanted.
	Measured, Available time.Duration
	// ReadyTime is how long each number of replicas was ready, from 0 on. It sums to Measured.
	ReadyTime []time.Duration
	// SpotTime and OnDemandTime are the instance-time granted, from launch to end.
	SpotTime, OnDemandTime InstanceTime

	SpotCost, OnDemandCost cloud.Money
	// Preemptions counts instances the provider took; the launches count instances too, and
	// Refused requests for replicas.
	Preemptions, SpotLaunches, OnDemandLaunches, Refused int

	Requests RequestSummary
}

// RequestSummary is what became of the requests of a run.
type RequestSummary struct {
	// Came came in. Answered, TimedOut and Lost are over; the others are still in flight.
	Came, Answered, TimedOut, Lost int
	// Retries counts how often one was sent again after its replica was lost.
	Retries int
	// Latency is from coming in to the answer, of those answered.
	Latency *quantile.Sketch
	// TotalLatency is the sum of the latencies, in seconds.
	TotalLatency float64
}

// Availability is the share of the time with no fewer replicas ready than wanted.
func (s *ServiceSummary) Availability() float64 { return share(s.Available, s.Measured) }

// MeanReady is the mean number of replicas ready over the time counted.
func (s *ServiceSummary) MeanReady() float64 {
	sum := 0.0
	for n, d := range s.ReadyTime {
		sum += float64(float64(n) * d.Seconds())
	}
	return sum / max(s.Measured.Seconds(), 1e-9)
}

// Cost is the sum of all bills.
func (s *ServiceSummary) Cost() cloud.Money { return s.SpotCost + s.OnDemandCost }

func share(part, whole time.Duration) float64 {
	if whole == 0 {
		return 0
	}
	return part.Seconds() / whole.Seconds()
}

// InFlight is the number of requests that were not over at the end.
func (r *RequestSummary) InFlight() int { return r.Came - r.Answered - r.TimedOut - r.Lost }

// FailureRate is the share of the requests that are over that were not answered; 0 of none.
func (r *RequestSummary) FailureRate() float64 {
	failed := r.TimedOut + r.Lost
	if failed == 0 {
		return 0
	}
	return float64(failed) / float64(failed+r.Answered)
}

// MeanLatency is in seconds; 0 of none.
func (r *RequestSummary) MeanLatency() float64 {
	if r.Answered == 0 {
		return 0
	}
	return r.TotalLatency / float64(r.Answered)
}

// ServiceCollector gathers the numbers of a run of a service. What is weighted with time is
// integrated from one entry to the next, so it is exact.
type ServiceCollector struct {
	// From is the instant from which time counts, say the first at which a replica can be
	// ready.
	From clock.Time
	// Requests tells whether the service has any, so that none is a number.
	Requests bool

	sum      ServiceSummary
	at       clock.Time // integrated up to here
	target   int
	ready    int
	launched [2]int // instances, by purchase
}

// Record takes the next entry.
func (c *ServiceCollector) Record(e journal.Entry) {
	switch e.Kind {
	case journal.Respond:
		c.respond(e)
	case journal.Request:
		c.sum.Requests.Came++
	case journal.Retry:
		c.sum.Requests.Retries++
	case journal.Fail:
		if e.Reason == journal.Lost {
			c.sum.Requests.Lost++
		} else {
			c.sum.Requests.TimedOut++
		}
	case journal.Refuse:
		c.sum.Refused++
	case journal.Target, journal.Serve, journal.Down, journal.End:
		c.integrate(e.At)
		c.replicas(e)
	case journal.Launch, journal.Preempt, journal.Terminate, journal.Close:
		c.integrate(e.At)
		c.instances(e)
	}
}

func (c *ServiceCollector) respond(e journal.Entry) {
	r := &c.sum.Requests
	r.Answered++
	latency := e.Span.Seconds()
	r.TotalLatency += latency
	if r.Latency == nil {
		r.Latency = quantile.NewSketch(quantile.DefaultError)
	}
	r.Latency.Add(latency)
}

// integrate counts the time from the last change until now.
func (c *ServiceCollector) integrate(now clock.Time) {
	for len(c.sum.ReadyTime) <= c.ready {
		c.sum.ReadyTime = append(c.sum.ReadyTime, 0)
	}
	passed := now.Sub(max(c.at, c.From))
	c.at = now
	if passed <= 0 {
		return
	}
	c.sum.Measured += passed
	c.sum.ReadyTime[c.ready] += passed
	if c.ready >= c.target {
		c.sum.Available += passed
	}
	c.sum.SpotTime.add(c.launched[cloud.Spot], passed)
	c.sum.OnDemandTime.add(c.launched[cloud.OnDemand], passed)
}

func (c *ServiceCollector) replicas(e journal.Entry) {
	switch e.Kind {
	case journal.Target:
		c.target = int(e.Count)
	case journal.Serve:
		c.ready++
	case journal.Down:
		c.ready--
	}
}

func (c *ServiceCollector) instances(e journal.Entry) {
	if e.Kind == journal.Launch {
		c.launched[e.Purchase]++
		if e.Purchase == cloud.Spot {
			c.sum.SpotLaunches++
		} else {
			c.sum.OnDemandLaunches++
		}
		return
	}
	c.launched[e.Purchase]--
	if e.Kind == journal.Preempt {
		c.sum.Preemptions++
	}
	if e.Purchase == cloud.Spot {
		c.sum.SpotCost += e.Cost
	} else {
		c.sum.OnDemandCost += e.Cost
	}
}

// Summary returns the numbers of the entries so far.
func (c *ServiceCollector) Summary() ServiceSummary { return c.sum }

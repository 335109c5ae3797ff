package metrics

import (
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/quantile"
)

// Service is the part of a Collector about a service. Its times are counted from From on,
// requests over the whole run. What is weighted with time is integrated from one entry to
// the next, so it is exact.
type Service struct {
	// From is the instant from which time counts, say the first at which a replica can be
	// ready.
	From clock.Time
	// HasRequests tells whether the service is sent any, so that none is a number.
	HasRequests bool

	// Measured is the time counted, Available the part of it with no fewer replicas ready
	// than wanted.
	Measured, Available time.Duration
	// ReadyTime is how long each number of replicas was ready, from 0 on. It sums to Measured.
	ReadyTime []time.Duration
	// SpotTime and OnDemandTime are the instance-time granted to replicas, from launch to end.
	SpotTime, OnDemandTime InstanceTime
	Requests               Requests

	at        clock.Time // integrated up to here
	target    int
	ready     int
	launched  [2]int                    // instances of replicas alive, by purchase
	tasks     map[cloud.InstanceID]bool // those of tasks beside the service alive
	tasksCost cloud.Money               // of these
}

// Requests counts the requests of a run by outcome.
type Requests struct {
	// Received requests arrived. Answered, TimedOut and Lost are over; the others are still in
	// flight.
	Received, Answered, TimedOut, Lost int
	// Retries counts how often one was sent again after its replica was lost.
	Retries int
	// Latency is from arrival to answer, in seconds, of those answered; nil if there is none.
	Latency *quantile.Sketch
	// TotalLatency is the sum of the latencies, in seconds.
	TotalLatency float64
}

// Availability is the share of the time with no fewer replicas ready than wanted.
func (s *Service) Availability() float64 { return share(s.Available.Seconds(), s.Measured.Seconds()) }

// share returns part of whole; 0 of nothing.
func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

// MeanReady is the mean number of replicas ready over the time counted.
func (s *Service) MeanReady() float64 {
	sum := 0.0
	for n, d := range s.ReadyTime {
		sum += float64(float64(n) * d.Seconds())
	}
	return share(sum, s.Measured.Seconds())
}

// InFlight is the number of requests that were not over at the end.
func (r *Requests) InFlight() int { return r.Received - r.Answered - r.TimedOut - r.Lost }

// FailureRate is the share of the requests that are over that were not answered; 0 of none.
func (r *Requests) FailureRate() float64 {
	failed := r.TimedOut + r.Lost
	return share(float64(failed), float64(failed+r.Answered))
}

// MeanLatency is in seconds; 0 of none.
func (r *Requests) MeanLatency() float64 {
	if r.Answered == 0 {
		return 0
	}
	return r.TotalLatency / float64(r.Answered)
}

func (s *Service) record(e *journal.Entry) {
	switch e.Kind {
	case journal.Respond:
		s.Requests.respond(e.Span.Seconds())
	case journal.Request:
		s.Requests.Received++
	case journal.Retry:
		s.Requests.Retries++
	case journal.Fail:
		if e.Reason == journal.Lost {
			s.Requests.Lost++
		} else {
			s.Requests.TimedOut++
		}
	case journal.Target:
		s.integrate(e.At)
		s.target = int(e.Count)
	case journal.Serve:
		s.integrate(e.At)
		s.ready++
	case journal.Down:
		s.integrate(e.At)
		s.ready--
	case journal.Launch:
		s.launch(e)
	case journal.Preempt, journal.Terminate, journal.Close:
		s.end(e)
	case journal.End:
		s.integrate(e.At)
	}
}

func (r *Requests) respond(latency float64) {
	r.Answered++
	r.TotalLatency += latency
	if r.Latency == nil {
		r.Latency = quantile.NewSketch(quantile.DefaultError)
	}
	r.Latency.Add(latency)
}

func (s *Service) launch(e *journal.Entry) {
	if e.Replica != cloud.NoReplica {
		s.integrate(e.At)
		s.launched[e.Purchase]++
		return
	}
	if s.tasks == nil {
		s.tasks = map[cloud.InstanceID]bool{}
	}
	s.tasks[e.Instance] = true
}

func (s *Service) end(e *journal.Entry) {
	if s.tasks[e.Instance] {
		s.tasksCost += e.Cost
		delete(s.tasks, e.Instance)
		return
	}
	s.integrate(e.At)
	s.launched[e.Purchase]--
}

// integrate counts the time from the last change until now.
func (s *Service) integrate(now clock.Time) {
	for len(s.ReadyTime) <= s.ready {
		s.ReadyTime = append(s.ReadyTime, 0)
	}
	passed := now.Sub(max(s.at, s.From))
	s.at = now
	if passed <= 0 {
		return
	}
	s.Measured += passed
	s.ReadyTime[s.ready] += passed
	if s.ready >= s.target {
		s.Available += passed
	}
	s.SpotTime.add(s.launched[cloud.Spot], passed)
	s.OnDemandTime.add(s.launched[cloud.OnDemand], passed)
}

// summarize fills in what a Summary says of a service, with requests or without.
func (s *Service) summarize(to *Summary) {
	to.Availability, to.MeanReady = pointer(s.Availability()), pointer(s.MeanReady())
	to.Measured, to.Available = pointer(s.Measured.Seconds()), pointer(s.Available.Seconds())
	to.SpotTime, to.OnDemandTime = pointer(s.SpotTime.Seconds()), pointer(s.OnDemandTime.Seconds())
	if !s.HasRequests {
		return
	}
	q := s.Requests
	to.Requests, to.Answered, to.TimedOut, to.Lost, to.Retries = &q.Received, &q.Answered, &q.TimedOut, &q.Lost, &q.Retries
	if q.Answered+q.TimedOut+q.Lost > 0 {
		to.FailureRate = pointer(q.FailureRate())
	}
	if q.Answered > 0 {
		to.AvgLatency = pointer(q.MeanLatency())
		to.P50Latency = pointer(q.Latency.Quantile(0.50))
		to.P90Latency = pointer(q.Latency.Quantile(0.90))
		to.P99Latency = pointer(q.Latency.Quantile(0.99))
	}
}

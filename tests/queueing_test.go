package tests

import (
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/workload"
)

// A service without preemption is a queue that is solved. Each test takes independent runs,
// one a seed, and holds their mean to the closed form within 3 standard errors of it.

const queueRuns = 40

// queue watches the requests that come in between a warm-up and the last stretch of a run,
// whose requests may not be over at its end: how long they took, how many waited, how many
// failed.
type queue struct {
	from, to clock.Time
	servers  int

	inSystem               int
	came                   map[cloud.TaskID]clock.Time // in flight, and counted
	requests, waited, lost int
	answered               int
	latency                time.Duration
}

func (q *queue) Record(e journal.Entry) {
	switch e.Kind {
	case journal.Request:
		if e.At >= q.from && e.At < q.to {
			q.came[e.Task] = e.At
			q.requests++
			if q.inSystem >= q.servers {
				q.waited++
			}
		}
		q.inSystem++
	case journal.Respond, journal.Fail:
		q.inSystem--
		at, counted := q.came[e.Task]
		if !counted {
			return
		}
		delete(q.came, e.Task)
		if e.Kind == journal.Fail {
			q.lost++
			return
		}
		q.answered++
		q.latency += e.At.Sub(at)
	}
}

// queueing is a queue with closed forms.
type queueing struct {
	rate, mean float64 // arrivals a second, seconds of service
	shape      rng.Shape
	replicas   int
	each       int // requests a replica works on at once
	balancer   workload.Balancing
	timeout    time.Duration
}

// run returns what 20,000 s of the queue came to under one seed.
func (m queueing) run(t *testing.T, seed uint64) *queue {
	s := steadyService(workload.Requests{Process: "poisson", Rate: m.rate, Service: workload.ServiceTime{
		Drawn: rng.Duration{Shape: m.shape, Mean: time.Duration(m.mean * float64(time.Second))},
	}})
	s.Seed, s.Duration = seed, 26_000*time.Second
	s.Service.Replicas, s.Service.Concurrency, s.Service.Balancer = m.replicas, m.each, m.balancer
	s.Service.Timeout = m.timeout
	q := &queue{from: clock.At(5_000 * time.Second), to: clock.At(25_000 * time.Second), servers: m.replicas * m.each, came: map[cloud.TaskID]clock.Time{}}
	serve(t, s, "ondemand", q)
	return q
}

func (m queueing) runs(t *testing.T) (all []*queue) {
	for seed := range uint64(queueRuns) {
		all = append(all, m.run(t, seed+1))
	}
	return all
}

// holds compares the mean of a number over the runs with what it should be.
func holds(t *testing.T, runs []*queue, what string, want float64, of func(*queue) float64) {
	t.Helper()
	var sample []float64
	for _, q := range runs {
		sample = append(sample, of(q))
	}
	mean, deviation := stat.MeanStdDev(sample, nil)
	se := deviation / math.Sqrt(queueRuns)
	t.Logf("%s: %.5f +- %.5f, closed form %.5f (%.1f SE)", what, mean, se, want, (mean-want)/se)
	if !(math.Abs(mean-want) <= 3*se) {
		t.Errorf("%s: %.5f, but the closed form is %.5f, %.1f standard errors away", what, mean, want, (mean-want)/se)
	}
	if se > 0.1*want {
		t.Errorf("%s: a standard error of %.5f proves nothing", what, se)
	}
}

func meanLatency(q *queue) float64 { return q.latency.Seconds() / float64(q.answered) }

// erlangC returns the chance to wait in an M/M/c queue with c servers at offered load a
// (Erlang 1917): B by the recursion B(0) = 1, B(k) = aB/(k + aB), then C = B/(1 - (a/c)(1-B)).
func erlangC(c int, a float64) float64 {
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b / (1 - a/float64(c)*(1-b))
}

// M/M/c: P(wait) is Erlang's C, the mean wait C·s/(c - a), with a the arrivals in the mean
// service time s.
func TestServiceIsAnErlangCQueue(t *testing.T) {
	for name, m := range map[string]queueing{
		"8 replicas with one queue":           {rate: 0.6, mean: 10, shape: rng.Exponential, replicas: 8, each: 1, balancer: workload.OneQueue},
		"1 replica that works on 8 at once":   {rate: 0.6, mean: 10, shape: rng.Exponential, replicas: 1, each: 8, balancer: workload.RoundRobin},
		"2 replicas of 4 each, and one queue": {rate: 0.65, mean: 10, shape: rng.Exponential, replicas: 2, each: 4, balancer: workload.OneQueue},
	} {
		t.Run(name, func(t *testing.T) {
			c, a := m.replicas*m.each, m.rate*m.mean
			waits := erlangC(c, a)
			runs := m.runs(t)
			holds(t, runs, "chance to wait", waits, func(q *queue) float64 { return float64(q.waited) / float64(q.requests) })
			holds(t, runs, "mean latency", m.mean+waits*m.mean/(float64(c)-a), meanLatency)
		})
	}
}

// M/D/1: the mean wait is that of M/M/1 halved, rho·s/(2(1 - rho)) (Pollaczek-Khinchine).
func TestServiceIsAnMD1Queue(t *testing.T) {
	m := queueing{rate: 0.07, mean: 10, shape: rng.Constant, replicas: 1, each: 1, balancer: workload.RoundRobin}
	rho := m.rate * m.mean
	holds(t, m.runs(t), "mean latency", m.mean+rho*m.mean/(2*(1-rho)), meanLatency)
}

// M/M/1 whose customers leave, from the queue or from service, a time T after they came.
// The work ahead of an arrival is that of a dam that overflows at T: a customer who finds
// V < T adds min(S, T - V). Its distribution is that of the queue without end, cut off at T
// (Cohen, The Single Server Queue, 1969, part III, chapter 5): K(x) = W(x)/W(T) with
// W(x) = 1 - rho·exp(-(mu-lambda)x). A customer fails if V + S > T:
//
//	P = integral over [0,T] of exp(-mu(T-x)) dK(x)
//	  = exp(-mu T)[(1-rho) + (1-rho)(exp(lambda T) - 1)] / W(T)
//	  = (1-rho)·exp(-(mu-lambda)T) / (1 - rho·exp(-(mu-lambda)T)),
//
// which has a limit at rho = 1: 1/(1 + mu T).
func TestServiceWithTimeoutsIsAnMM1QueueWithReneging(t *testing.T) {
	for name, m := range map[string]queueing{
		"load 0.7, timeout three service times": {rate: 0.07, mean: 10, shape: rng.Exponential, replicas: 1, each: 1, balancer: workload.RoundRobin, timeout: 30 * time.Second},
		"load 1.5, timeout two service times":   {rate: 0.15, mean: 10, shape: rng.Exponential, replicas: 1, each: 1, balancer: workload.OneQueue, timeout: 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			rho, decay := m.rate*m.mean, math.Exp(-(1/m.mean-m.rate)*m.timeout.Seconds())
			want := (1 - rho) * decay / (1 - rho*decay)
			holds(t, m.runs(t), "failure rate", want, func(q *queue) float64 { return float64(q.lost) / float64(q.lost+q.answered) })
		})
	}
}

package tests

import (
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"
	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// steadyPool is a pool whose instances are ready at once and never preempted.
func steadyPool(zone string) market.Pool {
	pool := market.NewPool(cloud.Pool{Region: "r", Zone: zone, InstanceType: "m"}, cloud.PerHour(1), cloud.PerHour(0.25))
	pool.Provisioning = rng.Duration{Shape: rng.Constant}
	pool.Price.Model, pool.Preemption.Model = "constant", "none"
	pool.Notice = market.Notice{}
	return pool
}

// steadyService is a service on one pool with all replicas ready from the beginning.
func steadyService(requests workload.Requests) *scenario.Scenario {
	service := workload.DefaultService()
	service.Requests, service.Sync = &requests, 0
	rules := scheduler.ServiceRules{Every: 20 * time.Second, OnWarning: scheduler.IgnoreWarnings}
	return scenario.OfService("steady", service, rules, []market.Pool{steadyPool("a")}, time.Hour)
}

// serve runs s, hands its journal to w, which may be nil, and returns its numbers.
func serve(t testing.TB, s *scenario.Scenario, policy string, w journal.Writer) *metrics.Collector {
	t.Helper()
	spec, err := scheduler.Parse(policy)
	if err != nil {
		t.Fatal(err)
	}
	s.SetPolicies([]scheduler.Spec{spec})
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	numbers, err := s.Simulate(t.Context(), actors.NewSystem(zap.NewNop()), spec, s.Tasks(), w)
	if err != nil {
		t.Fatal(err)
	}
	return numbers
}

// outcome is what became of a request: its end, and whether it was answered.
type outcome struct {
	at       clock.Time
	answered bool
}

// TestRequestsEqualTheirTwin runs random services without preemption beside a dumb twin of
// a few lines, which has no events: each request takes the server that is free first, of
// its replica or of all. Every request must end at the same nanosecond.
func TestRequestsEqualTheirTwin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := steadyService(workload.Requests{
			Process: "poisson", Rate: rapid.Float64Range(0.05, 2).Draw(r, "rate"),
			Service: workload.ServiceTime{Drawn: rng.Duration{
				Shape: rapid.SampledFrom([]rng.Shape{rng.Constant, rng.Exponential}).Draw(r, "shape"), Mean: 10 * time.Second,
			}},
		})
		s.Seed = rapid.Uint64().Draw(r, "seed")
		s.Service.Replicas = rapid.IntRange(1, 5).Draw(r, "replicas")
		s.Service.Concurrency = rapid.IntRange(1, 3).Draw(r, "concurrency")
		s.Service.Timeout = time.Duration(rapid.SampledFrom([]int{0, 1, 15, 60}).Draw(r, "timeout")) * time.Second
		s.Service.Balancer = rapid.SampledFrom([]workload.Balancing{workload.RoundRobin, workload.OneQueue}).Draw(r, "balancer")
		var log journal.Log
		serve(t, s, "ondemand", &log)
		if got, want := outcomes(log.Entries), twinOutcomes(s); !slices.Equal(got, want) {
			for n := range min(len(got), len(want)) {
				if got[n] != want[n] {
					r.Fatalf("request %d ended at %v (answered %t), in the twin at %v (%t)", n, got[n].at, got[n].answered, want[n].at, want[n].answered)
				}
			}
			r.Fatalf("%d requests, %d in the twin", len(got), len(want))
		}
	})
}

// outcomes returns what became of the requests in a journal, by number; those in flight
// never end.
func outcomes(entries []journal.Entry) (all []outcome) {
	for _, e := range entries {
		switch e.Kind {
		case journal.Request:
			all = append(all, outcome{at: clock.Never})
		case journal.Respond, journal.Fail:
			all[e.Task] = outcome{e.At, e.Kind == journal.Respond}
		}
	}
	return all
}

// twinOutcomes works out the same without events.
func twinOutcomes(s *scenario.Scenario) (all []outcome) {
	lines := s.Service.Replicas
	servers := s.Service.Concurrency
	if s.Service.Balancer == workload.OneQueue {
		lines, servers = 1, lines*servers
	}
	free := make([][]clock.Time, lines) // when each server of each line is free
	for n := range free {
		free[n] = make([]clock.Time, servers)
	}
	arrivals := s.Service.Requests.Arrivals(s.Seed)
	for n := 0; ; n++ {
		q, _ := arrivals.Next()
		if q.At > clock.At(s.Duration) {
			return all
		}
		line := free[n%lines]
		first := slices.Index(line, slices.Min(line))
		end, answered := max(q.At, line[first]).Add(q.Work), true
		if deadline := q.At.Add(s.Service.Timeout); s.Service.Timeout > 0 && end > deadline {
			end, answered = deadline, false
		}
		line[first] = max(line[first], end)
		if end > clock.At(s.Duration) {
			end, answered = clock.Never, false
		}
		all = append(all, outcome{end, answered})
	}
}

// TestLeastOutstandingPicksTheFewest replays the journal of a service without preemption:
// whenever a request was answered, no other replica may have had fewer unanswered requests
// when it was sent.
func TestLeastOutstandingPicksTheFewest(t *testing.T) {
	s := steadyService(workload.Requests{Process: "poisson", Rate: 1.5})
	s.Service.Replicas, s.Service.Concurrency, s.Service.Balancer = 7, 2, workload.LeastOutstanding
	s.Service.Timeout = 0
	var log journal.Log
	serve(t, s, "ondemand", &log)
	replica := map[cloud.TaskID]cloud.ReplicaID{} // where each request went
	for _, e := range log.Entries {
		if e.Kind == journal.Respond {
			replica[e.Task] = e.Replica
		}
	}
	unanswered := map[cloud.ReplicaID]int{}
	checked := 0
	for _, e := range log.Entries {
		to, known := replica[e.Task]
		if e.Kind == journal.Request && !known {
			break // in flight at the end: from here on not all is known
		}
		switch e.Kind {
		case journal.Serve:
			unanswered[e.Replica] = 0
		case journal.Request:
			for other, n := range unanswered {
				if n < unanswered[to] {
					t.Fatalf("request %d went to replica %d with %d unanswered, where %d had %d", e.Task, to, unanswered[to], other, n)
				}
			}
			unanswered[to]++
			checked++
		case journal.Respond:
			unanswered[e.Replica]--
		}
	}
	if checked < 1000 {
		t.Errorf("only %d requests were checked", checked)
	}
}

package tests

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// servicePolicies are the policies of the random services.
var servicePolicies = []string{
	"ondemand", "even-spread", "round-robin", "even-spread:sees=late", "round-robin:sees=late",
	"spothedge", "spothedge:variant=artifact", "spothedge:variant=skypilot", "spothedge:fallback=none",
}

// drawService draws a service on zones whose capacity comes and goes, with everything that
// can happen to a request.
func drawService(r *rapid.T) (*scenario.Scenario, string) {
	seconds := func(name string, of ...int) time.Duration {
		return time.Duration(rapid.SampledFrom(of).Draw(r, name)) * time.Second
	}
	s := scenario.OfService("random", workload.DefaultService(), scheduler.ServiceRules{
		Every: seconds("every", 7, 20, 60), Extra: rapid.IntRange(0, 2).Draw(r, "extra"),
		OnWarning: rapid.SampledFrom(scheduler.Warnings).Draw(r, "on warning"),
	}, nil, 2*time.Hour)
	s.Seed = rapid.Uint64Range(0, 1e6).Draw(r, "seed")
	for n := range rapid.IntRange(1, 4).Draw(r, "zones") {
		pool := steadyPool(string(rune('a' + n)))
		pool.Provisioning.Mean = seconds("provisioning", 0, 10, 60)
		pool.Notice = market.Notice{Lead: seconds("lead", 0, 0, 120), Probability: 0.5, Rebalance: seconds("rebalance", 0, 0, 60)}
		if rapid.Bool().Draw(r, "dies") {
			pool.Preemption.Model = "lifetime"
			pool.Preemption = pool.Preemption.With("mean", 20*time.Minute)
		}
		at := clock.Time(0)
		for at < clock.At(s.Duration) {
			pool.Capacity = append(pool.Capacity, market.CapacityChange{At: at, Count: int32(rapid.IntRange(0, 6).Draw(r, "capacity"))})
			at = at.Add(seconds("gap", 30, 60, 600, 1800))
		}
		s.Pools = append(s.Pools, pool)
	}
	if notice := &s.Pools[0].Notice; s.Service.Rules.OnWarning == scheduler.HeedRebalance {
		notice.Rebalance = max(notice.Rebalance, time.Minute) // or there might be none to heed
	}
	v := s.Service
	for range s.Pools {
		v.RoundTrip = append(v.RoundTrip, time.Duration(rapid.SampledFrom([]int{0, 70, 3000}).Draw(r, "round trip"))*time.Millisecond)
	}
	v.Replicas, v.Gang = rapid.IntRange(1, 4).Draw(r, "replicas"), rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(r, "gang")
	v.Load = rng.Duration{Shape: rng.Constant, Mean: seconds("load", 0, 40, 120)}
	v.Concurrency, v.Timeout = rapid.IntRange(1, 3).Draw(r, "concurrency"), seconds("timeout", 0, 20, 100)
	v.Sync, v.Retries = seconds("sync", 0, 1, 20), rapid.SampledFrom([]int{0, 2, workload.Unlimited}).Draw(r, "retries")
	v.Balancer = rapid.SampledFrom(workload.Balancings).Draw(r, "balancer")
	v.Requests = &workload.Requests{Process: "poisson", Rate: rapid.Float64Range(0.01, 0.6).Draw(r, "rate")}
	return s, rapid.SampledFrom(servicePolicies).Draw(r, "policy")
}

// TestServicesKeepTheirBooks holds random services to what must be true of every run.
func TestServicesKeepTheirBooks(t *testing.T) {
	seen := map[journal.Kind]int{}
	rapid.Check(t, func(r *rapid.T) {
		s, policy := drawService(r)
		var log journal.Log
		serve(t, s, policy, &log)
		for _, e := range log.Entries {
			seen[e.Kind]++
		}
		checkLittle(r, s, log.Entries)
		checkEnds(r, s, log.Entries)
		checkReplicas(r, s, log.Entries)
		checkSummary(r, s, log.Entries)
	})
	for _, k := range []journal.Kind{journal.Respond, journal.Fail, journal.Retry, journal.Down, journal.Refuse, journal.Rebalance, journal.Notice, journal.Preempt, journal.Terminate} {
		if seen[k] == 0 {
			t.Errorf("no random service met %v: the checks are emptier than they look", k)
		}
	}
}

// checkLittle: the time integral of the requests in the system is the sum of the times they
// spent there (Little 1961, for every path of a system that is looked at from beginning to
// end). The left side counts comings and goings, the right side adds up what the engine
// says each request took.
func checkLittle(r *rapid.T, s *scenario.Scenario, entries []journal.Entry) {
	var integral, sum time.Duration
	inSystem, last := 0, clock.Time(0)
	came := map[cloud.TaskID]clock.Time{}
	for _, e := range entries {
		integral += time.Duration(inSystem) * e.At.Sub(last)
		last = e.At
		switch e.Kind {
		case journal.Request:
			inSystem++
			came[e.Task] = e.At
		case journal.Respond, journal.Fail:
			inSystem--
			sum += e.Span
			delete(came, e.Task)
		}
	}
	for _, at := range came {
		sum += clock.At(s.Duration).Sub(at)
	}
	if integral != sum {
		r.Fatalf("Little's law: %v in the system, %v by the requests", integral, sum)
	}
}

// checkEnds: every request ends once at most, in time, and answered only by a replica that
// serves.
func checkEnds(r *rapid.T, s *scenario.Scenario, entries []journal.Entry) {
	came, over := map[cloud.TaskID]clock.Time{}, map[cloud.TaskID]bool{}
	serving := map[cloud.ReplicaID]bool{}
	for _, e := range entries {
		switch e.Kind {
		case journal.Serve:
			serving[e.Replica] = true
		case journal.Down:
			delete(serving, e.Replica)
		case journal.Request:
			came[e.Task] = e.At
		case journal.Respond, journal.Fail:
			if over[e.Task] || e.At.Sub(came[e.Task]) != e.Span {
				r.Fatalf("%v of request %d after %v: it came at %v, over %t", e.Kind, e.Task, e.Span, came[e.Task], over[e.Task])
			}
			over[e.Task] = true
		}
		if e.Kind == journal.Respond && !serving[e.Replica] && s.Service.RoundTrip[e.Pool] == 0 {
			r.Fatalf("request %d was answered by replica %d, which does not serve", e.Task, e.Replica)
		}
		if e.Kind == journal.Fail && (e.Reason == journal.TimedOut) != (s.Service.Timeout > 0 && e.Span == s.Service.Timeout) {
			r.Fatalf("request %d failed, %v, after %v", e.Task, e.Reason, e.Span)
		}
		if timeout := s.Service.Timeout; timeout > 0 && e.Kind == journal.Respond && e.Span > timeout {
			r.Fatalf("request %d was answered after %v", e.Task, e.Span)
		}
	}
	for id, at := range came {
		if timeout := s.Service.Timeout; timeout > 0 && !over[id] && at.Add(timeout) < clock.At(s.Duration) {
			r.Fatalf("request %d came at %v and never ended", id, at)
		}
	}
}

// checkReplicas: a replica is gang instances in one pool that live and die together, and
// serves from cold start to its end; no pool holds more spot instances than its capacity
// and those that were noticed.
func checkReplicas(r *rapid.T, s *scenario.Scenario, entries []journal.Entry) {
	alive := map[cloud.ReplicaID][]cloud.InstanceID{}
	replica := map[cloud.InstanceID]cloud.ReplicaID{}
	for n, e := range entries {
		switch e.Kind {
		case journal.Launch:
			alive[e.Replica] = append(alive[e.Replica], e.Instance)
			replica[e.Instance] = e.Replica
		case journal.Preempt, journal.Terminate:
			id := replica[e.Instance]
			alive[id] = slices.DeleteFunc(alive[id], func(i cloud.InstanceID) bool { return i == e.Instance })
		case journal.Serve:
			if cold := s.Pools[e.Pool].Provisioning.Mean + s.Service.Load.Mean; e.Span != cold || len(alive[e.Replica]) != s.Service.Gang {
				r.Fatalf("replica %d serves after %v with %d instances", e.Replica, e.Span, len(alive[e.Replica]))
			}
		}
		if n+1 < len(entries) && entries[n+1].At == e.At {
			continue
		}
		for id, instances := range alive {
			if len(instances) != 0 && len(instances) != s.Service.Gang {
				r.Fatalf("at %v replica %d has %d instances of %d", e.At, id, len(instances), s.Service.Gang)
			}
		}
	}
}

// checkSummary: what the metrics integrate is what one counts by looking every second, as
// all that happens in these services but to requests happens at whole seconds or a
// nanosecond after them, and at random ages.
func checkSummary(r *rapid.T, s *scenario.Scenario, entries []journal.Entry) {
	numbers := s.Collector()
	ready, enough := 0, 0.0
	at := numbers.Service.From
	next := func(until clock.Time) {
		if span := until.Sub(at); span > 0 {
			if ready >= s.Service.Replicas {
				enough += span.Seconds()
			}
			at = until
		}
	}
	for _, e := range entries {
		numbers.Record(e)
		switch e.Kind {
		case journal.Serve:
			next(e.At)
			ready++
		case journal.Down:
			next(e.At)
			ready--
		}
	}
	next(clock.At(s.Duration))
	sum := numbers.Service
	if math.Abs(sum.Available.Seconds()-enough) > 1e-6 || sum.Measured != s.Duration-s.ColdStart() {
		r.Fatalf("available for %v of %v, counted %v s", sum.Available, sum.Measured, enough)
	}
	total := time.Duration(0)
	for _, d := range sum.ReadyTime {
		total += d
	}
	q := sum.Requests
	if total != sum.Measured || q.InFlight() < 0 || q.Received != q.Answered+q.TimedOut+q.Lost+q.InFlight() {
		r.Fatalf("%v ready in all of %v; requests %+v", total, sum.Measured, q)
	}
}

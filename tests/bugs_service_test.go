package tests

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/workload"
)

// burst is a service that is sent n requests of 8 s in its first second and nothing after,
// while its replicas load; no request times out.
func burst(n, replicas int, load time.Duration) *scenario.Scenario {
	s := steadyService(workload.Requests{
		Process: "counts", Counts: []int{n}, Bin: time.Second,
		Service: workload.ServiceTime{Drawn: rng.Duration{Shape: rng.Constant, Mean: 8 * time.Second}},
	})
	s.Service.Replicas, s.Service.Timeout = replicas, 0
	s.Service.Load = rng.Duration{Shape: rng.Constant, Mean: load}
	return s
}

// Draining the backlog asked the balancer twice for each request, so that round robin passed
// over every second replica; and without sync the first of the replicas that became ready at
// one instant was sent all of it.
func TestABacklogIsSharedOutEvenly(t *testing.T) {
	for _, balancer := range workload.Balancings {
		for _, sync := range []time.Duration{0, 20 * time.Second} {
			for _, replicas := range []int{2, 3, 4, 6} {
				s := burst(24, replicas, 30*time.Second)
				s.Service.Balancer, s.Service.Sync = balancer, sync
				answered := map[cloud.ReplicaID]int{}
				for _, e := range journalOf(t, s, "ondemand") {
					if e.Kind == journal.Respond {
						answered[e.Replica]++
					}
				}
				for id, n := range answered {
					if n != 24/replicas || len(answered) != replicas {
						t.Errorf("%s, sync %v, %d replicas: replica %d answered %d of 24", balancer, sync, replicas, id, n)
					}
				}
			}
		}
	}
}

// A replica that became ready at the very instant of a look of the balancer was seen a whole
// look later. Loading ends in the phase work, a look is in the phase arrival.
func TestABalancerSeesWhatHappensAtTheInstantOfItsLook(t *testing.T) {
	first := func(load time.Duration) clock.Time {
		for _, e := range journalOf(t, burst1(load), "ondemand") {
			if e.Kind == journal.Respond {
				return e.At
			}
		}
		return clock.Never
	}
	// Looks are every 20 s, so both are seen at 40 s and answered 8 s later.
	for _, load := range []time.Duration{39_999 * time.Millisecond, 40 * time.Second} {
		if at := first(load); at != clock.At(48*time.Second) {
			t.Errorf("loaded after %v, first answer at %v, want 48s", load, at)
		}
	}
	// One instant later is too late.
	if at := first(40*time.Second + 1); at != clock.At(68*time.Second) {
		t.Errorf("loaded after 40s and a nanosecond, first answer at %v, want 1m8s", at)
	}
}

func burst1(load time.Duration) *scenario.Scenario {
	s := burst(1, 1, load)
	s.Service.Sync = 20 * time.Second
	return s
}

// The same at the other end: a replica that falls at the instant of a look is sent nothing
// after it.
func TestABalancerSeesWhoFallsAtTheInstantOfItsLook(t *testing.T) {
	s := steadyService(workload.Requests{Process: "poisson", Rate: 2})
	s.Service.Replicas, s.Service.Sync, s.Duration = 2, 20*time.Second, 10*time.Minute
	s.Service.Rules.Every = time.Hour // nothing is launched again
	s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 2}, {At: clock.At(200 * time.Second), Count: 1}}
	for _, e := range journalOf(t, s, "even-spread") {
		if e.Kind == journal.Retry && e.At > clock.At(200*time.Second) {
			t.Fatalf("request %d was sent to a replica that is gone, at %v", e.Task, e.At)
		}
	}
}

// In one queue replicas come for the requests, so one that is gone takes none: with a sync it
// took the whole backlog in one instant.
func TestOneQueueLosesOnlyWhatAReplicaWorkedOn(t *testing.T) {
	s := burst(120, 3, 0)
	s.Service.Balancer, s.Service.Sync, s.Service.Retries = workload.OneQueue, 20*time.Second, 0
	s.Service.Rules.Every = time.Hour
	s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 3}, {At: clock.At(201 * time.Second), Count: 2}}
	lost := 0
	for _, e := range journalOf(t, s, "even-spread") {
		if e.Kind == journal.Fail {
			lost++
		}
	}
	if lost != 1 {
		t.Errorf("%d requests were lost with a replica that worked on one", lost)
	}
}

// The first target was not held to the bounds of the autoscaler, until its first look.
func TestTheFirstTargetIsWithinTheAutoscalersBounds(t *testing.T) {
	for _, c := range []struct{ replicas, least, most, want int }{{5, 1, 2, 2}, {1, 3, 9, 3}, {4, 1, 9, 4}} {
		scaler := workload.DefaultAutoscaler
		scaler.PerReplica, scaler.Min, scaler.Max = 1, c.least, c.most
		s := steadyService(workload.Requests{Process: "poisson", Rate: 0.01})
		s.Service.Replicas, s.Service.Autoscaler = c.replicas, &scaler
		for _, e := range journalOf(t, s, "ondemand") {
			if e.Kind != journal.Target {
				continue
			}
			if got := fmt.Sprint(e.At, " ", e.Count); got != fmt.Sprint("0s ", c.want) {
				t.Errorf("%d replicas within [%d, %d]: first target at %s", c.replicas, c.least, c.most, got)
			}
			break
		}
	}
}

// The bound on the cost of a service was above a real run where bills are not the moving
// price, and where a price is 0.
func TestNoBoundIsAboveARunWithOtherBillsOrAFreeTick(t *testing.T) {
	for name, change := range map[string]func(*market.Pool){
		"price at launch": func(p *market.Pool) { p.Billing.Basis = market.LaunchPrice },
		"first hour free": func(p *market.Pool) { p.Billing.FirstHourFree = true },
		"free at first": func(p *market.Pool) {
			p.Price.Changes[0].Price = 0
		},
	} {
		s := steadyService(workload.Requests{Process: "poisson", Rate: 0.01})
		s.Service.Requests, s.Service.Replicas, s.Duration = nil, 1, time.Hour
		s.Service.Load = rng.Duration{Shape: rng.Constant, Mean: 2 * time.Minute}
		p := &s.Pools[0]
		p.Capacity = []market.CapacityChange{{At: 0, Count: 5}}
		p.Billing = market.Billing{Granularity: 1, Since: market.SinceLaunch, Basis: market.MovingPrice}
		p.Price.Model = "trace"
		p.Price.Changes = []market.PriceChange{{At: 0, Price: cloud.PerHour(0.1)}, {At: clock.At(90 * time.Second), Price: cloud.PerHour(1)}}
		change(p)
		var cost cloud.Money
		for _, e := range journalOf(t, s, "even-spread") {
			cost += e.Cost
		}
		if bound, err := s.Bound(0); err == nil && bound > cost {
			t.Errorf("%s: the bound is %v, a run that is always available costs %v", name, bound, cost)
		}
	}
}

// A look at the very end of a run launched replicas that could do nothing any more, and a
// minimum was billed for them.
func TestNothingIsDecidedAtTheEnd(t *testing.T) {
	s := steadyService(workload.Requests{Process: "poisson", Rate: 0.01})
	s.Duration = 10 * time.Minute // a multiple of the time between looks
	s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 1}}
	refused := clock.Time(0)
	for _, e := range journalOf(t, s, "even-spread") {
		if e.Kind == journal.Refuse {
			refused = e.At
		}
	}
	if want := clock.At(s.Duration - s.Service.Rules.Every); refused != want {
		t.Errorf("the last launch was refused at %v, want the look before the end, %v", refused, want)
	}
}

// logged is a service that is sent requests at these instants, each of which takes so long.
func logged(work time.Duration, at ...time.Duration) *scenario.Scenario {
	var log []workload.LoggedRequest
	for _, instant := range at {
		log = append(log, workload.LoggedRequest{At: instant})
	}
	s := steadyService(workload.Requests{
		Process: "log", Log: log, Service: workload.ServiceTime{Drawn: rng.Duration{Shape: rng.Constant, Mean: work}},
	})
	s.Duration, s.Service.Rules.Every = 10*time.Minute, time.Hour // nothing is launched again
	return s
}

// A replica that is gone was sent all requests until the next look, as it has none unanswered
// however many it is sent. In turn among idle replicas of three, one of them gone, a request
// meets that one 1/3 + 1/9 + ... = 0.5 times.
func TestLeastOutstandingTakesTurnsWithAReplicaThatIsGone(t *testing.T) {
	sent, retries := 0, 0
	for seed := range uint64(20) {
		s := steadyService(workload.Requests{
			Process: "poisson", Rate: 2, Service: workload.ServiceTime{Drawn: rng.Duration{Shape: rng.Constant, Mean: 10 * time.Millisecond}},
		})
		s.Seed, s.Duration, s.Service.Rules.Every = seed, 10*time.Minute, time.Hour
		s.Service.Replicas, s.Service.Sync, s.Service.Balancer = 3, 20*time.Second, workload.LeastOutstanding
		s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 3}, {At: clock.At(205 * time.Second), Count: 2}}
		for _, e := range journalOf(t, s, "even-spread") {
			if e.Kind == journal.Retry {
				retries++
			} else if e.Kind == journal.Request && e.At > clock.At(205*time.Second) && e.At < clock.At(220*time.Second) {
				sent++
			}
		}
	}
	if each := float64(retries) / float64(sent); each < 0.4 || each > 0.6 {
		t.Errorf("%d requests were sent again %d times, %.2f times each, want 0.5", sent, retries, each)
	}
}

// A look comes before the requests of its instant: the first of them was sent to a replica
// that the others knew was gone.
func TestALookComesBeforeTheRequestsOfItsInstant(t *testing.T) {
	at := []time.Duration{0, 5 * time.Second}
	for n := range 20 {
		at = append(at, time.Duration(n+1)*10*time.Second)
	}
	s := logged(time.Second, append(at, 200*time.Second, 200*time.Second)...)
	s.Service.Replicas, s.Service.Sync = 2, 20*time.Second
	s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 2}, {At: clock.At(200 * time.Second), Count: 1}}
	for _, e := range journalOf(t, s, "even-spread") {
		if e.Kind == journal.Retry {
			t.Errorf("request %d was sent to replica %d, which is gone, at %v", e.Task, e.Replica, e.At)
		}
	}
}

// Where one replica became ready at the instant at which another went, a request of that
// instant went before all that had waited. Zone a has a replica from 10 s to 40 s, zone b one
// from 40 s on.
func TestNoRequestOvertakesTheQueue(t *testing.T) {
	s := logged(100*time.Second, 0, time.Second, 2*time.Second, 40*time.Second, 50*time.Second)
	s.Service.Balancer, s.Service.Timeout, s.Service.Replicas = workload.OneQueue, 0, 2
	a, b := steadyPool("a"), steadyPool("b")
	a.Provisioning.Mean, b.Provisioning.Mean = 10*time.Second, 40*time.Second
	a.Capacity = []market.CapacityChange{{At: 0, Count: 1}, {At: clock.At(40 * time.Second), Count: 0}}
	s.Pools = []market.Pool{a, b}
	var order []cloud.TaskID
	for _, e := range journalOf(t, s, "even-spread") {
		if e.Kind == journal.Respond {
			order = append(order, e.Task)
		}
	}
	// Request 0 loses its replica at 40 s and comes back at 41 s, behind those that wait.
	if want := []cloud.TaskID{1, 2, 3, 0, 4}; !slices.Equal(order, want) {
		t.Errorf("answered in the order %v, want %v", order, want)
	}
}

// What became of a request sent again at the very instant of its timeout depended on whether
// another was under way. It comes at 206 s, is sent again every second, and its time is up at
// 211 s, with the fifth retry.
func TestAtItsTimeoutARequestIsTimedOut(t *testing.T) {
	for _, other := range []time.Duration{0, 205500 * time.Millisecond} {
		s := logged(time.Second, 0, max(other, time.Second), 206*time.Second)
		s.Service.Replicas, s.Service.Sync, s.Service.Timeout, s.Service.Retries = 1, 100*time.Second, 5*time.Second, 5
		s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 1}, {At: clock.At(205 * time.Second), Count: 0}}
		var end journal.Entry
		retries := 0
		for _, e := range journalOf(t, s, "even-spread") {
			if e.Task == 2 && e.Kind == journal.Retry {
				retries++
			} else if e.Task == 2 && e.Kind == journal.Fail {
				end = e
			}
		}
		if end.At != clock.At(211*time.Second) || end.Reason != journal.TimedOut || retries != 5 {
			t.Errorf("with another at %v: %v at %v after %d retries", other, end.Reason, end.At, retries)
		}
	}
}

// How many of a gang the provider took depended on whether it had warned: with a notice the
// first that fell took the others along, as if given back, though they fell that very instant.
func TestAGangIsPreemptedWholeWithANoticeOrWithout(t *testing.T) {
	for _, free := range []bool{false, true} {
		var costs []cloud.Money
		for _, notice := range []market.Notice{{}, {Lead: 2 * time.Minute, Probability: 1}, {Rebalance: time.Minute, Probability: 1}} {
			s := logged(time.Second)
			s.Service.Requests, s.Service.Replicas, s.Service.Gang = nil, 1, 4
			s.Pools[0].Notice, s.Pools[0].Billing.FirstHourFree = notice, free
			falls := 8*time.Minute - notice.Lead - notice.Rebalance
			s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 4}, {At: clock.At(falls), Count: 0}}
			preempted, cost := 0, cloud.Money(0)
			for _, e := range journalOf(t, s, "even-spread") {
				if e.Kind == journal.Preempt && e.At == clock.At(8*time.Minute) {
					preempted++
				}
				cost += e.Cost
			}
			if preempted != 4 {
				t.Errorf("%+v: %d instances of 4 were preempted", notice, preempted)
			}
			costs = append(costs, cost)
		}
		if costs[1] != costs[0] || costs[2] != costs[0] || free != (costs[0] == 0) {
			t.Errorf("first hour free %t: %v without a warning, %v with a notice, %v with a recommendation", free, costs[0], costs[1], costs[2])
		}
	}
}

// Waits that no run has were taken, and overflowed.
func TestWaitsAreBounded(t *testing.T) {
	s := steadyService(workload.Requests{Process: "poisson", Rate: 1})
	s.Service.Sync, s.Service.RoundTrip = math.MaxInt64, []time.Duration{math.MaxInt64}
	s.Service.Timeout, s.Service.RetryDelay = math.MaxInt64, math.MaxInt64
	text := fmt.Sprint(s.Check())
	for _, place := range []string{"service.sync: ", "service.round_trip[0]: ", "service.timeout: ", "service.retry_delay: "} {
		if !strings.Contains(text, place) {
			t.Errorf("nothing is wrong with %s in %s", place, text)
		}
	}
}

// Only the rate was checked against the number of requests a run can count.
func TestCountsAreBoundedAsRatesAre(t *testing.T) {
	s := steadyService(workload.Requests{Process: "counts", Counts: []int{600_000_000, 600_000_000, 600_000_000, 600_000_000}, Bin: 15 * time.Minute})
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), "service.requests.rate: 666666.6666666666 a second over 1h0m0s are more than 2e+09 requests") {
		t.Error(err)
	}
}

package tests

import (
	"fmt"
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
func burst(n, replicas int, load time.Duration) *scenario.Service {
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

func burst1(load time.Duration) *scenario.Service {
	s := burst(1, 1, load)
	s.Service.Sync = 20 * time.Second
	return s
}

// The same at the other end: a replica that falls at the instant of a look is sent nothing
// after it.
func TestABalancerSeesWhoFallsAtTheInstantOfItsLook(t *testing.T) {
	s := steadyService(workload.Requests{Process: "poisson", Rate: 2})
	s.Service.Replicas, s.Service.Sync, s.Window = 2, 20*time.Second, 10*time.Minute
	s.Rules.Every = time.Hour // nothing is launched again
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
	s.Rules.Every = time.Hour
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
		s.Service.Requests, s.Service.Replicas, s.Window = nil, 1, time.Hour
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
		if bound, err := s.Optimum(); err == nil && bound > cost {
			t.Errorf("%s: the bound is %v, a run that is always available costs %v", name, bound, cost)
		}
	}
}

// A look at the very end of a run launched replicas that could do nothing any more, and a
// minimum was billed for them.
func TestNothingIsDecidedAtTheEnd(t *testing.T) {
	s := steadyService(workload.Requests{Process: "poisson", Rate: 0.01})
	s.Window = 10 * time.Minute // a multiple of the time between looks
	s.Pools[0].Capacity = []market.CapacityChange{{At: 0, Count: 1}}
	refused := clock.Time(0)
	for _, e := range journalOf(t, s, "even-spread") {
		if e.Kind == journal.Refuse {
			refused = e.At
		}
	}
	if want := clock.At(s.Window - s.Rules.Every); refused != want {
		t.Errorf("the last launch was refused at %v, want the look before the end, %v", refused, want)
	}
}

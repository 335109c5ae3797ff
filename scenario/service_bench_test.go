package scenario_test

import (
	"runtime"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// BenchmarkRequests serves Poisson requests with 100 replicas at 80 % load, each request a
// run through the actors, the journal and the metrics. It reports requests a second of CPU
// (the run is on one goroutine) and the heap per 1,000 requests, which must not grow with b.N.
func BenchmarkRequests(b *testing.B) {
	for _, balancer := range workload.Balancings {
		b.Run(string(balancer), func(b *testing.B) {
			s := busyService(b, b.N, balancer)
			system := actors.NewSystem(zap.NewNop())
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b.ResetTimer()
			b.ReportAllocs()
			numbers, err := s.Simulate(b.Context(), system, s.Policies[0], nil, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			runtime.ReadMemStats(&after)
			r := numbers.Service.Requests
			b.ReportMetric(float64(r.Received)/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(float64(after.Sys-before.Sys)/(1<<20), "MiB-from-OS")
		})
	}
}

// busyService returns 100 replicas that are sent about n requests of 10 s, 8 a second.
func busyService(b *testing.B, n int, balancer workload.Balancing) *scenario.Scenario {
	pool := market.NewPool(cloud.Pool{Zone: "a", InstanceType: "m"}, cloud.PerHour(1), cloud.PerHour(0.3))
	pool.Provisioning = rng.Duration{Shape: rng.Constant}
	pool.Price.Model, pool.Preemption.Model = "constant", "none"
	service := workload.DefaultService()
	service.Replicas, service.Balancer = 100, balancer
	service.Requests = &workload.Requests{Process: "poisson", Rate: 8, Service: workload.DefaultServiceTime}
	s := scenario.OfService("busy", service, scheduler.ServiceRules{Every: 20 * time.Second}, []market.Pool{pool}, time.Duration(max(n/8, 1))*time.Second)
	policy, err := scheduler.Parse("ondemand")
	if err != nil {
		b.Fatal(err)
	}
	s.SetPolicies([]scheduler.Spec{policy})
	if err := s.Check(); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkRequestInFlight reports the heap a request in flight takes: one replica is sent
// far more than it can answer, and nothing times out.
func BenchmarkRequestInFlight(b *testing.B) {
	s := busyService(b, 8*10_000, workload.RoundRobin)
	s.Service.Replicas, s.Service.Timeout = 1, 0
	s.Service.Requests.Rate = 100
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		atEnd := heapAtEnd{into: &after}
		numbers, err := s.Simulate(b.Context(), actors.NewSystem(zap.NewNop()), s.Policies[0], nil, &atEnd)
		if err != nil {
			b.Fatal(err)
		}
		r := numbers.Service.Requests
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(r.InFlight()), "B/request")
		b.ReportMetric(float64(r.InFlight()), "in-flight")
	}
}

// heapAtEnd measures the heap when a run ends.
type heapAtEnd struct{ into *runtime.MemStats }

func (h *heapAtEnd) Record(e journal.Entry) {
	if e.Kind == journal.End {
		runtime.GC()
		runtime.ReadMemStats(h.into)
	}
}

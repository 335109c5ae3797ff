package workload

import (
	"fmt"
	"math"
	"time"

	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
)

// Service is a model served by replicas: each replica is one instance, or a gang of them
// in one zone, that answers requests once it has loaded.
type Service struct {
	// Replicas is how many are wanted ready. At least 1. With an autoscaler it is the
	// number to begin with.
	Replicas int `json:"replicas"`
	// Autoscaler moves the number with the rate of requests; nil keeps it.
	Autoscaler *Autoscaler `json:"autoscaler,omitempty"`
	// Gang is how many instances make one replica. They are launched together in one zone,
	// and when one is lost the others are given back. Default 1.
	Gang int `json:"gang"`
	// Load is the second stage of a cold start: the time from when all instances of a
	// replica run until it answers requests. The first is the pool's provisioning.
	Load rng.Duration `json:"load"`
	// Requests come in over the run; nil is none.
	Requests *Requests `json:"requests,omitempty"`
	// Concurrency is how many requests a replica works on at once; more wait in its queue.
	// Default 1.
	Concurrency int `json:"concurrency"`
	// Timeout is how long after it came in a request fails if it is not answered. Default
	// 100 s; 0 is never.
	Timeout time.Duration `json:"timeout_ns"`
	// Retries is how often a request that lost its replica is sent again. Default
	// Unlimited; then only the timeout ends it.
	Retries int `json:"retries"`
	// RetryDelay is how long a client waits before that. Default 1 s, at least 1 ms.
	RetryDelay time.Duration `json:"retry_delay_ns"`
	Balancer   Balancing     `json:"balancer"`
	// Sync is the time between two updates of the load balancer's list of ready replicas.
	// In between it sends requests to replicas that are gone and none to those that are
	// new. Default 20 s (SkyServe's); 0 updates it at once, as OneQueue does in any case.
	Sync time.Duration `json:"sync_ns"`
	// RoundTrip is the time of the network there and back, by pool; nil is none. It counts
	// in the latency of an answer.
	RoundTrip []time.Duration `json:"round_trip_ns,omitempty"`
}

// Unlimited is more retries than a request can make.
const Unlimited = math.MaxInt32

// Balancing is how requests are spread over the replicas.
type Balancing string

const (
	// RoundRobin sends each request to the next replica.
	RoundRobin Balancing = "round-robin"
	// LeastOutstanding sends each request to the replica with the fewest unanswered ones,
	// in turn among equals.
	LeastOutstanding Balancing = "least-outstanding"
	// OneQueue keeps the requests until a replica is free and comes for one, so it needs no
	// list: the queue of an M/M/c system.
	OneQueue Balancing = "one-queue"
)

// Balancings lists them, the default first.
var Balancings = []Balancing{RoundRobin, LeastOutstanding, OneQueue}

// DefaultService returns a service of three replicas with no requests, that loads in no
// time.
func DefaultService() Service {
	return Service{
		Replicas: 3, Gang: 1, Load: rng.Duration{Shape: rng.Constant},
		Concurrency: 1, Timeout: 100 * time.Second, Retries: Unlimited, RetryDelay: time.Second,
		Balancer: RoundRobin, Sync: 20 * time.Second,
	}
}

const (
	// maxConcurrency bounds a service, so that a typo cannot fill the memory.
	maxConcurrency = 1_000_000
	// maxWait is the longest that anything about a request may take: no run is longer.
	maxWait = 10 * 365 * 24 * time.Hour
)

// KnowsAtOnce tells whether the load balancer knows at any time which replicas are ready.
func (s *Service) KnowsAtOnce() bool { return s.Sync == 0 || s.Balancer == OneQueue }

// Check returns everything that is wrong with s, each with its place, in a run over so
// many pools.
func (s *Service) Check(pools int) (errs []error) {
	input.Within(&errs, "replicas", s.Replicas, 1, MaxReplicas)
	input.Within(&errs, "gang", s.Gang, 1, 1000)
	input.Within(&errs, "concurrency", s.Concurrency, 1, maxConcurrency)
	input.Within(&errs, "retries", s.Retries, 0, Unlimited)
	input.Within(&errs, "timeout", s.Timeout, 0, maxWait)
	input.Within(&errs, "retry_delay", s.RetryDelay, time.Millisecond, maxWait)
	input.Within(&errs, "sync", s.Sync, 0, maxWait)
	input.Below(&errs, "load: ", s.Load.Check())
	input.OneOf(&errs, "balancer", s.Balancer, Balancings)
	if s.RoundTrip != nil && len(s.RoundTrip) != pools {
		errs = append(errs, fmt.Errorf("round_trip: %d must be %d, one for each pool", len(s.RoundTrip), pools))
	}
	for n, d := range s.RoundTrip {
		input.Within(&errs, fmt.Sprintf("round_trip[%d]", n), d, 0, maxWait)
	}
	if s.Autoscaler != nil {
		input.Below(&errs, "autoscaler.", s.Autoscaler.Check()...)
	}
	if s.Requests != nil {
		input.Below(&errs, "requests.", s.Requests.Check()...)
	}
	return errs
}

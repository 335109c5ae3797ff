package workload

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/input"
)

// Autoscaler sets how many replicas a service wants from its rate of requests, as SkyServe
// does (Mao et al., SkyServe: Serving AI Models across Regions and Clouds with Spot
// Instances, EuroSys 2025): the candidate is ceil(rate / PerReplica), clipped to
// [Min, Max], and the target follows it only when it has stayed above the target for
// UpHold, or below for DownHold.
//
// The zero value is not useful; take DefaultAutoscaler and set PerReplica.
type Autoscaler struct {
	// PerReplica is the requests a second that one replica should get. Positive. Lower is
	// safer and more expensive.
	PerReplica float64 `json:"qps"`
	// Min and Max bound the target. Range 0 <= Min <= Max, 1 <= Max <= MaxReplicas.
	Min int `json:"min"`
	Max int `json:"max"`
	// Window is the time over which the rate is taken, up to now: a positive multiple
	// of Every, at most 10,000 times. Default 60 s.
	Window time.Duration `json:"window_ns"`
	// UpHold and DownHold are how long the candidate must stay above, or below, the target.
	// At least 0. Defaults 300 s and 1200 s, of the artifact; the paper says 10 min as an
	// example.
	UpHold   time.Duration `json:"up_ns"`
	DownHold time.Duration `json:"down_ns"`
	// Every is the control interval of the autoscaler. Positive. Default 20 s.
	Every time.Duration `json:"every_ns"`
}

// DefaultAutoscaler is the autoscaler of the SkyServe artifact, but for PerReplica, which
// has no default.
var DefaultAutoscaler = Autoscaler{
	Min: 1, Max: 10,
	Window: 60 * time.Second, UpHold: 300 * time.Second, DownHold: 1200 * time.Second,
	Every: 20 * time.Second,
}

const (
	// MaxReplicas is the most replicas that a service may want.
	MaxReplicas = 100_000

	maxBuckets = 10_000
)

// Check returns everything that is wrong with a.
func (a Autoscaler) Check() (errs []error) {
	if !(a.PerReplica > 0 && a.PerReplica <= MaxRate) {
		errs = append(errs, fmt.Errorf("qps: %v must be in (0, %v] a second", a.PerReplica, float64(MaxRate)))
	}
	input.Within(&errs, "min", a.Min, 0, MaxReplicas)
	input.Within(&errs, "max", a.Max, max(a.Min, 1), MaxReplicas)
	input.Positive(&errs, "every", a.Every)
	if a.Every > 0 && (a.Window < a.Every || a.Window%a.Every != 0 || a.Window/a.Every > maxBuckets) {
		errs = append(errs, fmt.Errorf("window: %v must be a multiple of every, %v, at least one and at most %d", a.Window, a.Every, maxBuckets))
	}
	input.NotNegative(&errs, "up", a.UpHold)
	input.NotNegative(&errs, "down", a.DownHold)
	return errs
}

// New starts the autoscaler at a target, which it clips to [Min, Max]. a must have passed
// Check.
func (a Autoscaler) New(initial int) *AutoscalerState {
	return &AutoscalerState{
		rules:   a,
		target:  a.clip(initial),
		buckets: make([]int, a.Window/a.Every+1),
	}
}

// Target returns the target as it stands.
func (s *AutoscalerState) Target() int { return s.target }

func (a Autoscaler) clip(replicas int) int { return min(max(replicas, a.Min), a.Max) }

func (a Autoscaler) candidate(requests int) int {
	const rounding = 1e-9 // what is 5 replicas but for the rounding of the division is 5
	needed := math.Ceil(float64(requests)/(a.PerReplica*a.Window.Seconds()) - rounding)
	return a.clip(int(min(needed, MaxReplicas)))
}

// AutoscalerState is an autoscaler in one run. It does not keep the requests but counts
// them in buckets of Every, as many as cover Window: memory and the time for a request do
// not depend on the rate. The rate is that of the window up to the last multiple of Every,
// which is exact at multiples of Every.
type AutoscalerState struct {
	rules  Autoscaler
	target int

	buckets []int // a ring: those of the window, and the one being filled
	bucket  int64 // being filled: [bucket*Every, (bucket+1)*Every)
	total   int   // in all buckets

	side  int        // of the target on which the candidate has stayed: -1, 0, 1
	since clock.Time // first seen there
}

// Count notes the arrival of a request. Takes constant time, but for the buckets that have
// passed since the last call. Instants must not go back over a multiple of Every.
func (s *AutoscalerState) Count(at clock.Time) {
	s.advance(at)
	s.buckets[s.slot()]++
	s.total++
}

// Look returns the target as of now. Requests that arrived at now itself count from the
// next bucket on. In a service younger than Window the rate is still taken over all of
// Window, as in the artifact.
func (s *AutoscalerState) Look(now clock.Time) (target int) {
	s.advance(now)
	candidate := s.rules.candidate(s.total - s.buckets[s.slot()])
	side := cmp.Compare(candidate, s.target)
	if side != s.side {
		s.side, s.since = side, now
	}
	if s.side != 0 && now.Sub(s.since) >= s.hold() {
		s.target, s.side = candidate, 0
	}
	return s.target
}

func (s *AutoscalerState) hold() time.Duration {
	if s.side > 0 {
		return s.rules.UpHold
	}
	return s.rules.DownHold
}

func (s *AutoscalerState) slot() int64 { return s.bucket % int64(len(s.buckets)) }

// advance opens the bucket of instant at, and empties those that fall out of the window.
func (s *AutoscalerState) advance(at clock.Time) {
	bucket := int64(at) / int64(s.rules.Every)
	if bucket < s.bucket {
		panic(fmt.Sprintf("autoscaler: %v lies before the bucket at %v", at, clock.Time(s.bucket*int64(s.rules.Every))))
	}
	if missed := bucket - s.bucket; missed >= int64(len(s.buckets)) {
		clear(s.buckets)
		s.bucket, s.total = bucket, 0
		return
	}
	for s.bucket < bucket {
		s.bucket++
		s.total -= s.buckets[s.slot()]
		s.buckets[s.slot()] = 0
	}
}

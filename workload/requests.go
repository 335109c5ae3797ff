package workload

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/input"
	"github.com/bobby-math/tessera/rng"
)

// Request is one request to a service.
type Request struct {
	// At is when it arrives. At least 0.
	At clock.Time
	// Work is how long a replica serves it, alone in its slot. At least 1 ns.
	Work time.Duration
}

// Arrivals yields the requests of one run in order of arrival, equal arrivals in the
// order in which they are yielded. It is made for one run and not shared.
type Arrivals interface {
	// Next returns the next request; false when there is none any more.
	Next() (r Request, ok bool)
}

// Processes are the ways for requests to come in, in the order of documentation.
var Processes = []string{"poisson", "gamma", "counts", "log"}

const (
	// MaxRate is the highest rate of requests, per second.
	MaxRate = 1e7
	// DefaultBin is the width of a bin of counts where none is said.
	DefaultBin = time.Minute

	minCV, maxCV = 0.01, 100.0
)

// Requests says which requests come in: open arrivals, which do not wait for the answers
// to earlier ones. The zero value is no process and fails Check.
type Requests struct {
	// Process is one of Processes:
	//
	//	poisson  independent of each other, Rate a second on average
	//	gamma    gaps of a gamma distribution with coefficient of variation CV: bursts if
	//	         above 1, a Poisson process at 1, ever more regular below. The first gap
	//	         begins at 0, as if a request had come just before.
	//	counts   as many in each bin as Counts says, uniform within the bin
	//	log      those of Log
	//
	// The first two never end; the others end with their data.
	Process string `json:"process"`
	// Rate is the mean number of requests a second, of poisson and gamma. Range
	// (0, MaxRate].
	Rate float64 `json:"rate_per_second,omitempty"`
	// CV is the standard deviation of the gaps of gamma over their mean. Range [0.01, 100].
	CV float64 `json:"cv,omitempty"`
	// Counts are the requests in each Bin, of counts. At least 0, and no more than MaxRate
	// allows.
	Counts []int `json:"-"`
	// Bin is the width of a bin; 0 is DefaultBin.
	Bin time.Duration `json:"bin_ns,omitempty"`
	// Log are the requests of log, in order of arrival.
	Log []LoggedRequest `json:"-"`
	// Source is what Counts or Log were read from, as the user typed it: "azure:FILE".
	Source string `json:"source,omitempty"`
	// Opens is how long after the beginning the service opens: every request comes in that
	// much later. At least 0, the default.
	Opens time.Duration `json:"opens_ns,omitempty"`
	// Service is how long requests take.
	Service ServiceTime `json:"service"`
}

// Check returns everything that is wrong with r, each with its place below r.
func (r Requests) Check() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !slices.Contains(Processes, r.Process) {
		wrong("process: %q must be one of %s", r.Process, strings.Join(Processes, ", "))
	}
	drawn := r.Process == "poisson" || r.Process == "gamma"
	if drawn && !(r.Rate > 0 && r.Rate <= MaxRate) {
		wrong("rate: %v must be in (0, %v] a second", r.Rate, float64(MaxRate))
	}
	if r.Process == "gamma" {
		input.Within(&errs, "cv", r.CV, minCV, maxCV)
	}
	if r.Process == "counts" {
		errs = append(errs, r.checkCounts()...)
	}
	if r.Process == "log" {
		errs = append(errs, checkLog(r.Log)...)
	} else if r.Service.byTokens() {
		wrong("service: tokens are known only of the requests of a log")
	}
	input.Within(&errs, "opens", r.Opens, 0, maxWait)
	input.Below(&errs, "service: ", r.Service.Check()...)
	return errs
}

// Total returns how many requests the counts or the log hold; of a process that never ends 0.
func (r Requests) Total() int {
	total := len(r.Log)
	for _, n := range r.Counts {
		total += n
	}
	return total
}

// Within returns how many of the requests of counts or a log come before the end of a run, and
// when the last of them does; of counts those of every bin that begins before it, and the end
// of the last.
func (r Requests) Within(run time.Duration) (come int, last time.Duration) {
	for _, q := range r.Log {
		if at := r.Opens + q.At; at <= run {
			come, last = come+1, at
		}
	}
	for n, count := range r.Counts {
		if begins := r.Opens + time.Duration(n)*r.bin(); count > 0 && begins < run {
			come, last = come+count, begins+r.bin()
		}
	}
	return come, last
}

// Most returns how many requests come in a time d, positive, where they come fastest; on
// average if they are drawn. r must have passed Check.
func (r Requests) Most(d time.Duration) float64 {
	switch r.Process {
	case "counts":
		fullest := 0
		for _, n := range r.Counts {
			fullest = max(fullest, n)
		}
		return min(float64(r.Total()), float64(fullest)*d.Seconds()/r.bin().Seconds())
	case "log":
		most, first := 0, 0
		for n := range r.Log {
			for r.Log[n].At-r.Log[first].At >= d {
				first++
			}
			most = max(most, n-first+1)
		}
		return float64(most)
	}
	return r.Rate * d.Seconds()
}

// Arrivals returns the requests of a run. When they come and how long they take are two
// streams of their own, so that another Service changes no arrival. r must have passed
// Check. Memory does not grow with the number of requests; Counts and Log are shared, not
// copied.
func (r Requests) Arrivals(seed uint64) Arrivals {
	if r.Opens > 0 {
		return &opening{r.Opens, r.arrivals(seed)}
	}
	return r.arrivals(seed)
}

func (r Requests) arrivals(seed uint64) Arrivals {
	if r.Process == "log" && r.Service.byTokens() {
		return &logged{log: r.Log, tokens: r.Service.Tokens}
	}
	return &timed{r.instants(seed), r.Service.distribution(), rng.Stream(seed, "requests/work")}
}

func (r Requests) instants(seed uint64) instants {
	arrivals := rng.Stream(seed, "requests/arrivals")
	switch r.Process {
	case "poisson":
		return newPoisson(r.Rate, arrivals)
	case "gamma":
		return newGamma(r.Rate, r.CV, arrivals)
	case "counts":
		return &binned{counts: r.Counts, width: r.bin(), r: arrivals, bin: -1}
	case "log":
		return &logged{log: r.Log}
	}
	panic(fmt.Sprintf("requests: no process %q", r.Process))
}

type instants interface {
	instant() (at clock.Time, ok bool)
}

// timed are requests whose work is drawn, whenever they come.
type timed struct {
	instants instants
	service  rng.Duration
	work     *rand.Rand
}

// Next implements Arrivals.
func (t *timed) Next() (Request, bool) {
	at, ok := t.instants.instant()
	if !ok {
		return Request{}, false
	}
	return Request{at, max(t.service.Sample(t.work), 1)}, true
}

// opening are requests that all come in by so much later.
type opening struct {
	by time.Duration
	Arrivals
}

// Next implements Arrivals.
func (o *opening) Next() (Request, bool) {
	r, ok := o.Arrivals.Next()
	r.At = r.At.Add(o.by)
	return r, ok
}

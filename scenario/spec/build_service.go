package spec

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/spelling"
	"github.com/bobby-math/tessera/workload"
)

// noRequests is the process of a service without requests.
const noRequests = "none"

// service returns the service of f, nil without one. Requests of a file are still to be read.
func (f *File) service() *scenario.Service {
	s := f.Service
	if s.Replicas == 0 {
		return nil
	}
	v := &scenario.Service{
		Service: workload.Service{
			Replicas: s.Replicas, Gang: s.Gang, Load: s.Load.build(), Concurrency: s.Concurrency,
			Timeout: s.Timeout, Retries: int(s.Retries), RetryDelay: s.RetryDelay,
			Balancer: workload.Balancing(s.Balancer), Sync: s.Sync,
			Autoscaler: (*workload.Autoscaler)(s.Autoscale),
		},
		Rules: scheduler.ServiceRules{Every: s.Every, Extra: s.Extra, OnWarning: scheduler.Warning(s.OnWarning)},
		Batch: s.BatchPolicy.Spec, BatchPolicy: s.BatchPolicy.String(),
	}
	if p := s.Requests.Process; p != noRequests && !workload.FindRequestForm(p).Recorded {
		v.Requests = &workload.Requests{
			Process: p, Rate: float64(value(s.Requests.Rate)), CV: s.Requests.CV,
			Opens: *s.Requests.Opens, Service: workload.ServiceTime(s.ServiceTime),
		}
	}
	return v
}

func (r *Resolved) readRequests() error {
	from := r.File.Service.Requests
	if r.Scenario.Service == nil || from.File == nil || !workload.FindRequestForm(from.Process).Recorded {
		return nil
	}
	text := from.Process + ":" + string(*from.File)
	if from.Process == "counts" {
		text += ",bin=" + from.Bin.String()
	}
	return r.Scenario.ReadRequests(string(*from.File), text, *from.Opens, workload.ServiceTime(r.File.Service.ServiceTime))
}

// roundTrips gives the service the round trip of every pool, unless all are 0: that of its
// zone, before that of its region, before that of the pool.
func (r *Resolved) roundTrips() error {
	if r.Scenario.Service == nil {
		return nil
	}
	to := map[string]time.Duration{}
	for _, t := range r.File.Service.RoundTrip {
		to[t.Place] = t.Time
	}
	var places []string
	times := make([]time.Duration, len(r.Scenario.Pools))
	far := false
	for i, from := range r.Scenario.Models() {
		name := r.Scenario.Pools[i].Name
		times[i] = r.File.Market.Pools[from].RoundTrip
		for _, place := range []string{name.Region, name.Zone} {
			if d, said := to[place]; said {
				times[i] = d
			}
			places = append(places, place)
		}
		far = far || times[i] > 0
	}
	if far {
		r.Scenario.Service.RoundTrip = times
	}
	slices.Sort(places)
	places = slices.Compact(places)
	var errs []error
	for i, t := range r.File.Service.RoundTrip {
		if !slices.Contains(places, t.Place) {
			errs = append(errs, fmt.Errorf("service.round_trip[%d]: no zone lies in %q%s (there are: %s)", i, t.Place, spelling.DidYouMean(t.Place, places), list(places)))
		}
	}
	return errors.Join(errs...)
}

// service finds what makes no sense about a service. Its keys are whole paths.
func (c *contradictions) service(f *File) {
	for i := range f.Market.Pools {
		if d := f.Market.Pools[i].RoundTrip; d < 0 || d > scenario.MaxDuration {
			c.wrong(at("market.pools", i)+".round_trip", "%v must be in [0s, %v]", d, FormatDuration(scenario.MaxDuration))
		}
	}
	if n := f.Service.Replicas; n < 0 {
		c.wrong("service.replicas", "%d must be in [0, %d]", n, workload.MaxReplicas)
		f.Service.Replicas = 1 // so that the rest is looked at
	}
	kind := f.kind()
	for i, p := range f.Policies {
		if !p.Entry.For(kind) {
			c.wrong(at("policies", i), "%v", p.Entry.Mismatch(kind))
		}
	}
	if f.Service.Replicas == 0 {
		c.forgotten("service", "replicas", "needs service.replicas: how many are wanted ready")
		return
	}
	c.requests(&f.Service)
}

func (f *File) kind() scheduler.Kind {
	switch {
	case f.Job.Work != 0:
		return scheduler.KindJob
	case f.Service.Replicas != 0:
		return scheduler.KindService
	}
	return scheduler.KindTasks
}

// forgotten notes a section of which something is said, but not the key without which it is
// none.
func (c *contradictions) forgotten(name, key, message string) {
	section := c.said.below(name)
	if needed := section.below(key); section == nil || needed != nil && needed.Origin.Source != Default {
		return
	}
	for _, f := range section.Fields {
		if said := f.Value.said(""); said != nil {
			c.found = append(c.found, Problem{Where: said.Origin, Path: join(name, f.Key), Message: message})
			return
		}
	}
}

func (c *contradictions) requests(s *Service) {
	q := &s.Requests
	form := workload.FindRequestForm(q.Process)
	switch {
	case q.Process == noRequests:
	case form.Recorded:
		if q.File == nil {
			c.wrong("service.requests.process", "%s needs a file", q.Process)
		}
		c.against("service.requests.rate", "service.requests.process", "makes no sense with requests of a file")
	default:
		if q.Rate == nil && c.said.Find("service.requests.rate") == nil {
			c.wrong("service.requests.process", "%s needs a rate", q.Process)
		}
		c.against("service.requests.file", "service.requests.process", "makes no sense with "+q.Process)
	}
	if s.Autoscale != nil && q.Process == noRequests {
		c.wrong("service.autoscale", "needs service.requests, whose rate it follows")
	}
	if s.ServiceTime.Tokens != (workload.TokenTime{}) && !form.Tokens {
		c.wrong("service.service_time", "tokens are known only of the requests of a log, azure or mooncake")
		s.ServiceTime = ServiceTime(workload.DefaultServiceTime)
	}
}

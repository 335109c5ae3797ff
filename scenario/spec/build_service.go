package spec

import (
	"strings"
	"time"

	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// noRequests is the process of a service that nobody sends anything.
const noRequests = "none"

// serving returns the service of f, nil without one. Requests of a file are still to be read.
func (f *File) serving() *scenario.Serving {
	s := f.Service
	if s.Replicas == 0 {
		return nil
	}
	v := &scenario.Serving{
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

// readRequests reads the requests of a file.
func (r *Resolved) readRequests() error {
	from := r.File.Service.Requests
	if r.Scenario.Serving == nil || from.File == nil || !workload.FindRequestForm(from.Process).Recorded {
		return nil
	}
	text := from.Process + ":" + string(*from.File)
	if from.Process == "counts" {
		text += ",bin=" + from.Bin.String()
	}
	return r.Scenario.ReadRequests(text, *from.Opens, workload.ServiceTime(r.File.Service.ServiceTime))
}

// roundTrips gives the service the round trip of every pool, unless all are 0.
func (r *Resolved) roundTrips() {
	times := make([]time.Duration, len(r.Scenario.Pools))
	far := false
	for i, from := range r.from {
		times[i] = r.File.Market.Pools[from].RoundTrip
		far = far || times[i] > 0
	}
	if r.Scenario.Serving != nil && far {
		r.Scenario.Serving.RoundTrip = times
	}
}

// service looks for what makes no sense about a service. Its keys are whole paths.
func (c *contradictions) service(f *File) {
	c.path = ""
	for i := range f.Market.Pools {
		if d := f.Market.Pools[i].RoundTrip; d < 0 || d > scenario.MaxDuration {
			c.wrong(at("market.pools", i)+".round_trip", "%v must be in [0s, %v]", d, FormatDuration(scenario.MaxDuration))
		}
	}
	if n := f.Service.Replicas; n < 0 {
		c.wrong("service.replicas", "%d must be in [0, %d]", n, workload.MaxReplicas)
		f.Service.Replicas = 1 // so that the rest is looked at
	}
	serving := f.Service.Replicas > 0
	for i, p := range f.Policies {
		switch {
		case serving && !p.Entry.For(scheduler.KindService):
			c.wrong(at("policies", i), "%s is not for services (such are: %s)", p.Entry.Name, strings.Join(scheduler.Names(scheduler.KindService), ", "))
		case !serving && !p.Entry.For(scheduler.KindTasks):
			c.wrong(at("policies", i), "%s is for a service: use tessera service, or say how many service.replicas", p.Entry.Name)
		}
	}
	if !serving {
		c.forgotten()
		return
	}
	if f.Drain {
		c.wrong("drain", "makes no sense with a service, which is never done")
	}
	c.requests(&f.Service)
}

// forgotten notes a service of which much is said, but not how many replicas it has.
func (c *contradictions) forgotten() {
	service := c.said.field("service")
	if replicas := service.below("replicas"); service == nil || replicas != nil && replicas.Origin.Source != Default {
		return
	}
	for _, f := range service.Fields {
		if said := f.Value.said(); said != nil {
			c.found = append(c.found, Problem{Where: said.Origin, Path: join("service", f.Key), Message: "needs service.replicas: how many are wanted ready"})
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

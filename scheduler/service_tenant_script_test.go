package scheduler

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
)

// TestServiceTenantScripts runs the scripts in testdata/service-tenant: news in, launches
// out, with the book between them, as in a run. A script is lines of
//
//	policy NAME[:k=v]     a new tenant with this policy, which looks every 20 s
//	rules KEY=VALUE...    extra=N, warnings=ignore|notice|rebalance; before the first look
//	gang N                instances that make a replica; before the first look
//	pool NAME SPOT ONDEMAND   prices in $/h
//	capacity POOL N       instances it can hold from now on; more are refused
//	price POOL SPOT
//	target N
//	serve|preempt|notice|recommend REPLICA...
//	between               a call between two looks: news are told, nothing is planned
//	look [N]              the next look; below it stand its actions after ">". Of N looks
//	                      only how often each pool was asked, and refused
//	# comment
func TestServiceTenantScripts(t *testing.T) {
	checkScripts(t, "testdata/service-tenant/*.txt", func(p Spec) actor { return newServiceScript(p) })
}

// serviceScript is a tenant of a service and its book, driven by hand.
type serviceScript struct {
	spec           Spec
	rules          ServiceRules
	gang           int
	policy         Policy // nil before the first call
	view           *View
	book           *Book
	look           clock.Time // the next
	asked, refused []int      // replicas, by pool
}

func newServiceScript(p Spec) *serviceScript {
	v := NewView(nil, 0, 0)
	return &serviceScript{spec: p, rules: ServiceRules{Every: 20 * time.Second}, gang: 1, view: v, book: NewBook(v)}
}

func (s *serviceScript) obey(t *testing.T, line int, words []string) []string {
	t.Helper()
	number := func(n int) int {
		value, err := strconv.ParseFloat(words[n], 64)
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		return int(value)
	}
	price := func(n int) cloud.Price {
		value, err := strconv.ParseFloat(words[n], 64)
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		return cloud.PerHour(value)
	}
	switch words[0] {
	case "rules":
		s.setRules(t, line, words[1:])
	case "gang":
		s.gang = number(1)
	case "pool":
		s.open(Pool{Name: cloud.Pool{Zone: words[1]}, Spot: price(2), OnDemand: price(3), Capacity: 1_000_000})
	case "capacity":
		s.view.Apply(capacityNews(s.view, s.pool(t, line, words[1]), number(2)))
	case "price":
		s.view.Apply(priceNews(s.view, s.pool(t, line, words[1]), price(2)))
	case "target":
		s.view.Apply(targetNews(s.view, number(1)))
	case "serve", "preempt", "notice", "recommend":
		for n := range words[1:] {
			s.befall(words[0], cloud.ReplicaID(number(n+1)))
		}
	case "between":
		return s.decide(t, line, s.view.Now.Add(time.Second))
	case "look":
		if len(words) == 1 {
			return s.decide(t, line, s.look)
		}
		return s.lookOften(t, line, number(1))
	default:
		t.Fatalf("line %d: unknown word %q", line, words[0])
	}
	return nil
}

func (s *serviceScript) setRules(t *testing.T, line int, settings []string) {
	t.Helper()
	for _, setting := range settings {
		key, value, _ := strings.Cut(setting, "=")
		switch {
		case key == "extra":
			set(t, line, []string{setting}, map[string]*int{"extra": &s.rules.Extra})
		case key == "warnings" && slices.Contains(Warnings, Warning(value)):
			s.rules.OnWarning = Warning(value)
		default:
			t.Fatalf("line %d: no rule %q", line, setting)
		}
	}
}

func (s *serviceScript) open(p Pool) {
	s.view.Pools = append(s.view.Pools, p)
	s.asked, s.refused = append(s.asked, 0), append(s.refused, 0)
}

func (s *serviceScript) pool(t *testing.T, line int, name string) cloud.PoolID {
	t.Helper()
	at := slices.IndexFunc(s.view.Pools, func(p Pool) bool { return p.Name.Zone == name })
	if at < 0 {
		t.Fatalf("line %d: there is no pool %q", line, name)
	}
	return cloud.PoolID(at)
}

// befall has something happen to a replica: to the first of its instances, where it is
// one that does.
func (s *serviceScript) befall(what string, id cloud.ReplicaID) {
	r := s.view.Replica(id)
	kind := map[string]NewsKind{"notice": Noticed, "recommend": Recommended, "preempt": Preempted}[what]
	if what == "serve" {
		for i := range r.Instances() {
			s.view.Apply(instanceNews(s.view, Ready, i))
		}
		n := NewsOf(Served, s.view.Now)
		n.Replica, n.Pool = id, r.Pool
		s.view.Apply(&n)
		return
	}
	s.view.Apply(instanceNews(s.view, kind, r.First))
}

// lookOften looks count times and tells how often each pool was asked for a replica.
func (s *serviceScript) lookOften(t *testing.T, line, count int) (said []string) {
	t.Helper()
	clear(s.asked)
	clear(s.refused)
	for range count {
		s.decide(t, line, s.look)
	}
	for n := range s.view.Pools {
		said = append(said, fmt.Sprintf("%s asked for %d, refused %d", s.view.Pools[n].Name.Zone, s.asked[n], s.refused[n]))
	}
	return said
}

// decide calls the policy at an instant and carries out its actions as the engine does.
func (s *serviceScript) decide(t *testing.T, line int, at clock.Time) (said []string) {
	t.Helper()
	said, err := s.decideAt(at)
	if err != nil {
		t.Fatalf("line %d: illegal: %v", line, err)
	}
	return said
}

func (s *serviceScript) decideAt(at clock.Time) (said []string, err error) {
	if s.policy == nil {
		s.view.gang = s.gang
		if s.policy, err = s.spec.NewForService(s.rules); err != nil {
			return nil, err
		}
	}
	s.view.Now = at
	s.book.BeginDecision()
	actions := s.policy.Decide(s.view)
	s.view.News = s.view.News[:0]
	for _, a := range actions {
		if err := s.book.Check(a); err != nil {
			return said, err
		}
		switch a.Verb {
		case VerbLaunchReplica:
			said = append(said, s.launch(a))
		case VerbTerminateReplica:
			s.view.Apply(instanceNews(s.view, Terminated, s.view.Replica(a.Replica).First))
			said = append(said, fmt.Sprintf("terminate replica %d", a.Replica))
		case VerbWake:
			s.look = a.At
		default:
			return said, fmt.Errorf("verb %d", a.Verb)
		}
	}
	return said, nil
}

func (s *serviceScript) launch(a Action) string {
	p := &s.view.Pools[a.Pool]
	text := fmt.Sprintf("launch %v in %s:", a.Purchase, p.Name.Zone)
	for range a.Count {
		n := requestNews(s.view, a, s.gang)
		n.Replica = s.view.NextReplica()
		s.view.Apply(n)
		text += fmt.Sprintf(" replica %d", n.Replica)
		s.asked[a.Pool]++
		if a.Purchase == cloud.Spot && p.Held > p.Capacity {
			s.view.Apply(instanceNews(s.view, Refused, n.Instance))
			s.refused[a.Pool]++
			text += " refused"
		}
	}
	return text
}

package scheduler

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// Every registered policy for services is held to these tests on its arrival, at its
// defaults and at the bounds of its parameters.
func eachServicePolicy(t *testing.T, test func(t *testing.T, spec Spec)) {
	for _, e := range All() {
		if !e.For(KindService) {
			continue
		}
		for _, text := range settings(e) {
			t.Run(text, func(t *testing.T) {
				spec, err := Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				test(t, spec)
			})
		}
	}
}

// promised is how many spot replicas a policy plans, whatever happens. The others plan no
// fewer than none and, with those on-demand, no fewer than the target.
func promised(policy string, f *Fleet) (spot int, ok bool) {
	switch policy {
	case "ondemand":
		return 0, true
	case "spothedge", "even-spread", "round-robin":
		return f.Target + f.Extra, true
	default:
		return 0, false
	}
}

// Over random fleets a policy plans for the zones there are, in each a number that is not
// negative, as many in all as it promises; and a second one with the same history plans
// the same.
func TestEveryServicePolicyPlansForTheFleet(t *testing.T) {
	eachServicePolicy(t, func(t *testing.T, spec Spec) {
		for seed := range uint64(100) {
			first, second := plans(t, spec, seed), plans(t, spec, seed)
			if !reflect.DeepEqual(first, second) {
				t.Fatalf("seed %d: two policies with one history plan differently", seed)
			}
		}
	})
}

// plans puts a policy before the fleets that seed makes and returns all its plans.
func plans(t *testing.T, spec Spec, seed uint64) (said []string) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	s := fleetScript{policy: forOne[ServicePolicy](t, spec)}
	f := &s.fleet
	zones := 1 + r.IntN(6)
	for n := range zones {
		s.obey(t, 0, []string{"zones", string(rune('a' + n))})
	}
	for look := range 60 {
		for n := range f.Zones {
			disturb(r, &f.Zones[n])
		}
		if look == 0 || r.IntN(5) == 0 {
			f.Target, f.Extra = r.IntN(8), r.IntN(4)
		}
		f.OnDemandReady = r.IntN(f.OnDemand + 1)
		said = append(said, s.plan())
		spot := 0
		for n := range f.Zones { // what was planned is launched now
			if spot += f.Zones[n].Launched; f.Zones[n].Launched < 0 {
				t.Fatalf("seed %d, look %d: %s", seed, look, said[look])
			}
		}
		want, ok := promised(spec.Entry.Name, f)
		if ok && spot != want || f.OnDemand < 0 || spot+f.OnDemand < f.Target || len(f.Zones) != zones {
			t.Fatalf("seed %d, look %d: target %d, extra %d: %s", seed, look, f.Target, f.Extra, said[look])
		}
	}
	return said
}

// disturb has anything happen in a zone that can between two looks.
func disturb(r *rand.Rand, z *Zone) {
	z.Spot = cloud.PerHour(0.1 + 0.1*float64(r.IntN(4)))
	z.Room = r.IntN(5)
	lost := r.IntN(z.Launched + 1)
	if r.IntN(3) > 0 {
		lost = 0
	}
	refused := min(z.Granted, r.IntN(lost+1))
	z.Launched, z.Granted = z.Launched-lost, z.Granted-refused
	z.Preempted, z.Refused = lost-refused, refused
	z.Ready = r.IntN(z.Launched + 1)
}

// Through the tenant and the book, with replicas of one instance or several and whatever
// news, every action is legal, the tenant asks for its next call, and a second one acts the
// same.
func TestEveryServicePolicyActsLegallyAndRepeatably(t *testing.T) {
	eachServicePolicy(t, func(t *testing.T, spec Spec) {
		for seed := range uint64(100) {
			first, second := serviceHistory(t, spec, seed), serviceHistory(t, spec, seed)
			if !reflect.DeepEqual(first, second) {
				t.Fatalf("seed %d: two tenants with one history act differently", seed)
			}
		}
	})
}

// serviceHistory puts a tenant through what seed makes happen and returns what it did.
func serviceHistory(t *testing.T, spec Spec, seed uint64) (all []string) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	s := newServiceScript(spec)
	s.gang = 1 + r.IntN(3)
	s.rules.Extra, s.rules.OnWarning = r.IntN(3), Warnings[r.IntN(len(Warnings))]
	for n := range 1 + r.IntN(5) {
		name := cloud.Pool{Zone: string(rune('a' + n))}
		s.open(Pool{Name: name, OnDemand: cloud.PerHour(1 + float64(r.IntN(2))), Spot: cloud.PerHour(0.3), Capacity: int32(r.IntN(10))})
	}
	s.view.Apply(targetNews(s.view, 1+r.IntN(4)))
	for range 60 {
		for range r.IntN(5) {
			s.happen(r)
		}
		at := s.look
		if r.IntN(3) == 0 && s.view.Now > 0 {
			at = s.view.Now.Add(time.Second) // for other news, between two looks
		}
		said, err := s.decideAt(at)
		if err != nil {
			t.Fatalf("seed %d: illegal: %v", seed, err)
		}
		if s.look <= s.view.Now {
			t.Fatalf("seed %d: asks for no call after %v", seed, s.view.Now)
		}
		all = append(all, strings.Join(said, "; "))
	}
	return all
}

// happen lets one random thing happen that can.
func (s *serviceScript) happen(r *rand.Rand) {
	pool := cloud.PoolID(r.IntN(len(s.view.Pools)))
	switch what := []string{"serve", "serve", "preempt", "notice", "recommend", "price", "capacity", "target"}[r.IntN(8)]; what {
	case "price":
		s.view.Apply(priceNews(s.view, pool, cloud.PerHour(0.2+0.1*float64(r.IntN(4)))))
	case "capacity":
		s.view.Apply(capacityNews(s.view, pool, r.IntN(10)))
	case "target":
		s.view.Apply(targetNews(s.view, r.IntN(6)))
	default:
		if len(s.view.replicas) == 1 {
			return // none has number 0
		}
		id := cloud.ReplicaID(1 + r.IntN(len(s.view.replicas)-1))
		replica := s.view.Replica(id)
		if replica.State == Gone || what == "serve" && replica.State == Serving || what != "serve" && replica.Purchase == cloud.OnDemand {
			return
		}
		s.befall(what, id)
	}
}

// sightings is a policy that wants two spot replicas in the first zone and notes what it
// sees of it.
type sightings struct{ seen []Zone }

func (s *sightings) Plan(f *Fleet, p *Plan) {
	s.seen = append(s.seen, f.Zones[0])
	p.Resize(2, func() int { return 0 })
}

func TestTheTenantTellsWhatBecameOfTheLaunches(t *testing.T) {
	policy := &sightings{}
	s := newServiceScript(Spec{})
	s.policy = &serviceTenant{policy: policy, rules: s.rules}
	s.view.gang = 1
	s.open(Pool{Capacity: 1})
	s.decide(t, 0, s.look) // two asked for, one refused
	s.befall("serve", 1)
	s.decide(t, 0, s.look) // one asked for, refused
	s.befall("preempt", 1)
	s.decide(t, 0, s.look)
	want := []Zone{
		{Room: 1},
		{Launched: 1, Ready: 1, Granted: 1, Refused: 1},
		{Refused: 1, Preempted: 1, Room: 1},
	}
	if !reflect.DeepEqual(policy.seen, want) {
		t.Errorf("seen %+v, want %+v", policy.seen, want)
	}
}

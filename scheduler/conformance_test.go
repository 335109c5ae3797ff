package scheduler

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/bobby-math/tessera/cloud"
)

// Every registered policy is held to these tests on its arrival.

func TestEveryPolicyIsDescribed(t *testing.T) {
	for _, e := range All() {
		if e.Title == "" || e.Doc == "" || e.Source == "" {
			t.Errorf("%s: title, doc and source are all needed: %+v", e.Name, e)
		}
		for _, p := range e.Params {
			if p.Doc == "" { // Register has checked the default
				t.Errorf("%s: parameter %s needs a doc", e.Name, p.Name)
			}
		}
		spec, err := Parse(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(spec.String())
		if err != nil || !reflect.DeepEqual(again.Args, spec.Args) {
			t.Errorf("%s: %q reads back as %v, %v", e.Name, spec, again.Args, err)
		}
	}
}

// TestEveryPolicyActsLegallyAndRepeatably puts every policy, at its defaults and at the
// bounds of its parameters, through random histories: all its actions are legal, and a
// second policy with the same history acts the same.
func TestEveryPolicyActsLegallyAndRepeatably(t *testing.T) {
	for _, e := range All() {
		if !e.For(KindTasks) {
			continue
		}
		for _, text := range settings(e) {
			t.Run(text, func(t *testing.T) {
				spec, err := Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				for seed := range uint64(200) {
					first, second := history(t, spec, seed), history(t, spec, seed)
					if !reflect.DeepEqual(first, second) {
						t.Fatalf("seed %d: two policies with one history act differently", seed)
					}
				}
			})
		}
	}
}

// settings returns the policy at its defaults, and at each bound and choice of each parameter.
func settings(e Entry) []string {
	texts := []string{e.Name}
	for _, p := range e.Params {
		for _, bound := range []any{p.Min, p.Max} {
			if bound != nil {
				texts = append(texts, fmt.Sprintf("%s:%s=%s", e.Name, p.Name, p.Text(bound)))
			}
		}
		for _, word := range p.Choices {
			texts = append(texts, fmt.Sprintf("%s:%s=%s", e.Name, p.Name, word))
		}
	}
	return texts
}

// history puts a policy through what seed makes happen and returns all its decisions.
func history(t *testing.T, spec Spec, seed uint64) (all []string) {
	r := rand.New(rand.NewPCG(seed, 1))
	s := newTenant(forTasks(t, spec))
	for range 1 + r.IntN(3) {
		p := Pool{OnDemand: cloud.PerHour(1), Spot: cloud.PerHour(0.2 + r.Float64()), Capacity: math.MaxInt32}
		if r.IntN(3) == 0 {
			p.Bid = cloud.PerHour(0.6)
		}
		s.view.Pools = append(s.view.Pools, p)
	}
	s.view.limit = r.IntN(4)
	for range 60 {
		for range r.IntN(4) {
			s.happen(t, r)
		}
		actions, err := s.decide()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		all = append(all, actions...)
	}
	return all
}

// happen lets one random thing happen that can.
func (s *tenant) happen(t *testing.T, r *rand.Rand) {
	word := []string{"arrive", "price", "ready", "notice", "preempt", "refuse", "complete"}[r.IntN(7)]
	switch word {
	case "arrive":
		s.obey(t, 0, []string{word})
	case "price":
		s.view.Apply(priceNews(s.view, cloud.PoolID(r.IntN(len(s.view.Pools))), cloud.PerHour(0.2+r.Float64())))
	default:
		if len(s.view.instances) == 0 {
			return
		}
		i := s.view.Instance(cloud.InstanceID(r.IntN(len(s.view.instances))))
		if s.can(word, i) {
			id := int(i.ID)
			if word == "complete" {
				id = int(i.Task)
			}
			s.obey(t, 0, []string{word, fmt.Sprint(id)})
		}
	}
}

func (s *tenant) can(word string, i *Instance) bool {
	switch word {
	case "ready", "refuse":
		return i.State == Provisioning
	case "complete":
		return i.State == Running && i.Task != cloud.None
	default:
		return i.State != Ended && i.Purchase == cloud.Spot
	}
}

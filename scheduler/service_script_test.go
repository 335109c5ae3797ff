package scheduler

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// TestServiceScripts runs the scripts in testdata/service: a fleet in, a plan out. A
// script is lines of
//
//	policy NAME[:k=v]          a new policy, and no zones
//	zones NAME...              where it can launch: spot at 0.30 $/h, room without end
//	target N [extra M]
//	price ZONE SPOT            in $/h
//	room ZONE N                how many spot replicas more it could hold
//	zone ZONE COUNT=N...       sets launched, ready, preempted, refused or granted
//	on-demand launched=N ready=N
//	ready                      all that is launched is ready
//	plan                       the policy plans; below it stands the plan after ">"
//	# comment
//
// What is planned is launched and stands, unless the lines after it say something else; two
// plans are 20 s apart.
func TestServiceScripts(t *testing.T) {
	checkScripts(t, "testdata/service/*.txt", func(p Spec) actor {
		return &fleetScript{policy: forOne[ServicePolicy](t, p)}
	})
}

// fleetScript is a policy for services and its fleet, driven by hand.
type fleetScript struct {
	policy ServicePolicy
	fleet  Fleet
}

func (p *fleetScript) obey(t *testing.T, line int, words []string) []string {
	t.Helper()
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		return n
	}
	f := &p.fleet
	switch words[0] {
	case "zones":
		for _, name := range words[1:] {
			f.Zones = append(f.Zones, Zone{Name: cloud.Pool{Zone: name}, Spot: cloud.PerHour(0.3), OnDemandPrice: cloud.PerHour(1), Room: 1_000_000})
		}
	case "target":
		f.Target = number(words[1])
		if len(words) > 3 {
			f.Extra = number(words[3])
		}
	case "price":
		dollars, err := strconv.ParseFloat(words[2], 64)
		if err != nil {
			t.Fatalf("line %d: %v", line, err)
		}
		p.zone(t, line, words[1]).Spot = cloud.PerHour(dollars)
	case "room":
		p.zone(t, line, words[1]).Room = number(words[2])
	case "zone":
		z := p.zone(t, line, words[1])
		set(t, line, words[2:], map[string]*int{
			"launched": &z.Launched, "ready": &z.Ready, "preempted": &z.Preempted, "refused": &z.Refused, "granted": &z.Granted,
		})
	case "on-demand":
		set(t, line, words[1:], map[string]*int{"launched": &f.OnDemand, "ready": &f.OnDemandReady})
	case "ready":
		for z := range f.Zones {
			f.Zones[z].Ready = f.Zones[z].Launched
		}
		f.OnDemandReady = f.OnDemand
	case "plan":
		return []string{p.plan()}
	default:
		t.Fatalf("line %d: unknown word %q", line, words[0])
	}
	return nil
}

func (p *fleetScript) zone(t *testing.T, line int, name string) *Zone {
	t.Helper()
	for z := range p.fleet.Zones {
		if p.fleet.Zones[z].Name.Zone == name {
			return &p.fleet.Zones[z]
		}
	}
	t.Fatalf("line %d: there is no zone %q", line, name)
	return nil
}

// set reads settings like ready=2 into the numbers they name.
func set(t *testing.T, line int, settings []string, numbers map[string]*int) {
	t.Helper()
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		n, err := strconv.Atoi(value)
		if numbers[key] == nil || err != nil {
			t.Fatalf("line %d: cannot read %q", line, s)
		}
		*numbers[key] = n
	}
}

// plan has the policy plan, says what, and makes it so.
func (p *fleetScript) plan() string {
	f := &p.fleet
	plan := Plan{OnDemand: f.OnDemand}
	for z := range f.Zones {
		plan.Spot = append(plan.Spot, f.Zones[z].Launched)
	}
	p.policy.Plan(f, &plan)
	var said []string
	for n, count := range plan.Spot {
		z := &f.Zones[n]
		said = append(said, fmt.Sprintf("%s=%d", z.Name.Zone, count))
		z.Preempted, z.Refused, z.Granted = 0, 0, max(count-z.Launched, 0)
		z.Room -= count - z.Launched
		z.Launched, z.Ready = count, min(z.Ready, count)
	}
	f.OnDemand, f.OnDemandReady = plan.OnDemand, min(f.OnDemandReady, plan.OnDemand)
	f.Now = f.Now.Add(20 * time.Second)
	return strings.Join(append(said, fmt.Sprintf("on-demand=%d", plan.OnDemand)), " ")
}

package scheduler_test

import (
	"testing"

	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scheduler"
)

// A policy outside of the package is as short as one within: these have no more than the
// exported names.

func init() {
	scheduler.Register(scheduler.Entry{
		Name: "outsider", Title: "Outsider", Doc: "spot, on-demand for what is behind", Source: "example",
		New: func(scheduler.Args) (any, error) { return &outsider{}, nil },
	})
}

type outsider struct{ placer scheduler.Placer }

func (o *outsider) Decide(v *scheduler.View) []scheduler.Action {
	o.placer.Begin(v)
	for t := range v.Pending() {
		if !o.placer.Place(t, cloud.Spot) {
			break
		}
	}
	return o.placer.End()
}

func (*outsider) Choose(j *scheduler.Job) (scheduler.Mode, int) {
	region, _ := j.NearestSpot()
	if j.Late() || j.Behind() && !j.Settled() {
		return j.Safely(scheduler.OnDemand), j.Region
	}
	return scheduler.OnSpot, region
}

// outsideFleet is for services. It is not registered, as it is in no document.
type outsideFleet struct{}

func (outsideFleet) Plan(f *scheduler.Fleet, p *scheduler.Plan) {
	p.Resize(f.Target+f.Extra, p.Emptiest)
	p.OnDemand = max(f.Target-f.Ready(), 0)
}

func TestPoliciesFromOutside(t *testing.T) {
	if _, ok := scheduler.Find("outsider"); !ok {
		t.Error("it is not registered")
	}
	fleet := &scheduler.Fleet{Target: 2, Extra: 1, Zones: make([]scheduler.Zone, 2)}
	plan := &scheduler.Plan{Spot: make([]int, 2)}
	outsideFleet{}.Plan(fleet, plan)
	if plan.Total() != 3 || plan.Spot[0] != 2 || plan.OnDemand != 2 {
		t.Errorf("plan %+v, want 2 and 1 on spot, 2 on-demand", plan)
	}
}

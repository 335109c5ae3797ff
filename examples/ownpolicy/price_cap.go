package main

import (
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/scheduler"
)

func init() {
	scheduler.Register(scheduler.Entry{
		Name:   "price-cap",
		Title:  "Price cap",
		Doc:    "spot while it costs at most a share of the on-demand price, else it waits; a job with a deadline goes to on-demand when the slack is used up",
		Source: "example",
		Params: []scheduler.Param{{
			Name: "share", Type: scheduler.Share, Default: 0.4,
			Doc: "highest spot price, as a share of the on-demand price; less is cheaper and later",
		}},
		New: func(a scheduler.Args) (any, error) { return &priceCap{share: a.Share("share")}, nil },
	})
}

// priceCap is for tasks (Decide) and for a job with a deadline (Choose).
type priceCap struct {
	share  float64
	placer scheduler.Placer
}

// Decide gives each pending task a spot instance in the cheapest pool while that is cheap
// enough, and is called again when a price changes. The Placer reuses idle instances first
// and terminates those that stay idle.
func (p *priceCap) Decide(v *scheduler.View) []scheduler.Action {
	p.placer.Begin(v)
	pool, ok := v.CheapestSpot()
	cheap := ok && p.cheap(v.Pools[pool].Spot, v.Pools[pool].OnDemand)
	for t := range v.Pending() {
		if !cheap || !p.placer.Place(t, cloud.Spot) {
			break
		}
	}
	return p.placer.End()
}

// Choose runs the job on spot while that is cheap enough and waits otherwise. Safely turns
// this into on-demand once the job could miss its deadline.
func (p *priceCap) Choose(j *scheduler.Job) (scheduler.Mode, int) {
	mode := scheduler.Idle
	if j.Has && p.cheap(j.SpotPrice, j.OnDemandPrice) {
		mode = scheduler.OnSpot
	}
	return j.Safely(mode), j.Region
}

func (p *priceCap) cheap(spot, onDemand cloud.Price) bool {
	return float64(spot) <= p.share*float64(onDemand)
}

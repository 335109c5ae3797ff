package scheduler

import "github.com/bobby-math/tessera/cloud"

func init() {
	Register(Entry{
		Name:   "fallback",
		Title:  "OnDemandFallback",
		Doc:    "spot first; a task preempted often enough goes to on-demand and stays",
		Source: "baseline; what recovery loops of job managers do after repeated preemptions",
		Params: []Param{{Name: "after", Default: 3, Max: 1_000_000,
			Doc: "preemptions of a task after which it gets on-demand; fewer is more expensive and sooner done"}},
		New: func(a Args) (any, error) { return &fallback{after: int32(a.Int("after"))}, nil },
	})
}

type fallback struct {
	after  int32
	placer Placer
	// unlucky are the pending tasks that get on-demand, in order of waiting. Keeping them
	// apart spares the policy a walk over all that wait for spot.
	unlucky []cloud.TaskID
}

func (p *fallback) Decide(v *View) []Action {
	p.placer.Begin(v)
	for _, n := range v.News {
		if (n.Kind == Arrived || n.Kind == Interrupted || n.Kind == Refused) && n.Task != cloud.None && p.fallsBack(v.Task(n.Task)) {
			p.unlucky = append(p.unlucky, n.Task)
		}
	}
	for len(p.unlucky) > 0 && p.placer.Place(v.Task(p.unlucky[0]), cloud.OnDemand) {
		p.unlucky = p.unlucky[1:]
	}
	if len(p.unlucky) == 0 {
		for t := range v.Pending() {
			if !p.fallsBack(t) && !p.placer.Place(t, cloud.Spot) {
				break
			}
		}
	}
	return p.placer.End()
}

func (p *fallback) fallsBack(t *Task) bool { return t.Preemptions >= p.after }

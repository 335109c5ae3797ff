package scheduler

func init() {
	Register(Entry{
		Name:   "round-robin",
		Title:  "Round robin",
		Doc:    "service: each new spot replica in the next zone, whether the last was lost or not",
		Source: "Ray Serve, GKE; baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{paramSees},
		New:    func(a Args) (any, error) { return &roundRobin{sees: sees(a.Choice("sees"))}, nil },
	})
}

type roundRobin struct {
	sees
	next int
}

func (r *roundRobin) Plan(f *Fleet, p *Plan) {
	p.Resize(f.Target+f.Extra, func() int {
		zone := r.next % len(f.Zones)
		r.next = zone + 1
		return zone
	})
}

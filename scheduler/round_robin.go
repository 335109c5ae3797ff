package scheduler

func init() {
	Register(Entry{
		Name:   "round-robin",
		Title:  "Round robin",
		Doc:    "service: each new spot replica in the next zone, whatever became of the last",
		Source: "Ray Serve, GKE; baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{paramSees},
		NewService: func(a Args) ServicePolicy {
			return &roundRobin{sees: sees{a["sees"]}}
		},
	})
}

type roundRobin struct {
	sees
	next int
}

func (r *roundRobin) Plan(f *Fleet, p *Plan) {
	p.resize(f.Target+f.Extra, func() int {
		zone := r.next % len(f.Zones)
		r.next = zone + 1
		return zone
	})
}

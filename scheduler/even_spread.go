package scheduler

func init() {
	Register(Entry{
		Name:   "even-spread",
		Title:  "Even spread",
		Doc:    "service: the same number of spot replicas in every zone, refilled where it is lowest, for ever",
		Source: "static spread of auto scaling groups and of MArk; baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{paramSees},
		NewService: func(a Args) ServicePolicy {
			return &evenSpread{sees{a["sees"]}}
		},
	})
}

type evenSpread struct{ sees }

func (evenSpread) Plan(f *Fleet, p *Plan) {
	p.resize(f.Target+f.Extra, func() int { return emptiest(p.Spot) })
}

// emptiest returns the zone with the fewest replicas, the first of equals.
func emptiest(spot []int) int {
	best := 0
	for z, n := range spot {
		if n < spot[best] {
			best = z
		}
	}
	return best
}

// paramSees is the parameter of the baselines that the artifact runs one look behind.
var paramSees = Param{
	Name:    "sees",
	Doc:     "now is the fleet as it is; late is as it was one look ago, as in the artifact of SkyServe",
	Choices: []string{"now", "late"},
}

// sees makes a policy see late if its parameter says so.
type sees struct{ choice int }

func (s sees) seesLate() bool { return s.choice == 1 }

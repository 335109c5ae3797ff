package scheduler

func init() {
	Register(Entry{
		Name:   "even-spread",
		Title:  "Even spread",
		Doc:    "service: the same number of spot replicas in every zone, refilled where it is lowest, for ever",
		Source: "static spread of auto scaling groups and of MArk; baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{paramSees},
		New:    func(a Args) (any, error) { return &evenSpread{sees(a.Choice("sees"))}, nil },
	})
	Register(Entry{
		Name:   "round-robin",
		Title:  "Round robin",
		Doc:    "service: each new spot replica in the next zone, whether the last was lost or not",
		Source: "Ray Serve, GKE; baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{paramSees},
		New:    func(a Args) (any, error) { return &roundRobin{sees: sees(a.Choice("sees"))}, nil },
	})
}

type evenSpread struct{ sees }

func (evenSpread) Plan(f *Fleet, p *Plan) { p.Resize(f.Target+f.Extra, p.Emptiest) }

// paramSees is the parameter of the baselines that the artifact runs one control interval behind.
var paramSees = Param{
	Name:    "sees",
	Type:    Choice,
	Doc:     "now is the fleet as it is; late is as it was one control interval ago, as in the artifact of SkyServe",
	Choices: []string{"now", "late"},
}

// sees makes a policy see late if its parameter says so.
type sees string

// SeesLate is as in ServicePolicy.
func (s sees) SeesLate() bool { return s == "late" }

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

package scheduler

func init() {
	Register(Entry{
		Name:  "asg-mixed",
		Title: "ASG mixed",
		Doc:   "service: a fixed share on-demand, the rest on spot where the provider's allocation strategy says; no fallback",
		Source: "Amazon EC2 Auto Scaling, mixed instances group (API type InstancesDistribution); " +
			"baseline in Mao et al., SkyServe, EuroSys 2025, section 5",
		Params: []Param{
			{Name: "base", Max: 1_000_000,
				Doc: "replicas of the target that are on-demand whatever the share; more is safer and more expensive; as in the API 0 by default"},
			{Name: "share", Default: 10, Max: 100,
				Doc: "percent of the target above base that is on-demand, rounded up; more is safer and more expensive; the API's own default, 100, would buy no spot"},
			paramStrategy,
			{Name: "pools", Default: 2, Min: 1, Max: 20,
				Doc: "over how many pools lowest-price spreads; fewer is cheaper; the others take no notice; as in the API 2 by default"},
		},
		New: func(a Args) (any, error) {
			return &asgMixed{a.Int("base"), a.Int("share"), a.Int("pools"), allocations[a.Choice("strategy")]}, nil
		},
	})
}

// asgMixed splits the target into on-demand and spot. What is held beyond the target is
// spot.
type asgMixed struct {
	base, share, pools int
	pick               allocation
}

func (g *asgMixed) Plan(f *Fleet, p *Plan) {
	p.OnDemand = g.onDemand(f.Target)
	spot := f.Target + f.Extra - p.OnDemand
	o := &order{fleet: f, plan: p, count: spot - p.Total(), spread: g.pools}
	p.Resize(spot, func() int { return g.pick(o) })
}

// onDemand returns how many replicas of a target are on-demand: what is no whole number is
// rounded in favour of on-demand.
func (g *asgMixed) onDemand(target int) int {
	above := max(target-g.base, 0)
	return min(g.base, target) + (above*g.share+99)/100
}

package scheduler

// onDemandService holds the target on on-demand and no spot.
type onDemandService struct{}

func (onDemandService) Plan(f *Fleet, p *Plan) {
	p.resize(0, nil)
	p.OnDemand = f.Target
}

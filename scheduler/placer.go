package scheduler

import "github.com/bobby-math/tessera/cloud"

// Placer carries out "one instance a task": it reuses idle instances of the wanted purchase,
// launches in the cheapest pool otherwise, and gives back what stays idle. It is what the simple
// policies share; they only say which purchase a task gets. The zero value is ready.
type Placer struct {
	view    *View
	actions []Action
	idle    [2][]cloud.InstanceID // by purchase
	planned []int32               // spot launches less terminations of this decision, by pool
	free    int
}

// Begin takes stock at the start of a decision.
func (p *Placer) Begin(v *View) {
	p.view, p.free = v, v.Free()
	p.actions = p.actions[:0]
	p.planned = append(p.planned[:0], make([]int32, len(v.Pools))...)
	p.idle[cloud.OnDemand] = p.idle[cloud.OnDemand][:0]
	p.idle[cloud.Spot] = p.idle[cloud.Spot][:0]
	for i := range v.Idle() {
		if i.Noticed {
			p.giveBack(i)
			continue
		}
		p.idle[i.Purchase] = append(p.idle[i.Purchase], i.ID)
	}
}

func (p *Placer) giveBack(i *Instance) {
	p.actions = append(p.actions, Terminate(i.ID))
	if i.Purchase == cloud.Spot {
		p.planned[i.Pool]--
	}
	p.free++
}

// Place finds t an instance of the given purchase; false if there is no room or none is sold.
func (p *Placer) Place(t *Task, purchase cloud.Purchase) bool {
	if same := p.idle[purchase]; len(same) > 0 {
		p.actions = append(p.actions, Assign(t.ID, same[0]))
		p.idle[purchase] = same[1:]
		return true
	}
	pool, sold := p.view.CheapestOnDemand(), true
	if purchase == cloud.Spot {
		pool, sold = p.view.cheapestSpot(p.planned)
	}
	if !sold {
		return false
	}
	if other := p.idle[1-purchase]; p.free <= 0 && len(other) > 0 {
		p.giveBack(p.view.Instance(other[0]))
		p.idle[1-purchase] = other[1:]
	}
	if p.free <= 0 {
		return false
	}
	p.actions = append(p.actions, LaunchFor(t.ID, pool, purchase))
	if purchase == cloud.Spot {
		p.planned[pool]++
	}
	p.free--
	return true
}

// End gives back what is still idle and returns the actions.
func (p *Placer) End() []Action {
	for _, ids := range p.idle {
		for _, id := range ids {
			p.giveBack(p.view.Instance(id))
		}
	}
	return p.actions
}

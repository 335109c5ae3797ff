package scheduler

import (
	"slices"
	"time"

	"github.com/bobby-math/tessera/cloud"
)

// ServiceRules are what a run adds to a ServicePolicy.
type ServiceRules struct {
	Every time.Duration `json:"every_ns"` // the control interval. Positive. Default DefaultEvery
	Extra int           `json:"extra"`    // how many spot replicas more than the target are held
	// OnWarning is what the tenant does with a replica the provider warns of. Default
	// IgnoreWarnings.
	OnWarning Warning `json:"on_warning"`
}

// DefaultEvery is the control interval of SkyPilot.
const DefaultEvery = 20 * time.Second

// Warning is an answer to a provider's warnings.
type Warning string

const (
	IgnoreWarnings Warning = "ignore" // a replica runs until it is preempted
	// HeedNotices counts a replica with a preemption notice as gone, so that another is
	// launched in its place while it still serves.
	HeedNotices   Warning = "notice"
	HeedRebalance Warning = "rebalance" // does so from the rebalance recommendation on
)

// Warnings lists the answers, the default first.
var Warnings = []Warning{IgnoreWarnings, HeedNotices, HeedRebalance}

func newServiceTenant(policy ServicePolicy, rules ServiceRules) *serviceTenant {
	late, ok := policy.(interface{ SeesLate() bool })
	return &serviceTenant{policy: policy, rules: rules, late: ok && late.SeesLate()}
}

// serviceTenant rents for a ServicePolicy: it plans at every multiple of
// Every and launches and gives back, the newest first, what the plan changes.
type serviceTenant struct {
	policy  ServicePolicy
	rules   ServiceRules
	late    bool   // the policy sees late (ServicePolicy)
	unheard []News // until after the next plan

	fleet   Fleet
	plan    Plan
	held    [2][]group // by purchase and pool
	actions []Action
}

// group is the replicas of one purchase in one pool that are asked for or run and that
// count, and those of them that are ready; both the oldest first, so sorted by id.
type group struct{ members, ready []cloud.ReplicaID }

// Close closes the policy.
func (t *serviceTenant) Close() error { return Close(t.policy) }

func (t *serviceTenant) Decide(v *View) []Action {
	t.actions = t.actions[:0]
	t.open(v)
	t.listen(v)
	if time.Duration(v.Now)%t.rules.Every != 0 {
		return t.actions
	}
	t.replan(v)
	t.hear(v, t.unheard)
	t.unheard = t.unheard[:0]
	t.actions = append(t.actions, Wake(v.Now.Add(t.rules.Every)))
	return t.actions
}

func (t *serviceTenant) open(v *View) {
	if t.fleet.Zones != nil {
		return
	}
	t.fleet.Extra = t.rules.Extra
	t.fleet.Zones = make([]Zone, len(v.Pools))
	for how := range t.held {
		t.held[how] = make([]group, len(v.Pools))
	}
}

// afterwards is when a policy hears what its actions led to at the same instant: the engine has
// what comes too late for an instant happen at the next nanosecond.
const afterwards = 1

// listen takes in the news, or of one who sees late only the answers to its last plan: the
// rest is kept until after the next. Right after a plan all that comes is an answer to it:
// refusals, and replicas that serve at once.
func (t *serviceTenant) listen(v *View) {
	if !t.late || v.Now == t.fleet.Now+afterwards {
		t.hear(v, v.News)
		return
	}
	for n, news := range v.News {
		if news.Kind == Refused {
			t.hear(v, v.News[n:n+1])
		} else {
			t.unheard = append(t.unheard, news)
		}
	}
}

// hear takes in what became of the replicas.
func (t *serviceTenant) hear(v *View, news []News) {
	for _, n := range news {
		if n.Replica == cloud.NoReplica {
			continue
		}
		r := v.Replica(n.Replica)
		g, zone := &t.held[r.Purchase][r.Pool], &t.fleet.Zones[r.Pool]
		switch {
		case n.Kind == Served:
			g.serve(r.ID)
		case n.Kind == Refused && g.drop(r.ID) && r.Purchase == cloud.Spot:
			zone.Refused++
			zone.Granted--
		case t.counts(n.Kind) && g.drop(r.ID) && r.Purchase == cloud.Spot:
			zone.Preempted++
		}
	}
}

// counts tells whether a replica is gone for the tenant with news of a kind.
func (t *serviceTenant) counts(k NewsKind) bool {
	onRebalance := t.rules.OnWarning == HeedRebalance
	onNotice := onRebalance || t.rules.OnWarning == HeedNotices
	return k == Preempted || k == Noticed && onNotice || k == Recommended && onRebalance
}

func (g *group) serve(id cloud.ReplicaID) {
	if _, counts := slices.BinarySearch(g.members, id); counts {
		n, _ := slices.BinarySearch(g.ready, id)
		g.ready = slices.Insert(g.ready, n, id)
	}
}

// drop takes a replica out; false if it is out already.
func (g *group) drop(id cloud.ReplicaID) bool {
	if n, ready := slices.BinarySearch(g.ready, id); ready {
		g.ready = slices.Delete(g.ready, n, n+1)
	}
	n, counts := slices.BinarySearch(g.members, id)
	if counts {
		g.members = slices.Delete(g.members, n, n+1)
	}
	return counts
}

// replan has the policy plan and carries the plan out.
func (t *serviceTenant) replan(v *View) {
	t.survey(v)
	t.policy.Plan(&t.fleet, &t.plan)
	asked := cloud.ReplicaID(len(v.replicas))
	for pool, wanted := range t.plan.Spot {
		zone := &t.fleet.Zones[pool]
		zone.Preempted, zone.Refused = 0, 0
		zone.Granted = max(wanted-zone.Launched, 0)
		t.resize(v, cloud.PoolID(pool), cloud.Spot, wanted-zone.Launched, &asked)
	}
	// On-demand prices do not move, so all on-demand replicas are in the one pool.
	t.resize(v, v.CheapestOnDemand(), cloud.OnDemand, t.plan.OnDemand-t.fleet.OnDemand, &asked)
}

// survey brings what the policy sees up to date, and sets the plan to what there is.
func (t *serviceTenant) survey(v *View) {
	f := &t.fleet
	f.Now, f.Target = v.Now, v.Target
	f.OnDemand, f.OnDemandReady = 0, 0
	t.plan.Spot = t.plan.Spot[:0]
	for n := range v.Pools {
		p, z := &v.Pools[n], &f.Zones[n]
		spot, onDemand := &t.held[cloud.Spot][n], &t.held[cloud.OnDemand][n]
		z.Name, z.Spot, z.OnDemandPrice = p.Name, p.Spot, p.OnDemand
		z.Launched, z.Ready = len(spot.members), len(spot.ready)
		z.Room = max(int(p.Capacity)-int(p.Held), 0) / v.gang
		f.OnDemand += len(onDemand.members)
		f.OnDemandReady += len(onDemand.ready)
		t.plan.Spot = append(t.plan.Spot, z.Launched)
	}
	t.plan.OnDemand = f.OnDemand
}

// resize launches replicas, or gives the newest back where by is negative. asked is the
// number of the next replica.
func (t *serviceTenant) resize(v *View, pool cloud.PoolID, how cloud.Purchase, by int, asked *cloud.ReplicaID) {
	g := &t.held[how][pool]
	if by > 0 {
		t.actions = append(t.actions, LaunchReplica(pool, how, by))
	}
	for ; by > 0; by-- {
		g.members = append(g.members, *asked)
		*asked++
	}
	for ; by < 0; by++ {
		id := g.members[len(g.members)-1]
		g.drop(id)
		if v.Replica(id).State != Gone { // it may be gone without the policy having seen it
			t.actions = append(t.actions, TerminateReplica(id))
		}
	}
}

package spec

import (
	"slices"
	"strings"
	"time"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
)

func defaultJob() Job {
	return Job{
		Deadline: scenario.DefaultJobDeadline, RestartOverhead: scenario.DefaultJobOverhead,
		Guarantee: string(scheduler.Strict), Billing: string(scenario.OwnBilling),
	}
}

// job returns the job of f, nil without one. Its tick and moves are still to be read.
func (f *File) job() *scenario.Job {
	j := f.Job
	if j.Work == 0 {
		return nil
	}
	return &scenario.Job{
		Work: j.Work, Deadline: j.Deadline, Overhead: j.RestartOverhead,
		Guarantee: scheduler.Guarantee(j.Guarantee), Billing: scenario.JobBilling(j.Billing),
	}
}

// kindDefaults sets what was not said of the pools to what it is by default for a job, and with
// recorded capacity of zones.
func (r *Resolved) kindDefaults() {
	job := r.File.Job.Work != 0
	pools := r.said.Find("market.pools")
	for i := range r.File.Market.Pools {
		p := &r.File.Market.Pools[i]
		if p.recorded() && pools.item(i).said("zone") == nil {
			p.Zones = nil // those of the files, not of a preset
		}
		if !job && p.Capacity.Files == nil {
			continue
		}
		unsaid := func(key string) bool { return pools.item(i).said(key) == nil }
		if unsaid("preemption.model") {
			p.Preemption.Model = "none"
		}
		if p.Price.Files == nil && unsaid("price.model") {
			constant := "constant"
			p.Price.Model = &constant
		}
		if job {
			p.jobDefaults(unsaid)
		}
	}
}

// kindKeys are the keys of a pool whose defaults are others for a job or with recorded capacity.
var kindKeys = []string{"preemption.model", "price.model", "price.mean", "on_demand", "provisioning", "notice.lead", "zone"}

// hasKindDefaults tells whether a pool has such defaults, or may have with axes.
func (f *File) hasKindDefaults(axes []string) bool {
	return f.Job.Work != 0 || slices.ContainsFunc(f.Market.Pools, func(p Pool) bool { return p.Capacity.Files != nil }) ||
		slices.ContainsFunc(axes, func(key string) bool {
			return strings.HasPrefix(key, "job") || strings.HasSuffix(key, "capacity.files")
		})
}

// given tells whether anyone said anything of t, a preset counted in.
func (t *Tree) given() bool {
	found := false
	if t != nil {
		t.leaves("", func(_ string, value *Tree) { found = found || value.Origin != Origin{} })
	}
	return found
}

// openKindDefaults takes such defaults out of a scenario, where they were not said.
func openKindDefaults(t, said *Tree) {
	pools := said.Find("market.pools")
	for i, pool := range t.Find("market.pools").Items {
		for _, key := range kindKeys {
			given := pools.item(i).Find(key).given()
			if key == "zone" {
				given = pools.item(i).said(key) != nil // those of a preset go, as in kindDefaults
			}
			if given {
				continue
			}
			in, last := pool, key
			if section, rest, below := strings.Cut(key, "."); below {
				in, last = pool.field(section), rest
			}
			in.Fields = slices.DeleteFunc(in.Fields, func(f *Field) bool { return f.Key == last })
		}
	}
}

// jobDefaults sets what was not said of a pool to that of the published evaluation.
func (p *Pool) jobDefaults(unsaid func(key string) bool) {
	if unsaid("on_demand") {
		p.OnDemand = scenario.PublishedOnDemand
	}
	if unsaid("price.mean") && p.Price.Files == nil {
		p.Price.Params = market.PriceSpec{Params: p.Price.Params}.With("mean", scenario.PublishedSpot).Params
	}
	if unsaid("provisioning") {
		p.Provisioning = Distribution{Shape: string(rng.Constant)}
	}
	if unsaid("notice.lead") {
		p.Notice.Lead = 0
	}
	or(&p.Billing.Minimum, 0)
}

func (r *Resolved) readMoves() Problems {
	j := &r.File.Job
	if r.Scenario.Job == nil {
		return nil
	}
	m := scenario.Moves{Transfer: j.Transfer, CheckpointGB: value(j.CheckpointGB)}
	if j.Egress != nil {
		prices, err := r.Scenario.ReadEgress(string(*j.Egress))
		if err != nil {
			return r.problems("job.egress: ", err, true)
		}
		m.Egress = prices
	}
	if err := m.Check(); err != nil {
		return r.problems("job.", err, false)
	}
	if err := r.Scenario.UseMoves(m); err != nil {
		return r.problems("job.egress: ", err, true)
	}
	return nil
}

// adoptTick has the pools of a job billed by its tick, where nothing else was said.
func (r *Resolved) adoptTick() {
	job := r.Scenario.Job
	if job == nil {
		return
	}
	if r.Scenario.Duration == 0 { // nothing recorded: it is known for as long as it may take
		r.Scenario.Duration = job.Deadline
	}
	or(&r.File.Duration, r.Scenario.Duration)
	if job.Tick == 0 {
		job.Tick = defaultTick
	}
	for i, model := range r.Scenario.Models() {
		billing := &r.File.Market.Pools[model].Billing
		or(&billing.Granularity, job.Tick)
		r.Scenario.Pools[i].Billing.Granularity = *billing.Granularity
		if c := r.Scenario.Pools[i].Capacity; c == nil {
			r.Scenario.Pools[i].Capacity = []market.CapacityChange{{At: clock.At(0), Count: market.Unlimited}}
		}
	}
}

// defaultTick is the control interval of a job in pools whose capacity is not recorded.
const defaultTick = 10 * time.Minute

func (c *contradictions) job(f *File) {
	if f.Job.Work < 0 {
		c.wrong("job.work", "%v must be >= 0s", f.Job.Work)
		f.Job.Work = time.Hour // so that the rest is checked
	}
	if f.Job.Work == 0 {
		c.forgotten("job", "work", "needs job.work: how long the job takes")
		return
	}
	peer, free := f.Job.Billing == string(scenario.PeerBilling), "makes no sense with billing peer, under which moves are free"
	c.check([]rule{{peer, "job.transfer", free}, {peer, "job.egress", free}})
}

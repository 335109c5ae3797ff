package spec

import (
	"crypto/sha256"
	"path/filepath"
	"reflect"
	"strings"
	"sync"

	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/cloud"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/rng"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Resolved is a scenario of which everything is known.
type Resolved struct {
	// File has every key that is known before the files it names are read.
	File *File
	// Scenario is what runs.
	Scenario *scenario.Scenario
	// Warnings say what is taken on trust.
	Warnings []string

	said *Tree
}

// resolve makes the scenario that t says, and reads the files it names. What t shares with base
// is taken from there, if base is not nil.
func resolve(t *Tree, base *decoded, inputs *scenario.Inputs) (*Resolved, Problems) {
	d, problems := decode(t, base)
	file := d.file
	if t.unsaid("policies") {
		file.Policies = defaultPolicies[file.kind()]()
	}
	r := &Resolved{File: file, said: t}
	r.kindDefaults()
	problems = append(problems, r.contradictions()...)
	file.fill()
	r.Scenario = file.scenario()
	r.Scenario.ReadFrom(inputs)
	problems = append(problems, r.readFiles(problems)...)
	if r.Scenario.Job != nil && len(r.Scenario.Pools) > 1 && t.unsaid("policies") {
		file.Policies = regionsPolicies()
		r.Scenario.SetPolicies(file.specs())
	}
	for _, p := range r.problems("", r.Scenario.Check(), false) {
		if !problems.explain(p.Path, t.Find(p.Path) != nil) {
			problems = append(problems, p)
		}
	}
	asked := t.Find("lower_bound") // a preset asks for it where it can be had
	if len(problems) == 0 && (asked == nil || asked.Origin.Source != Default) {
		r.Warnings = append(r.Warnings, r.Scenario.BoundWarnings()...)
	}
	return r, problems
}

// scenario returns what f says, but for what lies in files. f must be filled.
func (f *File) scenario() *scenario.Scenario {
	s := &scenario.Scenario{
		Name: f.Name, Seed: f.Seed, Duration: value(f.Duration), Drain: f.Drain, MaxInstances: f.MaxInstances,
		LowerBound: *f.LowerBound,
		Workload: workload.Generator{
			Arrivals: workload.ArrivalModel(f.Workload.Arrivals), Over: value(f.Workload.Over), Work: f.Workload.Work.build(),
			RestartOverhead: f.Workload.RestartOverhead, Checkpoint: f.Workload.Checkpoint,
		},
	}
	if f.Workload.Tasks != nil {
		s.Workload.Tasks = *f.Workload.Tasks
	}
	s.Pools = make([]market.Pool, 0, len(f.Market.Pools))
	for i := range f.Market.Pools {
		s.AddPools(i, f.Market.Pools[i].build()...)
	}
	s.Job, s.Service = f.job(), f.service()
	s.SetPolicies(f.specs())
	return s
}

func (f *File) specs() []scheduler.Spec {
	list := make([]scheduler.Spec, len(f.Policies))
	for i, p := range f.Policies {
		list[i] = p.Spec
	}
	return list
}

func (d Distribution) build() rng.Duration {
	return rng.Duration{Shape: rng.Shape(d.Shape), Mean: d.Mean, CV: value(d.CV)}
}

// value returns what p points to, zero if that is nothing.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// build returns the pool, or without files one for each of its zones.
func (p *Pool) build() (pools []market.Pool) {
	pool := market.Pool{
		Name:         cloud.Pool{Region: value(p.Region), InstanceType: value(p.InstanceType)},
		OnDemand:     p.OnDemand,
		Price:        market.PriceSpec{Model: value(p.Price.Model), Params: p.Price.Params},
		Preemption:   market.PreemptionSpec{Model: p.Preemption.Model, Params: p.Preemption.Params},
		Provisioning: p.Provisioning.build(),
		Notice:       market.Notice{Lead: p.Notice.Lead, Probability: float64(p.Notice.Probability), Rebalance: p.Notice.Rebalance},
		Billing: market.Billing{
			Granularity: value(p.Billing.Granularity), Minimum: value(p.Billing.Minimum), Since: market.Since(p.Billing.Since),
			Basis: market.Basis(p.Billing.Basis), FirstHourFree: p.Billing.FirstHourFree,
		},
	}
	if p.Capacity.Count != nil {
		pool.Capacity = []market.CapacityChange{{At: clock.At(0), Count: int32(max(0, min(*p.Capacity.Count, maxCount)))}}
	}
	if p.recorded() {
		return []market.Pool{pool}
	}
	for _, zone := range p.Zones {
		pool.Name.Zone = zone
		pools = append(pools, pool)
	}
	return pools
}

// recorded tells whether files say which zones there are.
func (p *Pool) recorded() bool { return p.Price.Files != nil || p.Capacity.Files != nil }

// Content returns a digest of everything that a run of r depends on but its seed and its
// policy: equal digests give equal runs. The name of the scenario is not in it, nor the keys of
// a service or job that is none. A file is there with the SHA-256 of what is in it and its last
// name, which tells its format, so that it is the same in whatever folder it lies.
func (r *Resolved) Content() [sha256.Size]byte {
	f := files.Get().(*File)
	defer files.Put(f)
	*f = *r.File
	f.Name, f.Seed, f.Policies = "", 0, nil
	if r.Scenario.Job == nil {
		f.Job = Job{}
	}
	batch := ""
	if s := r.Scenario.Service; s == nil {
		f.Service = Service{}
	} else {
		policy, _ := withFiles(s.Batch, func(p Path) Path { return Path(filepath.Base(string(p))) })
		batch = policy.String() + s.Batch.Digest()
	}
	return scenario.Digest(f, func(v reflect.Value) (text string, ok bool) {
		switch v.Type() {
		case reflect.TypeFor[Path]():
			return r.fileContent(v.String()), true
		case reflect.TypeFor[TaskPolicy]():
			return batch, true
		}
		return "", false
	})
}

var files = sync.Pool{New: func() any { return new(File) }}

// fileContent is what stands for a file, or for a folder with all files that were read of it.
func (r *Resolved) fileContent(path string) (text string) {
	for _, input := range r.Scenario.Inputs {
		if below, ok := strings.CutPrefix(input.Path, path); ok && (below == "" || below[0] == filepath.Separator) {
			text += input.SHA256 + below + "\n"
		}
	}
	return text + filepath.Base(path)
}

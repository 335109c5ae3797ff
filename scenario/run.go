package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/bobby-math/tessera/actors"
	"github.com/bobby-math/tessera/clock"
	"github.com/bobby-math/tessera/journal"
	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/metrics"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// Tasks returns the tasks to do: the job, those of the file, or made up. All runs of a
// scenario under one seed may share them.
func (s *Scenario) Tasks() []workload.Task {
	switch {
	case s.Job != nil:
		return []workload.Task{s.Job.task()}
	case s.fromFile != nil:
		return s.fromFile
	}
	return s.Workload.Generate(s.Seed)
}

// Run returns the run of one policy on tasks, which Tasks made: the one place at which a
// scenario becomes a run of the actors. s must pass Check.
func (s *Scenario) Run(policy scheduler.Spec, tasks []workload.Task, w journal.Writer) (actors.Config, error) {
	made, err := s.policy(policy, tasks)
	c := actors.Config{
		Name:         s.Name,
		Seed:         s.Seed,
		Horizon:      s.Duration,
		Drain:        s.Drain || s.Job != nil,
		MaxInstances: s.MaxInstances,
		Pools:        s.Pools,
		Tasks:        tasks,
		PolicyName:   policy.String(),
		Policy:       made,
		Journal:      w,
	}
	if s.Service != nil {
		c.Service = &s.Service.Service
		if len(tasks) > 0 {
			c.PolicyName = s.Service.Batch.String() + "+" + c.PolicyName
		}
	}
	return c, err
}

func (s *Scenario) policy(policy scheduler.Spec, tasks []workload.Task) (scheduler.Policy, error) {
	switch {
	case s.Job != nil:
		return s.jobPolicy(policy)
	case s.Service == nil:
		return policy.NewForTasks()
	}
	service, err := policy.NewForService(s.Service.Rules)
	if err != nil || len(tasks) == 0 {
		return service, err
	}
	batch, err := s.Service.Batch.NewForTasks()
	return scheduler.Both(batch, service), err
}

// Collector returns what gathers the numbers of a run of s.
func (s *Scenario) Collector() *metrics.Collector {
	c := &metrics.Collector{}
	if s.Job != nil {
		c.Job = s.jobMetrics()
	}
	if s.Service != nil {
		c.Service = &metrics.Service{From: clock.At(s.ColdStart()), HasRequests: s.Service.Requests != nil}
	}
	return c
}

// Simulate runs a policy on tasks to its end and returns its numbers. The journal goes to
// also as well, unless that is nil. The error is an *actors.RunError, or one of making the
// policy, or of ctx.
func (s *Scenario) Simulate(ctx context.Context, system *actors.System, policy scheduler.Spec, tasks []workload.Task, also journal.Writer) (*metrics.Collector, error) {
	numbers := s.Collector()
	var entries journal.Writer = numbers
	if also != nil {
		entries = journal.Tee(numbers, also)
	}
	config, err := s.Run(policy, tasks, entries)
	if err != nil {
		return numbers, &actors.RunError{Scenario: s.Name, Policy: policy.String(), Seed: s.Seed, Err: &actors.PolicyError{Policy: policy.String(), Err: err}}
	}
	if err := system.Run(ctx, config); err != nil {
		return numbers, err
	}
	return numbers, s.setBound(numbers)
}

// Content returns a digest of everything that a run of s depends on but its seed and its
// policy: equal digests give equal runs. The name of the scenario is not in it.
func (s *Scenario) Content() [sha256.Size]byte {
	run := *s
	run.Name, run.Seed, run.Policies, run.PolicyNames = "", 0, nil, nil
	run.Inputs, run.inputs, run.known, run.start = nil, nil, nil, time.Time{}
	return Digest(&run, func(v reflect.Value) (text string, ok bool) {
		if v.Type() == reflect.TypeFor[scheduler.Spec]() {
			return v.Interface().(scheduler.Spec).Digest(), true // BatchPolicy has its name
		}
		return "", false
	})
}

// Digest returns a digest of all that is in a value: no two values give the same. own may say a
// string or a struct in its own words.
func Digest(pointer any, own func(v reflect.Value) (text string, ok bool)) [sha256.Size]byte {
	d := digests.Get().(*digest)
	defer digests.Put(d)
	d.text, d.own = d.text[:0], own
	d.value(reflect.ValueOf(pointer).Elem())
	return sha256.Sum256(d.text)
}

var digests = sync.Pool{New: func() any { return new(digest) }}

// digest has the values with the lengths of what has one.
type digest struct {
	text  []byte
	names []string // of parameters
	own   func(v reflect.Value) (text string, ok bool)
}

func (d *digest) length(n int) { d.text = binary.AppendUvarint(d.text, uint64(n)) }

func (d *digest) string(s string) {
	d.length(len(s))
	d.text = append(d.text, s...)
}

func (d *digest) value(v reflect.Value) {
	kind := v.Kind()
	if kind == reflect.String || kind == reflect.Struct {
		if text, ok := d.own(v); ok {
			d.string(text)
			return
		}
	}
	switch kind {
	case reflect.Bool:
		if v.Bool() {
			d.length(1)
		} else {
			d.length(0)
		}
	case reflect.String:
		d.string(v.String())
	case reflect.Float64:
		d.text = binary.LittleEndian.AppendUint64(d.text, math.Float64bits(v.Float()))
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			d.length(0)
			return
		}
		d.length(1)
		d.value(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		d.length(v.Len())
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Map:
		params := v.Interface().(market.Params) // there are no others
		d.length(len(params))
		d.names = slices.AppendSeq(d.names[:0], maps.Keys(params))
		slices.Sort(d.names)
		for _, name := range d.names {
			d.string(name)
			if value := reflect.ValueOf(params[name]); value.IsValid() {
				d.value(value)
			}
		}
	case reflect.Int, reflect.Int32, reflect.Int64:
		d.text = binary.AppendVarint(d.text, v.Int())
	default:
		d.text = binary.AppendUvarint(d.text, v.Uint()) // panics for a function, which has no content
	}
}
